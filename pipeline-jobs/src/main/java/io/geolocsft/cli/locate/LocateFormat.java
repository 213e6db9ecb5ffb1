package io.geolocsft.cli.locate;

import io.geolocsft.cli.console.Console;
import io.geolocsft.locate.LocatedFormat;
import io.geolocsft.locate.LocatedWriter;
import java.io.IOException;

/** How located photographs are printed. */
enum LocateFormat {
  TABLE(null),
  JSON(LocatedFormat.JSON),
  CSV(LocatedFormat.CSV),
  GEOJSON(LocatedFormat.GEOJSON),
  KML(LocatedFormat.KML);

  private final LocatedFormat format;

  LocateFormat(LocatedFormat format) {
    this.format = format;
  }

  LocatedWriter open(Console console) throws IOException {
    return format == null ? new LocatedTable(console) : format.open(console.out());
  }
}
