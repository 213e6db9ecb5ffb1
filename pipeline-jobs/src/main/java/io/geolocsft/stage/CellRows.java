package io.geolocsft.stage;

import io.geolocsft.config.SelectSettings;
import io.geolocsft.geo.Bounds;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.Wkb;
import io.geolocsft.select.Apportionment;
import io.geolocsft.select.Leaf;
import io.geolocsft.select.SamplingStrategy;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Leaves to rows of {@code cells}. The quota is the planned one: what a cell would give if all of
 * its images were good.
 */
final class CellRows {

  private final Geography geography;
  private final SelectSettings select;

  CellRows(Geography geography, SelectSettings select) {
    this.geography = geography;
    this.select = select;
  }

  List<Row> of(List<Leaf> leaves) {
    SamplingStrategy strategy = SamplingStrategy.of(select.strategy());
    double[] weights =
        leaves.stream()
            .mapToDouble(leaf -> strategy.cellWeight(leaf.count(), select.alpha()))
            .toArray();
    long[] counts = leaves.stream().mapToLong(Leaf::count).toArray();
    long total = leaves.stream().mapToLong(Leaf::count).sum();
    long[] quotas = Apportionment.of(Math.min(select.count(), total), weights, counts);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < quotas.length; i++) {
      double weight = strategy.imageWeight(leaves.get(i).count(), select.alpha());
      rows.add(row(leaves.get(i), weight, Math.toIntExact(quotas[i])));
    }
    return rows;
  }

  private Row row(Leaf leaf, double weight, int quota) {
    CellSystem cells = geography.cells();
    GeoPoint center = cells.center(leaf.cellId());
    byte[] boundary = cells.boundaryWkb(leaf.cellId());
    Bounds box = Wkb.bounds(boundary);
    return RowFactory.create(
        leaf.cellId(),
        cells.token(leaf.cellId()),
        leaf.level(),
        leaf.count(),
        weight,
        quota,
        RowFactory.create(center.latitude(), center.longitude()),
        cells.areaSquareKm(leaf.cellId()),
        geography.density(center.latitude(), center.longitude()),
        boundary,
        RowFactory.create(box.xmin(), box.ymin(), box.xmax(), box.ymax()));
  }
}
