package io.geolocsft.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.aggregate.Calibration.Sureness;
import io.geolocsft.aggregate.Radii;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.Locations;
import io.geolocsft.json.JsonFile;
import io.geolocsft.json.UnusableFileException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The radii as a file, for {@code locate}: {@code calibration.json} in the folder {@code
 * calibrated} of a run. Whoever moves the folder {@code tuned} elsewhere puts it there.
 */
public final class CalibrationFile {

  /** The folder that a run publishes it in. */
  public static final String FOLDER = "calibrated";

  private static final String FILE = "calibration.json";

  /** As many as no such file has. */
  private static final int MAX_BYTES = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(CalibrationFile.class);

  private static final ObjectMapper JSON = new ObjectMapper();

  private CalibrationFile() {}

  /**
   * Writes the file into a folder.
   *
   * @param candidates of an answer
   */
  public static void write(
      java.nio.file.Path folder, int candidates, Map<CalibratedAnswers, Radii> calibrations)
      throws IOException {
    ObjectNode file = JSON.createObjectNode().put("candidates", candidates);
    ObjectNode models = file.putObject("models");
    calibrations.forEach(
        (answers, radii) -> {
          ArrayNode classes =
              models.withObject("/" + answers.model()).putArray(answers.aggregation());
          radii.bands().forEach(one -> put(classes.addObject(), one));
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
    } catch (IOException e) {
      throw new EnvironmentException("Cannot look for %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static Path runFolder(String adapter) {
    return new Path(Locations.path(adapter), "../" + FOLDER);
  }

  /**
   * The radii of a model's answers, from the folder of its adapter or, where that has none, from
   * the run that the folder lies in; empty where there are none for so many candidates.
   *
   * @throws ConfigException if the file is no such file
   */
  public static Optional<Radii> read(
      String adapter, CalibratedAnswers answers, int candidates, Configuration hadoop) {
    for (Path folder : List.of(Locations.path(adapter), runFolder(adapter))) {
      Path file = new Path(folder, FILE);
      try (InputStream in = folder.getFileSystem(hadoop).open(file)) {
        JsonNode root = JsonFile.parse(file, in.readNBytes(MAX_BYTES));
        return root.path("candidates").asInt() == candidates
            ? radii(file, root.path("models").path(answers.model()).path(answers.aggregation()))
            : Optional.empty();
      } catch (FileNotFoundException e) {
        LOG.debug("No calibration in {}", folder);
      } catch (UnusableFileException e) {
        throw new ConfigException(
            e.getMessage() + ": run the stage calibrate again, or delete the file");
      } catch (IOException e) {
        throw new EnvironmentException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
      }
    }
    return Optional.empty();
  }

  private static Optional<Radii> radii(Path file, JsonNode nodes) throws UnusableFileException {
    List<Radii.Band> classes = new ArrayList<>();
    for (JsonNode node : nodes) {
      classes.add(
          new Radii.Band(
              new Sureness(number(file, node, "spread_km"), number(file, node, "log_probability")),
              node.path("images").asInt(),
              new Radii.OfAnswer(
                  number(file, node, "radius_50_km"), number(file, node, "radius_90_km"))));
    }
    return classes.isEmpty() ? Optional.empty() : Optional.of(new Radii(classes));
  }

  private static double number(Path file, JsonNode node, String name) throws UnusableFileException {
    if (!node.path(name).isNumber()) {
      throw new UnusableFileException("%s has a class without the number %s".formatted(file, name));
    }
    return node.path(name).asDouble();
  }
}
