package io.geolocsft.table;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * The footer entry {@code geo} of one file, by GeoParquet 1.1
 * (https://geoparquet.org/releases/v1.1.0/): that the column {@code geometry} is WKB and {@code
 * bbox} covers it, and of the rows so far the kinds of geometry and the bounds. Without a {@code
 * crs} it is longitude and latitude on WGS84.
 */
final class GeoMetadata {

  static final String KEY = "geo";

  private static final String GEOMETRY = "geometry";
  private static final String BBOX = "bbox";
  private static final String[] EDGES = {"xmin", "ymin", "xmax", "ymax"};

  /** By the type number of WKB. */
  private static final Map<Integer, String> TYPES =
      Map.of(
          1, "Point",
          2, "LineString",
          3, "Polygon",
          4, "MultiPoint",
          5, "MultiLineString",
          6, "MultiPolygon",
          7, "GeometryCollection");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final int geometry;
  private final int bbox;
  private final TreeSet<String> types = new TreeSet<>();
  private final double[] bounds = {
    Double.POSITIVE_INFINITY,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };

  /**
   * @param schema of the rows
   */
  GeoMetadata(StructType schema) {
    geometry = schema.fieldIndex(GEOMETRY);
    bbox = schema.fieldIndex(BBOX);
  }

  /** Whether rows have a geometry and its bounds. */
  static boolean applies(StructType schema) {
    return schema.getFieldIndex(GEOMETRY).isDefined() && schema.getFieldIndex(BBOX).isDefined();
  }

  void add(InternalRow row) {
    if (row.isNullAt(geometry) || row.isNullAt(bbox)) {
      return;
    }
    types.add(type(row.getBinary(geometry)));
    InternalRow box = row.getStruct(bbox, EDGES.length);
    for (int edge = 0; edge < EDGES.length; edge++) {
      double value = box.getDouble(edge);
      bounds[edge] =
          edge < EDGES.length / 2 ? Math.min(bounds[edge], value) : Math.max(bounds[edge], value);
    }
  }

  private static String type(byte[] wkb) {
    if (wkb.length < 1 + Integer.BYTES) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "A geometry of %d bytes is not WKB", wkb.length));
    }
    ByteOrder order = wkb[0] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    int type = ByteBuffer.wrap(wkb).order(order).getInt(1);
    if (!TYPES.containsKey(type)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "A geometry of type %d is not plain WKB", type));
    }
    return TYPES.get(type);
  }

  String json() {
    ObjectNode root =
        JSON.createObjectNode().put("version", "1.1.0").put("primary_column", GEOMETRY);
    ObjectNode column = root.putObject("columns").putObject(GEOMETRY).put("encoding", "WKB");
    ArrayNode found = column.putArray("geometry_types");
    types.forEach(found::add);
    // A file without rows has no bounds.
    if (!types.isEmpty()) {
      ArrayNode box = column.putArray("bbox");
      for (double edge : bounds) {
        box.add(edge);
      }
    }
    ObjectNode covering = column.putObject("covering").putObject(BBOX);
    for (String edge : EDGES) {
      covering.putArray(edge).add(BBOX).add(edge);
    }
    return root.toString();
  }
}
