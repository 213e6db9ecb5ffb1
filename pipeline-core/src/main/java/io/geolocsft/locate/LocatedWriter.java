package io.geolocsft.locate;

import java.io.Closeable;
import java.io.IOException;

/** Writes photographs as they are located, in one format. Close it to end the document. */
public interface LocatedWriter extends Closeable {

  /** Writes the next one, whether it has an answer or not. */
  void write(LocatedImage image) throws IOException;
}
