package io.geolocsft.geo;

/** Cells that are rectangles of the map. */
interface BoxCells extends CellSystem {

  /** The cell's rectangle. */
  Bounds box(long id);

  @Override
  default GeoPoint center(long id) {
    return box(id).center();
  }

  @Override
  default byte[] boundaryWkb(long id) {
    return Wkb.box(box(id));
  }

  @Override
  default double areaSquareKm(long id) {
    return box(id).areaSquareKm();
  }
}
