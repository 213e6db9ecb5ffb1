package io.geolocsft.sql;

import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.CountryIndex;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PopulationDensity;
import io.geolocsft.select.KeyCutoffs;
import io.geolocsft.select.LeafLookup;
import java.util.OptionalLong;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * What generated code calls: arguments are never null, results are in Spark's own types. Public for
 * that code alone.
 */
public final class GeoFunctions {

  private GeoFunctions() {}

  public static long cellId(CellSystem cells, double latitude, double longitude, int level) {
    return cells.cellId(latitude, longitude, level);
  }

  public static UTF8String token(CellSystem cells, long id) {
    return UTF8String.fromString(cells.token(id));
  }

  public static long parent(CellSystem cells, long id, int level) {
    return cells.parent(id, level);
  }

  public static int level(CellSystem cells, long id) {
    return cells.level(id);
  }

  public static InternalRow center(CellSystem cells, long id) {
    GeoPoint center = cells.center(id);
    return new GenericInternalRow(new Object[] {center.latitude(), center.longitude()});
  }

  public static byte[] boundary(CellSystem cells, long id) {
    return cells.boundaryWkb(id);
  }

  public static double area(CellSystem cells, long id) {
    return cells.areaSquareKm(id);
  }

  /** The leaf around a point, null where none is. */
  public static Long leaf(LeafLookup leaves, double latitude, double longitude) {
    OptionalLong leaf = leaves.leafAt(latitude, longitude);
    return leaf.isPresent() ? (Long) leaf.getAsLong() : null;
  }

  public static boolean holds(LeafLookup leaves, long fineCell) {
    return leaves.leafOf(fineCell).isPresent();
  }

  public static boolean isAmongFirst(
      KeyCutoffs cutoffs, UTF8String stratum, long cell, UTF8String imageId) {
    return cutoffs.holds(stratum.toString(), cell, imageId.getBytes());
  }

  public static UTF8String country(double latitude, double longitude) {
    return CountryIndex.naturalEarth()
        .locate(latitude, longitude)
        .map(found -> UTF8String.fromString(found.code()))
        .orElse(null);
  }

  public static UTF8String continent(double latitude, double longitude) {
    return CountryIndex.naturalEarth()
        .locate(latitude, longitude)
        .map(found -> UTF8String.fromString(found.continent()))
        .orElse(null);
  }

  public static double populationDensity(double latitude, double longitude) {
    return PopulationDensity.geonames().perSquareKm(latitude, longitude);
  }

  public static double remoteness(double latitude, double longitude) {
    return PopulationDensity.geonames().nearestPlaceKm(latitude, longitude);
  }

  public static double distance(
      DistanceModel earth, double lat1, double lon1, double lat2, double lon2) {
    return earth.kilometers(lat1, lon1, lat2, lon2);
  }
}
