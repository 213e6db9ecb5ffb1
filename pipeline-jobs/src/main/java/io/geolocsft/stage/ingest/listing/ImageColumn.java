package io.geolocsft.stage.ingest.listing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.parquet.ParquetReading;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A column of a Parquet table with the images themselves: in a struct of {@code bytes} and {@code
 * path}, as Hugging Face's datasets has them, or bytes alone, as pandas and Polars write them.
 *
 * @param bytes of each image, or null
 * @param path its name, or null
 */
record ImageColumn(Column bytes, Column path) {

  /** No file system takes a longer path. */
  private static final int MOST_PATH_BYTES = 4096;

  /**
   * Tells them from paths.
   *
   * @param rows for what no type tells: some programs store text as plain bytes
   */
  static Optional<ImageColumn> of(StructField field, Supplier<Dataset<Row>> rows) {
    Column column = ParquetReading.column(field.name());
    if (field.dataType() instanceof StructType struct
        && typeOf("bytes", struct).equals(DataTypes.BinaryType)) {
      boolean hasPath = typeOf("path", struct).equals(DataTypes.StringType);
      Column path = hasPath ? column.getField("path") : ListedImages.none();
      return Optional.of(new ImageColumn(column.getField("bytes"), path));
    }
    return field.dataType().equals(DataTypes.BinaryType) && !isText(rows.get(), column)
        ? Optional.of(new ImageColumn(column, ListedImages.none()))
        : Optional.empty();
  }

  private static DataType typeOf(String name, StructType struct) {
    return struct.getFieldIndex(name).isEmpty()
        ? DataTypes.NullType
        : struct.apply(name).dataType();
  }

  private static boolean isText(Dataset<Row> rows, Column column) {
    List<Row> first = rows.select(column).where(column.isNotNull()).limit(1).collectAsList();
    return first.isEmpty() || isText(first.get(0).<byte[]>getAs(0));
  }

  private static boolean isText(byte[] bytes) {
    try {
      return bytes.length <= MOST_PATH_BYTES
          && StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes))
              .chars()
              .noneMatch(Character::isISOControl);
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** The name of each image: its path or, where it has none, its place in the table. */
  Column name(RowOrigin origin) {
    return coalesce(path, concat(origin.place(), lit(" "), origin.line()));
  }
}
