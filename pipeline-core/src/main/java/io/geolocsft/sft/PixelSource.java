package io.geolocsft.sft;

import java.io.IOException;

/** Where the pixels of an example come from. Called from several threads. */
@FunctionalInterface
public interface PixelSource {

  /** Normalised pixels {@code [3, side, side]} as the image processor makes them. */
  float[] pixels(TrainingExample example) throws IOException;
}
