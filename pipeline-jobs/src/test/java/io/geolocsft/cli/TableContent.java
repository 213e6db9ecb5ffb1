package io.geolocsft.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a table holds, in short: a hash of each column, and of columns of floating-point numbers a
 * weighted sum, for their last digits differ from one processor to another. Times of day and of
 * work are left out.
 *
 * @param rows how many there are
 * @param hashes by column
 * @param sums by column: the sum, and what it would be without signs
 */
record TableContent(
    @JsonProperty("rows") long rows,
    @JsonProperty("hashes") Map<String, String> hashes,
    @JsonProperty("sums") Map<String, double[]> sums) {

  private static final double TOLERANCE = 1e-3;
  private static final Pattern TIMES = Pattern.compile(".*(_seconds|_per_second)");

  /**
   * The content of a table.
   *
   * @param folder left out of texts
   */
  static TableContent of(Dataset<Row> table, String folder) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Row row : table.collectAsList()) {
      Map<String, Object> values = new TreeMap<>();
      collect("", row, values, folder);
      rows.add(values);
    }
    rows.sort(Comparator.comparing(TableContent::exact));
    TableContent content = new TableContent(rows.size(), new TreeMap<>(), new TreeMap<>());
    for (String column : columns("", table.schema())) {
      content.add(column, rows);
    }
    return content;
  }

  private static void collect(String prefix, Row row, Map<String, Object> values, String folder) {
    for (StructField field : row.schema().fields()) {
      Object value = row.getAs(field.name());
      if (value instanceof Row inner) {
        collect(prefix + field.name() + ".", inner, values, folder);
      } else if (!TIMES.matcher(field.name()).matches()) {
        values.put(prefix + field.name(), value instanceof Double ? value : text(value, folder));
      }
    }
  }

  private static String text(Object value, String folder) {
    return value instanceof byte[] bytes
        ? Hashing.sha256().hashBytes(bytes).toString()
        : String.valueOf(value).replace(folder, "");
  }

  private static String exact(Map<String, Object> row) {
    Map<String, Object> known = new TreeMap<>(row);
    known.values().removeIf(Double.class::isInstance);
    return known.toString();
  }

  private static List<String> columns(String prefix, StructType struct) {
    List<String> columns = new ArrayList<>();
    for (StructField field : struct.fields()) {
      if (field.dataType() instanceof StructType inner) {
        columns.addAll(columns(prefix + field.name() + ".", inner));
      } else if (!TIMES.matcher(field.name()).matches()) {
        boolean isNumber = field.dataType().equals(DataTypes.DoubleType);
        columns.add((isNumber ? "~" : "") + prefix + field.name());
      }
    }
    return columns;
  }

  private void add(String column, List<Map<String, Object>> rows) {
    if (!column.startsWith("~")) {
      StringBuilder text = new StringBuilder();
      rows.forEach(row -> text.append(row.get(column)).append('\n'));
      hashes.put(
          column,
          Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString().substring(0, 12));
      return;
    }
    String name = column.substring(1);
    double[] sum = new double[2];
    for (int i = 0; i < rows.size(); i++) {
      // An empty field counts as itself, and each row by its place.
      Object value = rows.get(i).get(name);
      double weighted = (1 + i % 97) * (value instanceof Double number ? number : 1e3);
      sum[0] += weighted;
      sum[1] += Math.abs(weighted);
    }
    sums.put(name, sum);
  }

  /** The columns that differ, and {@code rows} if there are more or fewer. */
  List<String> differences(TableContent other) {
    TreeSet<String> found = new TreeSet<>();
    if (rows != other.rows) {
      found.add("rows");
    }
    TreeSet<String> columns = new TreeSet<>(hashes.keySet());
    columns.addAll(other.hashes.keySet());
    for (String column : columns) {
      if (!hashes.getOrDefault(column, "").equals(other.hashes.get(column))) {
        found.add(column);
      }
    }
    TreeSet<String> numbers = new TreeSet<>(sums.keySet());
    numbers.addAll(other.sums.keySet());
    for (String column : numbers) {
      if (!isNear(sums.get(column), other.sums.get(column))) {
        found.add(column);
      }
    }
    return List.copyOf(found);
  }

  private static boolean isNear(double[] one, double[] two) {
    return one != null
        && two != null
        && Math.abs(one[0] - two[0]) <= TOLERANCE * Math.max(one[1], two[1]);
  }
}
