package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.bit_count;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import com.google.common.collect.Iterators;
import io.geolocsft.config.RuleSettings;
import io.geolocsft.select.NearDuplicates;
import io.geolocsft.select.NearDuplicates.Pair;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Rejects near duplicates, the images whose perceptual hashes differ in few bits. Executors find
 * the pairs in tables of the hashes. One task then goes through them in the order in which images
 * are kept, for whether an image is kept follows from those before it; it remembers a bit an image.
 * The driver sees none of them: of a street sequence, where every frame is near the next ones,
 * there are many more pairs than images.
 *
 * <p>What was rejected is kept for as long as rows are asked for: close it then.
 */
final class LookAlikes implements AutoCloseable {

  /** The largest, the sharpest, the first by key and by id. */
  static final Column[] KEEP_ORDER = {
    col(JudgedRows.PIXELS).desc(),
    col("blur").desc(),
    col(JudgedRows.KEY).asc(),
    col("image_id").asc()
  };

  private static final String RULE = "near_duplicate";

  /** An image's place in the order, from 0. */
  private static final StructType PLACED =
      new StructType()
          .add("hash", DataTypes.LongType, false)
          .add("id", DataTypes.StringType, false)
          .add("place", DataTypes.LongType, false);

  private static final StructType PAIRS =
      new StructType()
          .add("first", DataTypes.LongType, false)
          .add("second", DataTypes.LongType, false)
          .add("bits", DataTypes.IntegerType, false);

  private final RuleSettings rules;
  private final List<Dataset<Row>> held = new ArrayList<>();

  LookAlikes(RuleSettings rules) {
    this.rules = rules;
  }

  Dataset<Row> reject(Dataset<Row> judged) {
    int bits = rules.nearDuplicateBits();
    if (bits < 0) {
      return judged;
    }
    Dataset<Row> distinct = rejectEqual(judged);
    if (bits == 0) {
      return distinct;
    }
    Dataset<Row> found = hold(found(distinct.where(RejectionColumns.OPEN)));
    return RejectionColumns.reject(
            distinct.join(found, col("image_id").equalTo(col("found_id")), "left"),
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
  private Dataset<Row> rejectEqual(Dataset<Row> judged) {
    WindowSpec same = RejectionColumns.amongOpen(col("perceptual_hash")).orderBy(KEEP_ORDER);
    Dataset<Row> numbered =
        judged
            .withColumn("copy", row_number().over(same))
            .withColumn("kept", first("image_id").over(same));
    return RejectionColumns.reject(
            numbered,
            col("copy").gt(rules.maxPerDuplicateHash()),
            RULE,
            lit(0),
            lit(rules.nearDuplicateBits()),
            concat(lit("like "), col("kept")))
        .drop("copy", "kept");
  }

  /** The rejected images: found_id, found_bits, and the most similar kept one as found_kept. */
  private Dataset<Row> found(Dataset<Row> open) {
    Dataset<Row> placed = hold(placed(open));
    int max = rules.maxPerDuplicateHash();
    Dataset<Row> rejected =
        pairs(placed)
            .repartition(1)
            .sortWithinPartitions("second", "first")
            .mapPartitions(
                (MapPartitionsFunction<Row, Row>)
                    rows ->
                        Iterators.transform(
                            NearDuplicates.rejected(
                                Iterators.transform(rows, LookAlikes::pair), max),
                            LookAlikes::row),
                Encoders.row(PAIRS));
    return rejected
        .join(placed.select(col("place").as("second"), col("id").as("found_id")), "second")
        .join(placed.select(col("place").as("first"), col("id").as("found_kept")), "first")
        .select(col("found_id"), col("bits").as("found_bits"), col("found_kept"));
  }

  private static Dataset<Row> placed(Dataset<Row> open) {
    JavaRDD<Row> rows =
        open.orderBy(KEEP_ORDER)
            .select("perceptual_hash", "image_id")
            .toJavaRDD()
            .zipWithIndex()
            .map(row -> RowFactory.create(row._1.getLong(0), row._1.getString(1), row._2));
    return open.sparkSession().createDataFrame(rows, PLACED);
  }

  private Dataset<Row> pairs(Dataset<Row> placed) {
    Dataset<Row> near = new NearHashes(rules.nearDuplicateBits(), placed.count()).pairs(placed);
    if (rules.maxPerDuplicateHash() > 1) {
      near =
          near.union(
              placed.groupBy("hash").agg(count("*").as("n")).where("n > 1").select("hash", "hash"));
    }
    Dataset<Row> one = placed.select(col("hash").as("a"), col("place").as("one"));
    Dataset<Row> other = placed.select(col("hash").as("b"), col("place").as("other"));
    return near.join(one, "a")
        .join(other, "b")
        .where(col("a").notEqual(col("b")).or(col("one").lt(col("other"))))
        .select(
            least(col("one"), col("other")).as("first"),
            greatest(col("one"), col("other")).as("second"),
            bit_count(col("a").bitwiseXOR(col("b"))).as("bits"));
  }

  private static Pair pair(Row row) {
    return new Pair(row.getLong(0), row.getLong(1), row.getInt(2));
  }

  private static Row row(Pair pair) {
    return RowFactory.create(pair.first(), pair.second(), pair.bits());
  }

  private Dataset<Row> hold(Dataset<Row> rows) {
    held.add(rows.persist(StorageLevel.MEMORY_AND_DISK()));
    return rows;
  }

  @Override
  public void close() {
    held.forEach(Dataset::unpersist);
  }
}
