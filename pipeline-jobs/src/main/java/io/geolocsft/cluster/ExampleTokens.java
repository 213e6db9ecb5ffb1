package io.geolocsft.cluster;

import com.google.common.primitives.Ints;
import io.geolocsft.failure.DataException;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.grpo.LocatedExample;
import io.geolocsft.prompt.GemmaTokenizer;
import io.geolocsft.prompt.PromptEncoder;
import io.geolocsft.prompt.PromptLayout;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows of examples, with texts, to rows with tokens: made once, and not by every rank. The image's
 * place stays with them, where it is there.
 *
 * @param modelFolder holds {@code config.json} and {@code tokenizer.json}; every executor sees it
 * @param layout name of a {@link PromptLayout}
 */
public record ExampleTokens(String modelFolder, String layout)
    implements MapPartitionsFunction<Row, Row> {

  /** What a rank reads; the last {@code target_tokens} of a row are learned. */
  public static final StructType ROWS =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("uri", DataTypes.StringType)
          .add("sha256", DataTypes.StringType)
          .add("image_views", DataTypes.IntegerType)
          .add("token_ids", DataTypes.createArrayType(DataTypes.IntegerType, false))
          .add("target_tokens", DataTypes.IntegerType);

  private static final List<String> POINT = List.of("latitude", "longitude");

  /** The same with the image's true place, where answers are rewarded. */
  public static final StructType LOCATED_ROWS =
      ROWS.add("latitude", DataTypes.DoubleType).add("longitude", DataTypes.DoubleType);

  /** The columns of {@link #ROWS}, of a table that has them. */
  public static Column[] columns() {
    return columns(ROWS);
  }

  /** The columns of {@link #LOCATED_ROWS}, of a table that has them. */
  public static Column[] locatedColumns() {
    return columns(LOCATED_ROWS);
  }

  private static Column[] columns(StructType rows) {
    return Stream.of(rows.fieldNames()).map(functions::col).toArray(Column[]::new);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> texts) throws IOException {
    if (!texts.hasNext()) {
      return Collections.emptyIterator();
    }
    Path folder = Path.of(modelFolder);
    int imageTokens = GemmaConfig.read(folder).vision().orElseThrow().tokensPerImage();
    try (GemmaTokenizer tokenizer = GemmaTokenizer.load(folder)) {
      PromptEncoder encoder = new PromptEncoder(tokenizer, imageTokens, PromptLayout.of(layout));
      List<Row> rows = new ArrayList<>();
      texts.forEachRemaining(text -> rows.add(row(text, encoder)));
      return rows.iterator();
    }
  }

  private static Row row(Row text, PromptEncoder encoder) {
    requireValues(text, text.schema());
    int views = text.<Integer>getAs("image_views");
    int[] prompt = encoder.prompt(text.getAs("prompt"), views);
    int[] target = encoder.target(text.getAs("target_text"));
    List<Object> values = new ArrayList<>();
    Collections.addAll(values, text.getAs("image_id"), text.getAs("uri"), text.getAs("sha256"));
    values.add(views);
    values.add(CollectionConverters.asScala(Ints.asList(Ints.concat(prompt, target))));
    values.add(target.length);
    for (String column : POINT) {
      if (Arrays.asList(text.schema().fieldNames()).contains(column)) {
        values.add(text.getAs(column));
      }
    }
    return RowFactory.create(values.toArray());
  }

  /**
   * What a rank learns from a row of {@link #ROWS}, which need not know its columns' names.
   *
   * @throws DataException if nothing can be learned from it
   */
  static TrainingExample example(Row row) {
    requireValues(row, ROWS);
    List<Integer> ids = row.getList(ROWS.fieldIndex("token_ids"));
    if (ids.contains(null)) {
      throw new DataException(
          "The row of image %s has a token without an id".formatted(row.get(0)));
    }
    int[] tokens = Ints.toArray(ids);
    try {
      return new TrainingExample(
          row.getString(ROWS.fieldIndex("image_id")),
          tokens,
          tokens.length - row.getInt(ROWS.fieldIndex("target_tokens")),
          row.getString(ROWS.fieldIndex("uri")),
          row.getString(ROWS.fieldIndex("sha256")),
          row.getInt(ROWS.fieldIndex("image_views")));
    } catch (IllegalArgumentException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  /**
   * What a rank is rewarded for, of a row of {@link #LOCATED_ROWS}.
   *
   * @throws DataException if nothing can be learned from it
   */
  static LocatedExample located(Row row) {
    requireValues(row, LOCATED_ROWS);
    TrainingExample example = example(row);
    try {
      return new LocatedExample(
          example,
          new GeoPoint(
              row.getDouble(LOCATED_ROWS.fieldIndex("latitude")),
              row.getDouble(LOCATED_ROWS.fieldIndex("longitude"))));
    } catch (IllegalArgumentException e) {
      throw new DataException("Image " + example.imageId() + ": " + e.getMessage(), e);
    }
  }

  /** The row itself need not know its columns' names. */
  private static void requireValues(Row row, StructType columns) {
    for (int i = 0; i < columns.size(); i++) {
      if (row.isNullAt(i)) {
        throw new DataException(
            "The row of image %s has no %s"
                .formatted(row.get(columns.fieldIndex("image_id")), columns.fieldNames()[i]));
      }
    }
  }
}
