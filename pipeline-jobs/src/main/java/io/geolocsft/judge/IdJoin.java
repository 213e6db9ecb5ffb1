package io.geolocsft.judge;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.geolocsft.failure.DataException;
import io.geolocsft.failure.Excerpt;
import io.geolocsft.image.naming.IdRule;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Which images of a truth the rows of a file of predictions are about.
 *
 * @param rule by which names are compared, one for the whole file: the one that finds the most
 *     images, of several the first. A rule by which two images have one name is none
 * @param unknown rows of predictions that are about no image of the truth
 * @param examples names in the first of them
 */
record IdJoin(IdRule rule, long unknown, List<String> examples) {

  /** The column by which truths and predictions are joined. */
  static final String KEY = "id_key";

  private static final int EXAMPLES = 5;

  /**
   * Finds the rule.
   *
   * @param where the files, for messages: that of predictions, that of truths
   * @throws DataException if by no rule any image is found
   */
  static IdJoin find(Dataset<Row> images, PredictionFile predictions, String... where) {
    Dataset<Row> truths = images.select("image_id");
    Dataset<Row> answered = predictions.answers().select("image_id");
    long exact = answered.join(truths, "image_id").count();
    IdRule rule =
        exact == predictions.count() ? IdRule.EXACT : rule(truths, answered.distinct(), where);
    if (exact == predictions.count()) {
      return new IdJoin(rule, 0, List.of());
    }
    Dataset<Row> unknown =
        answered
            .withColumn(KEY, key(rule))
            .join(truths.select(key(rule).as(KEY)), new String[] {KEY}, "left_anti");
    long count = unknown.count();
    return new IdJoin(rule, count, count == 0 ? List.of() : examples(unknown));
  }

  private static List<String> examples(Dataset<Row> unknown) {
    return unknown
        .select("image_id")
        .distinct()
        .orderBy("image_id")
        .limit(EXAMPLES)
        .as(Encoders.STRING())
        .collectAsList();
  }

  private static IdRule rule(Dataset<Row> truths, Dataset<Row> answered, String... where) {
    Column isFound = col("truths").gt(0).and(col("answers").gt(0));
    List<Row> rules =
        keys(truths, 1, 0)
            .unionAll(keys(answered, 0, 1))
            .groupBy("rule", KEY)
            .agg(sum("truths").as("truths"), sum("answers").as("answers"))
            .groupBy("rule")
            .agg(
                count(when(isFound, lit(1))).as("found"),
                max("truths").as("truths"),
                max(when(isFound, col("answers")).otherwise(lit(0L))).as("answers"))
            .orderBy(col("found").desc(), col("rule"))
            .collectAsList();
    return rules.stream()
        .filter(row -> row.<Long>getAs("found") > 0)
        .filter(row -> row.<Long>getAs("truths") == 1 && row.<Long>getAs("answers") == 1)
        .map(row -> IdRule.values()[row.<Integer>getAs("rule")])
        .findFirst()
        .orElseThrow(() -> none(rules, truths, answered, where));
  }

  private static Dataset<Row> keys(Dataset<Row> ids, long truths, long answers) {
    UDF1<String, String[]> keys =
        id -> Stream.of(IdRule.values()).map(rule -> rule.key(id)).toArray(String[]::new);
    Column all = udf(keys, DataTypes.createArrayType(DataTypes.StringType)).apply(col("image_id"));
    return ids.select(posexplode(all).as(new String[] {"rule", KEY}))
        .withColumn("truths", lit(truths))
        .withColumn("answers", lit(answers));
  }

  private static DataException none(
      List<Row> rules, Dataset<Row> truths, Dataset<Row> answered, String... where) {
    boolean isAmbiguous = rules.stream().anyMatch(row -> row.<Long>getAs("found") > 0);
    return new DataException(
        String.format(
            Locale.ROOT,
            "%s: %s %s. Images are called '%s' here and '%s' there: %s",
            where[0],
            isAmbiguous ? "an image may be several of" : "no image is one of",
            where[1],
            Excerpt.of(answered.orderBy("image_id").first().getString(0)),
            Excerpt.of(truths.orderBy("image_id").first().getString(0)),
            isAmbiguous
                ? "write their names with folders and extensions"
                : "name the columns of images by %s and %s image=NAME"
                    .formatted(
                        InputRole.TRUTH.columnsOption(), InputRole.PREDICTIONS.columnsOption())));
  }

  private static Column key(IdRule rule) {
    UDF1<String, String> key = rule::key;
    return udf(key, DataTypes.StringType).apply(col("image_id"));
  }

  /** Predictions or truths with the column of the key. */
  Dataset<Row> keyed(Dataset<Row> rows) {
    return rows.withColumn(KEY, key(rule));
  }
}
