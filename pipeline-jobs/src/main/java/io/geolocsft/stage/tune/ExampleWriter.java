package io.geolocsft.stage.tune;

import com.google.common.hash.Hashing;
import com.google.common.primitives.Ints;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.RunSettings;
import io.geolocsft.stage.ExampleTexts;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Makes training rows of a partition's images and captions. */
record ExampleWriter(ExampleTexts texts, RunSettings run)
    implements MapPartitionsFunction<Row, Row> {

  static final String OK = "ok";
  static final String TOO_LONG = "too_long";

  /** The columns that it reads: of the catalogue, and of the captions. */
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
          "caption",
          "caption_source");

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
    try (ExampleTexts.Opened opened = texts.open()) {
      List<Row> rows = new ArrayList<>();
      while (images.hasNext()) {
        rows.add(row(images.next(), opened));
      }
      return rows.iterator();
    }
  }

  private Row row(Row image, ExampleTexts.Opened opened) {
    ExampleSettings settings = texts.settings();
    int views = opened.views(image.<Integer>getAs("width"), image.<Integer>getAs("height"));
    String target = image.getAs("caption");
    int[] prompt = opened.prompt(views);
    int[] targetTokens = opened.target(target);
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
        image.getAs("caption_source"),
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
    ExampleSettings settings = texts.settings();
    String hash = Hashing.sha256().hashString(settings.prompt(), StandardCharsets.UTF_8).toString();
    return settings.layout() + "-" + hash.substring(0, 12);
  }
}
