package io.geolocsft.stage;

import static org.apache.spark.sql.functions.bit_count;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;

import io.geolocsft.config.RuleSettings;
import io.geolocsft.select.KeepOrder;
import io.geolocsft.select.NearDuplicates;
import io.geolocsft.select.NearDuplicates.Pair;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Rejects near duplicates, the images whose perceptual hashes differ in few bits. Executors find
 * the pairs in tables of the hashes; only the pairs, few, come to the driver.
 */
final class LookAlikes {

  /** As {@link KeepOrder} orders: the largest, the sharpest, the first by key and by id. */
  static final Column[] KEEP_ORDER = {
    col(JudgedRows.PIXELS).desc(),
    col("blur").desc(),
    col(JudgedRows.KEY).asc(),
    col("image_id").asc()
  };

  private static final String RULE = "near_duplicate";

  private static final Column ORDER =
      struct(
          col(JudgedRows.PIXELS).multiply(-1).as("negative_pixels"),
          col("blur").multiply(-1).as("negative_blur"),
          col(JudgedRows.KEY),
          col("image_id"));

  private static final StructType FOUND =
      new StructType()
          .add("found_id", DataTypes.StringType, false)
          .add("found_bits", DataTypes.IntegerType, false)
          .add("found_kept", DataTypes.StringType, false);

  private LookAlikes() {}

  static Dataset<Row> reject(Dataset<Row> judged, RuleSettings rules) {
    int bits = rules.nearDuplicateBits();
    if (bits < 0) {
      return judged;
    }
    Dataset<Row> distinct = rejectEqual(judged, rules);
    if (bits == 0) {
      return distinct;
    }
    List<Row> found =
        NearDuplicates.reject(
                pairs(distinct.where(Verdict.OPEN), rules), rules.maxPerDuplicateHash())
            .values()
            .stream()
            .map(
                pair ->
                    RowFactory.create(pair.second().imageId(), pair.bits(), pair.first().imageId()))
            .toList();
    Dataset<Row> rejected = judged.sparkSession().createDataFrame(found, FOUND);
    return Verdict.reject(
            distinct.join(broadcast(rejected), col("image_id").equalTo(col("found_id")), "left"),
            col("found_bits").isNotNull(),
            RULE,
            col("found_bits"),
            lit(bits),
            concat(lit("like "), col("found_kept")))
        .drop("found_id", "found_bits", "found_kept");
  }

  /**
   * Images with equal hashes look at the same neighbours: beyond the first few of them, which then
   * speak against the rest, they need not be compared. This bounds the work where thousands share a
   * hash.
   */
  private static Dataset<Row> rejectEqual(Dataset<Row> judged, RuleSettings rules) {
    WindowSpec same = Window.partitionBy(col("perceptual_hash"), Verdict.OPEN).orderBy(KEEP_ORDER);
    Dataset<Row> numbered =
        judged
            .withColumn("copy", row_number().over(same))
            .withColumn("kept", first("image_id").over(same));
    return Verdict.reject(
            numbered,
            col("copy").gt(rules.maxPerDuplicateHash()),
            RULE,
            lit(0),
            lit(rules.nearDuplicateBits()),
            concat(lit("like "), col("kept")))
        .drop("copy", "kept");
  }

  private static List<Pair> pairs(Dataset<Row> images, RuleSettings rules) {
    Dataset<Row> open =
        images
            .select(col("perceptual_hash").as("hash"), ORDER.as("order"))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Dataset<Row> near = new NearHashes(rules.nearDuplicateBits(), open.count()).pairs(open);
      if (rules.maxPerDuplicateHash() > 1) {
        near =
            near.union(
                open.groupBy("hash").agg(count("*").as("n")).where("n > 1").select("hash", "hash"));
      }
      Dataset<Row> one = open.select(col("hash").as("a"), col("order").as("one"));
      Dataset<Row> other = open.select(col("hash").as("b"), col("order").as("other"));
      return near
          .join(one, "a")
          .join(other, "b")
          .where(col("a").notEqual(col("b")).or(col("one").lt(col("other"))))
          .select(
              least(col("one"), col("other")),
              greatest(col("one"), col("other")),
              bit_count(col("a").bitwiseXOR(col("b"))))
          .collectAsList()
          .stream()
          .map(row -> new Pair(order(row.getStruct(0)), order(row.getStruct(1)), row.getInt(2)))
          .toList();
    } finally {
      open.unpersist();
    }
  }

  private static KeepOrder order(Row order) {
    return new KeepOrder(
        -order.getLong(0), -order.getDouble(1), order.getLong(2), order.getString(3));
  }
}
