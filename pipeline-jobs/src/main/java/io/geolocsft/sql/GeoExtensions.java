package io.geolocsft.sql;

import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.DistanceModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import scala.runtime.BoxedUnit;

/**
 * Brings the functions of this package into a session, by {@code spark.sql.extensions =
 * io.geolocsft.sql.GeoExtensions}. Points are degrees, ids BIGINT. Each function is null where an
 * argument is, and fails where coordinates are not a point on Earth or a number is not a cell.
 * {@code DESCRIBE FUNCTION EXTENDED s2_cell_id} tells more.
 */
public final class GeoExtensions implements SparkSessionExtensionsProvider {

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (GeoFunction function : functions()) {
      extensions.injectFunction(function.injection());
    }
    return BoxedUnit.UNIT;
  }

  static List<GeoFunction> functions() {
    List<GeoFunction> all = new ArrayList<>();
    all.addAll(ofCells("s2", "level", "0 to 30", "s2_cell_id(48.8584, 2.2945, 10)"));
    all.addAll(ofCells("h3", "resolution", "0 to 15", "h3_cell_id(48.8584, 2.2945, 5)"));
    all.addAll(ofCells("quadtree", "level", "0 to 30", "quadtree_cell_id(48.8584, 2.2945, 10)"));
    all.add(grid());
    all.add(
        new GeoFunction(
            "great_circle_km",
            "latitude1, longitude1, latitude2, longitude2",
            "the distance of two points in km on a sphere of the mean Earth radius 6371.0088 km",
            "great_circle_km(48.8584, 2.2945, 51.5007, -0.1246)",
            arguments -> GeoExpressions.distance(DistanceModel.SPHERE_6371_0088, arguments)));
    all.add(
        new GeoFunction(
            "geodesic_km",
            "latitude1, longitude1, latitude2, longitude2",
            "the distance of two points in km on the WGS84 ellipsoid, by Karney's algorithm",
            "geodesic_km(48.8584, 2.2945, 51.5007, -0.1246)",
            arguments -> GeoExpressions.distance(DistanceModel.WGS84, arguments)));
    all.addAll(ofPlaces());
    return all;
  }

  private static List<GeoFunction> ofPlaces() {
    String point = "latitude, longitude";
    return List.of(
        new GeoFunction(
            "country_code",
            point,
            "the ISO 3166-1 code of the country at a point or, at sea, of the nearest within 25 km, by Natural Earth at 1:50 million; null elsewhere",
            "country_code(48.8584, 2.2945)",
            GeoExpressions::country),
        new GeoFunction(
            "continent",
            point,
            "the continent of that country",
            "continent(48.8584, 2.2945)",
            GeoExpressions::continent),
        new GeoFunction(
            "population_density",
            point,
            "people per square km within 50 km of a point, by the places of GeoNames",
            "population_density(48.8584, 2.2945)",
            GeoExpressions::populationDensity),
        new GeoFunction(
            "remoteness_km",
            point,
            "the distance in km from a point to the nearest place of 1,000 people, by GeoNames",
            "remoteness_km(48.8584, 2.2945)",
            GeoExpressions::remoteness));
  }

  private static List<GeoFunction> ofCells(
      String system, String level, String levels, String example) {
    CellSystem cells = CellSystem.of(system);
    String name = system.equals("quadtree") ? "quadtree" : system.toUpperCase(Locale.ROOT);
    return List.of(
        new GeoFunction(
            system + "_cell_id",
            "latitude, longitude, " + level,
            "the id of the %s cell (%s %s) that holds a point".formatted(name, level, levels),
            example,
            arguments -> GeoExpressions.cellId(cells, arguments)),
        new GeoFunction(
            system + "_token",
            "cell_id",
            "the text by which %s cells are known".formatted(name),
            "%s_token(%s)".formatted(system, example),
            arguments -> GeoExpressions.token(cells, arguments)),
        new GeoFunction(
            system + "_parent",
            "cell_id, " + level,
            "the ancestor of a cell at a %s not finer than its own".formatted(level),
            "%s_parent(%s, 3)".formatted(system, example),
            arguments -> GeoExpressions.parent(cells, arguments)),
        new GeoFunction(
            system + "_level",
            "cell_id",
            "the %s of a cell".formatted(level),
            "%s_level(%s)".formatted(system, example),
            arguments -> GeoExpressions.level(cells, arguments)),
        new GeoFunction(
            system + "_center",
            "cell_id",
            "the centre of a cell as STRUCT<latitude, longitude>",
            "%s_center(%s)".formatted(system, example),
            arguments -> GeoExpressions.center(cells, arguments)),
        new GeoFunction(
            system + "_boundary",
            "cell_id",
            "the outline of a cell as WKB, longitude before latitude, cut at the antimeridian",
            "length(%s_boundary(%s))".formatted(system, example),
            arguments -> GeoExpressions.boundary(cells, arguments)),
        new GeoFunction(
            system + "_area_km2",
            "cell_id",
            "the area of a cell in square km on a sphere of the mean Earth radius",
            "%s_area_km2(%s)".formatted(system, example),
            arguments -> GeoExpressions.area(cells, arguments)));
  }

  private static GeoFunction grid() {
    return new GeoFunction(
        "grid_cell",
        "latitude, longitude[, rows, columns]",
        "the number of the cell that holds a point in a grid of equal steps of latitude and longitude, 99 by 99 as OSV-5M's if not given: from 1 in the south-west, row by row",
        "grid_cell(48.8584, 2.2945)",
        GridCell::call);
  }
}
