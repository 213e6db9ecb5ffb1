package io.geolocsft.stage.ingest.listing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.udf;

import io.geolocsft.config.ImageSet;
import io.geolocsft.config.TableColumn;
import io.geolocsft.parquet.ParquetParts;
import io.geolocsft.parquet.ParquetReading;
import io.geolocsft.parquet.PartPath;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** A Parquet file or folder; a row is known by its file and its number there. */
final class ParquetTable {

  private static final String TIME = "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX";

  /** Of a count of nanoseconds, towards the past. */
  private static final String MICROSECONDS = "(time - pmod(time, 1000)) div 1000";

  private final SparkSession spark;
  private final ImageSet set;
  private final ParquetParts parts;

  /**
   * @param parts that are read alike
   */
  private ParquetTable(SparkSession spark, ImageSet set, ParquetParts parts) {
    this.spark = spark;
    this.set = set;
    this.parts = parts;
  }

  /** All its rows, as {@link ListedImages}. */
  static Dataset<Row> read(SparkSession spark, ImageSet set) {
    return open(spark, set).map(ParquetTable::listed).reduce(Dataset::unionAll).orElseThrow();
  }

  /** The images inside the table, as {@link EmbeddedImages#select}; empty if it has none. */
  static Optional<Dataset<Row>> embedded(SparkSession spark, ImageSet set) {
    return open(spark, set).flatMap(table -> table.embedded().stream()).reduce(Dataset::unionAll);
  }

  private static Stream<ParquetTable> open(SparkSession spark, ImageSet set) {
    List<String> asked =
        Stream.of(TableColumn.values()).map(column -> column.nameIn(set.columns())).toList();
    return ParquetParts.of(spark, set.table(), set.setting() + ".table", asked).alike().stream()
        .map(alike -> new ParquetTable(spark, set, alike));
  }

  private Dataset<Row> listed() {
    List<String> names = new ArrayList<>(parts.first().names());
    parts.folderColumns().stream().filter(name -> !names.contains(name)).forEach(names::add);
    ColumnPositions positions = ColumnPositions.find(set, parts.first().file(), names, "");
    Dataset<Row> rows =
        ParquetReading.read(ParquetReading.session(spark), parts.files(), parts.first().asked());
    return ListedImages.select(
        rows,
        set,
        origin(),
        column ->
            positions.of(column).map(index -> text(names.get(index))).orElse(ListedImages.none()));
  }

  private Optional<Dataset<Row>> embedded() {
    return field(TableColumn.IMAGE.nameIn(set.columns()))
        .flatMap(this::images)
        .map(images -> EmbeddedImages.select(imageRows(), set, images.bytes(), origin()));
  }

  private Optional<StructField> field(String name) {
    return Stream.of(parts.first().asked().fields())
        .filter(field -> field.name().equals(name))
        .findFirst();
  }

  private Optional<ImageColumn> images(StructField field) {
    boolean mayBe = field.name().equals(TableColumn.IMAGE.nameIn(set.columns()));
    return mayBe ? ImageColumn.of(field, this::imageRows) : Optional.empty();
  }

  /** The columns asked for, of few rows at a time. */
  private Dataset<Row> imageRows() {
    return ParquetReading.read(
        ParquetReading.imageSession(spark), parts.files(), parts.first().asked());
  }

  /**
   * The file by its path below the table's folder: in folders of its own each may have any name.
   */
  private RowOrigin origin() {
    Column file = ofPath(PartPath::text);
    return RowOrigin.of(concat(file, lit(" row")), col("_metadata.row_index").plus(1));
  }

  /** What a file's path says of its rows. */
  private interface FromPath extends Serializable {
    String of(PartPath path);
  }

  private Column ofPath(FromPath value) {
    String root = parts.root().toUri().getPath();
    UDF1<String, String> function = uri -> value.of(PartPath.ofUri(root, uri));
    return udf(function, DataTypes.StringType).apply(col("_metadata.file_path"));
  }

  /** Of an image its name; a time by ISO 8601; anything else as Spark prints it. */
  private Column text(String name) {
    return field(name).map(this::text).orElseGet(() -> ofPath(path -> path.columns().get(name)));
  }

  private Column text(StructField field) {
    Column column = ParquetReading.column(field.name());
    Optional<ImageColumn> images = images(field);
    if (images.isPresent()) {
      return images.get().name(origin());
    }
    if (parts.first().nanoseconds().contains(field.name())) {
      return date_format(
          timestamp_micros(expr(MICROSECONDS.replace("time", ParquetReading.quoted(field.name())))),
          TIME);
    }
    return field.dataType().equals(DataTypes.TimestampType)
        ? date_format(column, TIME)
        : column.cast(DataTypes.StringType);
  }
}
