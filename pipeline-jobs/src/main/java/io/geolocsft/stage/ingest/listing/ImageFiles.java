package io.geolocsft.stage.ingest.listing;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.replace;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring_index;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.geolocsft.config.ImageSet;
import io.geolocsft.config.TableColumn;
import io.geolocsft.config.TableLayout;
import io.geolocsft.files.Archive;
import io.geolocsft.files.FolderListing;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;

/**
 * The files below an image set's folder, those in its archives among them: an archive counts as a
 * folder, {@code 00.zip/1.jpg}. Executors list the folders, and the archives, one a task.
 */
final class ImageFiles {

  private static final int FILES_PER_TASK = 10_000;
  private static final String FILE = "file";

  /** How many files an image's name may mean. */
  private static final String SAME = "same";

  private static final UserDefinedFunction IS_COMPANION =
      udf((UDF1<String, Boolean>) path -> path != null && Companions.isOne(path), BooleanType);

  private static final UserDefinedFunction COMPOSED =
      udf((UDF1<String, String>) SpelledPath::composed, StringType);

  private final SparkSession spark;
  private final ImageSet set;
  private final JavaRDD<String> plain;
  private final List<String> archives;

  private ImageFiles(
      SparkSession spark, ImageSet set, JavaRDD<String> plain, List<String> archives) {
    this.spark = spark;
    this.set = set;
    this.plain = plain;
    this.archives = archives;
  }

  /**
   * Lists the folder, of archives the names alone.
   *
   * @param listings takes the listing that the files come from, for the caller to close when it has
   *     read them
   */
  static ImageFiles of(SparkSession spark, ImageSet set, List<FolderListing> listings) {
    FolderListing listing = FolderListing.of(spark, set.images());
    listings.add(listing);
    JavaRDD<String> files = listing.files();
    return new ImageFiles(
        spark,
        set,
        files.filter(file -> !Archive.isArchive(file)),
        files.filter(Archive::isArchive).collect().stream().sorted().toList());
  }

  /** The paths of the archives. */
  List<String> archives() {
    return archives;
  }

  /** Every file as an image, where no table names them; those that are none by name left out. */
  Dataset<Row> listed() {
    return ListedImages.select(
        all().where(not(coalesce(IS_COMPANION.apply(col("path")), lit(false)))),
        set,
        new RowOrigin(
            col("place"), col("line"), col("problem"), col("detail"), col("member"), col("uri")),
        column -> column == TableColumn.IMAGE ? col("path") : ListedImages.none());
  }

  /**
   * Gives each image of a table its file, and adds a row for each archive that could not be read to
   * its end.
   *
   * @param table as {@link ListedImages}
   */
  Dataset<Row> locate(Dataset<Row> table) {
    Dataset<Row> named = table.withColumn("image", file(set.layout(), col("image")));
    if (set.layout().isAnywhere()) {
      return join(named, List.of(lastPart(col("path"))), ImageFiles::lastPart);
    }
    // Unpacked, an archive's images may have come with or without the folders in it.
    return archives.isEmpty()
        ? named
        : join(
            named,
            List.of(col("path"), col("member"), lastPart(col("member"))),
            UnaryOperator.identity());
  }

  /** The path of an image's file by what a table says. */
  private static Column file(TableLayout layout, Column image) {
    Column path = layout.isFlat() ? replace(image, lit("/"), lit("_")) : image;
    return concat(path, lit(layout.suffix()));
  }

  /**
   * @param keys by which a file is found, the best first
   * @param key by which an image looks for one
   */
  private Dataset<Row> join(Dataset<Row> table, List<Column> keys, UnaryOperator<Column> key) {
    Dataset<Row> files =
        all()
            .select(struct(col("*")).as(FILE), posexplode(array(composed(keys))))
            .where(col("col").isNotNull().or(isUnreadable()))
            .groupBy(
                coalesce(col("col"), concat(lit("\0"), col("file.place"))).as("key"), col("pos"))
            .agg(min(col(FILE)).as(FILE), count_distinct(col("file.path")).as(SAME))
            .groupBy("key")
            .agg(min(struct(col("pos"), col(SAME), col(FILE))).as("best"))
            .select(col("key"), col("best." + SAME), col("best.file"));
    Dataset<Row> joined =
        table
            .join(files, COMPOSED.apply(key.apply(col("image"))).equalTo(col("key")), "full_outer")
            .where(col("split").isNotNull().or(isUnreadable()));
    return joined.select(
        Stream.of(table.columns()).map(ImageFiles::located).toArray(Column[]::new));
  }

  private static Column[] composed(List<Column> keys) {
    return keys.stream().map(COMPOSED::apply).toArray(Column[]::new);
  }

  /** An archive, from some member on. */
  private static Column isUnreadable() {
    return col("file.path").isNull();
  }

  private static Column located(String column) {
    Column own = col(column);
    Column located =
        switch (column) {
          case "image" -> coalesce(col("file.path"), own);
          case "problem" ->
              coalesce(own, when(col(SAME).gt(1), "ambiguous_file"), col(FILE).getField(column));
          case "detail" ->
              coalesce(
                  own,
                  when(
                      col(SAME).gt(1),
                      concat(
                          col(SAME),
                          lit(" files match, one of them "),
                          col("file.path"),
                          lit(": give the table their paths"))),
                  col(FILE).getField(column));
          case "split", "place", "line", "member", "uri" ->
              coalesce(own, col(FILE).getField(column));
          default -> own;
        };
    return located.as(column);
  }

  /** A plain file's line is its place among them in the order of their paths. */
  private Dataset<Row> all() {
    JavaRDD<Row> rows =
        plain
            .sortBy(path -> path, true, (int) (1 + plain.count() / FILES_PER_TASK))
            .zipWithIndex()
            .map(file -> FileRow.of(file._1, file._2 + 1).row());
    Dataset<Row> files = spark.createDataFrame(rows, FileRow.SCHEMA);
    Dataset<Row> all =
        archives.isEmpty()
            ? files
            : files.unionAll(ArchivedFiles.rows(spark, set, archives, ArchivedFiles::each));
    return all.withColumn("split", lit(set.split()));
  }

  private static Column lastPart(Column path) {
    return substring_index(path, "/", -1);
  }
}
