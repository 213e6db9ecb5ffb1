package io.geolocsft.stage.bin;

import io.geolocsft.geo.Bounds;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.Wkb;
import io.geolocsft.select.Leaf;
import io.geolocsft.stage.GeoReference;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Leaves to rows of {@code partition}. */
record PartitionRows(GeoReference geography) {

  Row row(Leaf leaf) {
    CellSystem cells = geography.cells();
    GeoPoint center = cells.center(leaf.cellId());
    byte[] boundary = cells.boundaryWkb(leaf.cellId());
    Bounds box = Wkb.bounds(boundary);
    return RowFactory.create(
        leaf.cellId(),
        cells.token(leaf.cellId()),
        leaf.level(),
        leaf.count(),
        RowFactory.create(center.latitude(), center.longitude()),
        cells.areaSquareKm(leaf.cellId()),
        geography.density(center.latitude(), center.longitude()),
        boundary,
        RowFactory.create(box.xmin(), box.ymin(), box.xmax(), box.ymax()));
  }
}
