package io.geolocsft.locate;

import java.io.IOException;
import java.io.Writer;

/** The formats that programs read. */
public enum LocatedFormat {
  /** JSON Lines. */
  JSON {
    @Override
    public LocatedWriter open(Writer out) {
      return new JsonLinesWriter(out);
    }
  },
  CSV {
    @Override
    public LocatedWriter open(Writer out) throws IOException {
      return new CsvWriter(out);
    }
  },
  GEOJSON {
    @Override
    public LocatedWriter open(Writer out) throws IOException {
      return new GeoJsonWriter(out);
    }
  },
  KML {
    @Override
    public LocatedWriter open(Writer out) throws IOException {
      return new KmlWriter(out);
    }
  };

  /** Begins a document. The writer is flushed with what is opened, and stays open. */
  public abstract LocatedWriter open(Writer out) throws IOException;
}
