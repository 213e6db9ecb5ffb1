package io.geolocsft.stage.tune;

import com.google.common.hash.Hashing;
import com.google.common.primitives.Ints;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.RunSettings;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.image.preprocess.PanAndScan;
import io.geolocsft.prompt.GemmaTokenizer;
import io.geolocsft.prompt.PlaceFacts;
import io.geolocsft.prompt.PromptEncoder;
import io.geolocsft.prompt.PromptLayout;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Makes training texts of a partition's images.
 *
 * @param modelFolder holds {@code tokenizer.json}; every executor sees it
 * @param imageTokens soft tokens of an image
 * @param panAndScan how oblong images are cropped; null where all are shown whole alone
 */
record ExampleWriter(
    String modelFolder,
    int imageTokens,
    PanAndScan panAndScan,
    ExampleSettings settings,
    RunSettings run)
    implements MapPartitionsFunction<Row, Row> {

  static final String OK = "ok";
  static final String TOO_LONG = "too_long";

  /** The columns that it reads, of the catalogue. */
  static final List<String> INPUTS =
      List.of(
          "image_id",
          "uri",
          "archive_member",
          "sha256",
          "width",
          "height",
          "latitude",
          "longitude",
          "country",
          "region",
          "population_density");

  /** An example's columns, and for rejected ones those of an error that an example lacks. */
  static final StructType STRUCT =
      Tables.EXAMPLES
          .struct()
          .add("stage", DataTypes.StringType, false)
          .add("run_id", DataTypes.StringType, false)
          .add("run_name", DataTypes.StringType, false)
          .add("kind", DataTypes.StringType, false)
          .add("message", DataTypes.StringType, false);

  @Override
  public Iterator<Row> call(Iterator<Row> images) throws IOException {
    if (!images.hasNext()) {
      return Collections.emptyIterator();
    }
    try (GemmaTokenizer tokenizer = GemmaTokenizer.load(Path.of(modelFolder))) {
      PromptEncoder encoder =
          new PromptEncoder(tokenizer, imageTokens, PromptLayout.of(settings.layout()));
      Map<Integer, int[]> prompts = new HashMap<>();
      List<Row> rows = new ArrayList<>();
      while (images.hasNext()) {
        Row image = images.next();
        int views = 1 + crops(image);
        int[] prompt =
            prompts.computeIfAbsent(views, count -> encoder.prompt(settings.prompt(), count));
        rows.add(row(image, views, prompt, encoder));
      }
      return rows.iterator();
    }
  }

  private int crops(Row image) {
    return panAndScan == null
        ? 0
        : panAndScan.crops(image.<Integer>getAs("width"), image.<Integer>getAs("height"));
  }

  /**
   * @param views how often the prompt shows the image
   * @param prompt tokens of the prompt and those views
   */
  private Row row(Row image, int views, int[] prompt, PromptEncoder encoder) {
    String target = settings.template().target(facts(image));
    int[] targetTokens = encoder.target(target);
    int[] tokens = Ints.concat(prompt, targetTokens);
    int totalTokens = tokens.length;
    String status = totalTokens > settings.maxTokens() ? TOO_LONG : OK;
    return RowFactory.create(
        image.getAs("image_id"),
        promptId(),
        settings.prompt(),
        target,
        targetTokens.length,
        totalTokens,
        "template:" + settings.target(),
        status,
        image.getAs("latitude"),
        image.getAs("longitude"),
        image.getAs("uri"),
        image.getAs("archive_member"),
        image.getAs("sha256"),
        views,
        Ints.asList(tokens).toArray(Integer[]::new),
        "examples",
        run.id(),
        run.name(),
        status,
        String.format(
            Locale.ROOT,
            "%d tokens, of which %d prompt and image; examples.max_tokens is %d",
            totalTokens,
            prompt.length,
            settings.maxTokens()));
  }

  /** Names what the model is asked and how: layout and a hash of the text. */
  private String promptId() {
    String hash = Hashing.sha256().hashString(settings.prompt(), StandardCharsets.UTF_8).toString();
    return settings.layout() + "-" + hash.substring(0, 12);
  }

  private static PlaceFacts facts(Row image) {
    Double density = image.getAs("population_density");
    return new PlaceFacts(
        new GeoPoint(image.<Double>getAs("latitude"), image.<Double>getAs("longitude")),
        Optional.ofNullable(image.getAs("country")),
        Optional.ofNullable(image.getAs("region")),
        density == null ? OptionalDouble.empty() : OptionalDouble.of(density));
  }
}
