package io.geolocsft.locate;

import java.io.IOException;
import java.io.Writer;

/** JSON Lines: an object a photograph. */
record JsonLinesWriter(Writer out) implements LocatedWriter {

  @Override
  public void write(LocatedImage image) throws IOException {
    out.write(LocatedJson.of(image).toString());
    out.write("\n");
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.flush();
  }
}
