package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.year;

import io.geolocsft.evaluate.SliceDimension;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * What benchmarks are sliced by: the usual dimensions, which every prediction tells, and columns of
 * {@code binned}. Words and whole numbers are taken as they are, times by their year, and other
 * numbers by the tenths of the benchmark's images that they part it into.
 */
record SliceColumns(Dataset<Row> images, List<String> names) {

  /** Ends the name of a column that is to be parted into tenths. */
  private static final String DECILE = "_decile";

  /** A report cannot tell of more, and every one of them is measured. */
  private static final int MOST_SLICES = 1_000;

  private static final Map<String, SliceDimension> USUAL =
      SliceDimension.usual().stream()
          .collect(Collectors.toMap(SliceDimension::label, dimension -> dimension));

  /**
   * @throws ConfigException if there is no such column, or it has too many values
   */
  void check() {
    for (String name : others()) {
      Dataset<Row> values = images.select(value(name));
      if (values.distinct().limit(MOST_SLICES + 1).count() > MOST_SLICES) {
        throw new ConfigException(
            "evaluate.slices: the column '%s' has more than %s values, which are too many to slice by"
                .formatted(name, MOST_SLICES));
      }
    }
  }

  private List<String> others() {
    return names.stream().filter(name -> !USUAL.containsKey(name)).toList();
  }

  /** In the order of the names. */
  List<SliceDimension> dimensions() {
    return names.stream().map(this::dimension).toList();
  }

  private SliceDimension dimension(String name) {
    return USUAL.containsKey(name)
        ? USUAL.get(name)
        : new SliceDimension.Values(name, "slice_" + name);
  }

  /**
   * Answers with the columns of the dimensions.
   *
   * @param answers rows of {@code predictions}
   */
  Dataset<Row> beside(Dataset<Row> answers) {
    if (others().isEmpty()) {
      return answers;
    }
    List<Column> columns = new ArrayList<>(List.of(col("split").as("benchmark"), col("image_id")));
    others().forEach(name -> columns.add(value(name).as("slice_" + name)));
    return answers.join(
        images.select(columns.toArray(Column[]::new)), new String[] {"benchmark", "image_id"});
  }

  private Column value(String name) {
    boolean isDecile = name.endsWith(DECILE);
    String column = isDecile ? name.substring(0, name.length() - DECILE.length()) : name;
    DataType type =
        field(column).filter(SliceColumns::isSimple).orElseThrow(() -> unknown(name)).dataType();
    boolean isNumber = type.equals(DataTypes.DoubleType);
    if (isDecile || isNumber) {
      if (!isNumber && !isWhole(type)) {
        throw unknown(name);
      }
      return new Deciles(images).of(column).cast("string");
    }
    return type.equals(DataTypes.TimestampType)
        ? year(col(column)).cast("string")
        : col(column).cast("string");
  }

  private static Optional<StructField> field(String name) {
    return Stream.of(Tables.BINNED.struct().fields())
        .filter(field -> field.name().equals(name))
        .findFirst();
  }

  private static boolean isSimple(StructField field) {
    return isWhole(field.dataType())
        || List.of(DataTypes.StringType, DataTypes.DoubleType, DataTypes.TimestampType)
            .contains(field.dataType());
  }

  private static boolean isWhole(DataType type) {
    return type.equals(DataTypes.IntegerType) || type.equals(DataTypes.LongType);
  }

  private static ConfigException unknown(String name) {
    String columns =
        Stream.of(Tables.BINNED.struct().fields())
            .filter(SliceColumns::isSimple)
            .map(StructField::name)
            .filter(each -> !USUAL.containsKey(each))
            .collect(Collectors.joining(", "));
    return new ConfigException(
        "evaluate.slices: there is no column '%s' to slice by; allowed: %s, %s, and for a number's tenths its name with %s"
            .formatted(name, String.join(", ", usualNames()), columns, DECILE));
  }

  private static List<String> usualNames() {
    return SliceDimension.usual().stream().map(SliceDimension::label).toList();
  }
}
