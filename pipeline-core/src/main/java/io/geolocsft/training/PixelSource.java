package io.geolocsft.training;

import java.io.IOException;

/** Where the images of an example come from. Called from several threads. */
@FunctionalInterface
public interface PixelSource {

  /**
   * One array a view: normalised pixels {@code [3, side, side]}, or features where they are kept.
   */
  float[][] pixels(TrainingExample example) throws IOException;
}
