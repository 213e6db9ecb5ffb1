package io.geolocsft.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.aggregate.Calibration.Sureness;
import io.geolocsft.aggregate.Radii;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.Locations;
import io.geolocsft.json.JsonFile;
import io.geolocsft.json.UnusableFileException;
import io.geolocsft.table.Tables;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * The radii as a file, for {@code locate}: {@code calibration.json} in the folder {@code
 * calibrated} of a run. Whoever moves the folder {@code tuned} or {@code rewarded} elsewhere puts
 * it there, and where the file has radii of both keeps the folder's name or its manifest.
 */
public final class CalibrationFile {

  /** The folder that a run publishes it in. */
  public static final String FOLDER = "calibrated";

  private static final String FILE = "calibration.json";

  /** Beside what a run publishes. */
  private static final String MANIFEST = "_manifest.json";

  /** As many as no such file has. */
  private static final int MAX_BYTES = 1 << 20;

  private static final List<String> ADAPTERS = List.of(Tables.TUNED, Tables.REWARDED);

  private static final ObjectMapper JSON = new ObjectMapper();

  private CalibrationFile() {}

  /**
   * What answers are made by, which makes their radii: those of other settings are as sure as
   * others of something else.
   *
   * @param config of the run
   */
  public static SettingValues settings(PipelineConfig config) {
    return SettingValues.of(config)
        .only(
            "examples.prompt",
            "examples.layout",
            "examples.pan_and_scan",
            "examples.target",
            "examples.decimals",
            "infer.candidates",
            "infer.temperature",
            "infer.top_k",
            "infer.top_p",
            "infer.constrained");
  }

  /**
   * Writes the file into a folder.
   *
   * @param ids manifest ids of the models that answered, by name
   */
  public static void write(
      java.nio.file.Path folder,
      SettingValues settings,
      Map<String, String> ids,
      Map<CalibratedAnswers, Radii> calibrations)
      throws IOException {
    ObjectNode file = JSON.createObjectNode();
    ids.forEach(file::put);
    ObjectNode values = file.putObject("settings");
    settings.values().forEach(values::put);
    ObjectNode models = file.putObject("models");
    calibrations.forEach(
        (answers, radii) -> {
          ArrayNode bands =
              models.withObject("/" + answers.model()).putArray(answers.aggregation());
          radii.bands().forEach(one -> put(bands.addObject(), one));
        });
    Files.writeString(
        folder.resolve(FILE),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(file) + "\n");
  }

  private static void put(ObjectNode node, Radii.Band one) {
    node.put("images", one.images())
        .put("spread_km", one.last().spreadKm())
        .put("log_probability", one.last().logProbability())
        .put("radius_50_km", one.radii().km50())
        .put("radius_90_km", one.radii().km90());
  }

  /** The folder that the run of an adapter published the file in, if it did. */
  public static Optional<String> ofRun(String adapter) {
    Path folder = runFolder(adapter);
    try {
      return folder.getFileSystem(SparkHadoopUtil.get().conf()).exists(folder)
          ? Optional.of(folder.toString())
          : Optional.empty();
    } catch (AccessDeniedException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new EnvironmentException("Cannot look for %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static Path runFolder(String adapter) {
    return new Path(Locations.path(adapter), "../" + FOLDER);
  }

  /**
   * The radii of an adapter's answers, from its folder or, where that has none, from the run that
   * the folder lies in.
   *
   * @param aggregation how candidates become an answer
   * @param told is told why there are none, where a file has those of something else
   * @throws ConfigException if the file is no such file
   */
  public static Optional<Radii> read(
      String adapter,
      String aggregation,
      SettingValues settings,
      Configuration hadoop,
      Consumer<String> told) {
    Path own = Locations.path(adapter);
    for (Path folder : List.of(own, runFolder(adapter))) {
      Optional<JsonNode> file = json(new Path(folder, FILE), hadoop);
      if (file.isPresent()) {
        List<String> models = models(file.get(), own, json(new Path(own, MANIFEST), hadoop));
        Optional<String> other = other(file.get(), models, settings);
        other.ifPresent(why -> told.accept("No radii: those in " + folder + " are " + why));
        return other.isPresent()
            ? Optional.empty()
            : radii(
                new Path(folder, FILE),
                file.get().path("models").path(models.get(0)).path(aggregation));
      }
    }
    return Optional.empty();
  }

  /**
   * Which of the file's adapters this one may be: by its manifest, or else by its folder's name.
   */
  private static List<String> models(JsonNode file, Path own, Optional<JsonNode> manifest) {
    String id = manifest.map(node -> node.path("id").asText()).orElse("");
    if (!id.isEmpty() && ADAPTERS.stream().anyMatch(file::has)) {
      List<String> same =
          ADAPTERS.stream().filter(model -> file.path(model).asText().equals(id)).toList();
      boolean isOfNone = ADAPTERS.contains(own.getName()) && !file.has(own.getName());
      return same.isEmpty() && isOfNone ? List.of(own.getName()) : same;
    }
    return ADAPTERS.contains(own.getName())
        ? List.of(own.getName())
        : ADAPTERS.stream().filter(file.path("models")::has).toList();
  }

  /** Of what else the radii are, if so. */
  private static Optional<String> other(
      JsonNode file, List<String> models, SettingValues settings) {
    if (models.isEmpty()) {
      return Optional.of("of an adapter that was trained before: run the stage calibrate again");
    }
    if (models.size() > 1) {
      return Optional.of(
          "of %s, and the adapter may be either: call its folder by one of these names"
              .formatted(String.join(" and ", models)));
    }
    if (!file.path("models").has(models.get(0))) {
      return Optional.of(
          "of other models: add %s to infer.models and run the stage calibrate"
              .formatted(models.get(0)));
    }
    return settings.values().entrySet().stream()
        .filter(each -> !file.path("settings").path(each.getKey()).asText().equals(each.getValue()))
        .findFirst()
        .map(
            each ->
                "for %s %s, and it is %s"
                    .formatted(
                        each.getKey(),
                        file.path("settings").path(each.getKey()).asText(),
                        each.getValue()));
  }

  /** What cannot be had is not there: nothing else needs it. */
  private static Optional<JsonNode> json(Path file, Configuration hadoop) {
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      return Optional.of(JsonFile.parse(file, in.readNBytes(MAX_BYTES)));
    } catch (FileNotFoundException | AccessDeniedException e) {
      return Optional.empty();
    } catch (UnusableFileException e) {
      throw unusable(e);
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static ConfigException unusable(UnusableFileException e) {
    return new ConfigException(
        e.getMessage() + ": run the stage calibrate again, or delete the file");
  }

  private static Optional<Radii> radii(Path file, JsonNode nodes) {
    List<Radii.Band> bands = new ArrayList<>();
    for (JsonNode node : nodes) {
      bands.add(
          new Radii.Band(
              new Sureness(number(file, node, "spread_km"), number(file, node, "log_probability")),
              node.path("images").asInt(),
              new Radii.OfAnswer(
                  number(file, node, "radius_50_km"), number(file, node, "radius_90_km"))));
    }
    return bands.isEmpty() ? Optional.empty() : Optional.of(new Radii(bands));
  }

  private static double number(Path file, JsonNode node, String name) {
    if (!node.path(name).isNumber()) {
      throw unusable(
          new UnusableFileException("%s has a band without the number %s".formatted(file, name)));
    }
    return node.path(name).asDouble();
  }
}
