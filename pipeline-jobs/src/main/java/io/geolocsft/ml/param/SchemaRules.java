package io.geolocsft.ml.param;

import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** What stages ask of the columns of their input, told before any work. */
public final class SchemaRules {

  private SchemaRules() {}

  /**
   * @throws IllegalArgumentException if there is no such column or it has another type
   */
  public static void require(StructType schema, String column, DataType type) {
    if (!Arrays.asList(schema.fieldNames()).contains(column)) {
      throw new IllegalArgumentException(
          "There is no column '%s'; there are %s"
              .formatted(column, String.join(", ", schema.fieldNames())));
    }
    DataType found = schema.apply(column).dataType();
    if (!found.sameType(type)) {
      throw new IllegalArgumentException(
          "The column '%s' is %s; %s is needed"
              .formatted(column, found.catalogString(), type.catalogString()));
    }
  }

  /**
   * The columns with one more.
   *
   * @throws IllegalArgumentException if it is there already
   */
  public static StructType with(StructType schema, String column, DataType type) {
    if (Arrays.asList(schema.fieldNames()).contains(column)) {
      throw new IllegalArgumentException("There is a column '%s' already".formatted(column));
    }
    return schema.add(column, type, true);
  }

  /** The columns as they are, whatever their names hold. */
  public static Column[] columns(StructType schema) {
    return Arrays.stream(schema.fieldNames())
        .map(name -> col("`" + name.replace("`", "``") + "`"))
        .toArray(Column[]::new);
  }
}
