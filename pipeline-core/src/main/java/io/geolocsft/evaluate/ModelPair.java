package io.geolocsft.evaluate;

import java.io.Serializable;

/** Two models to compare image by image: the figures are {@code minuend - subtrahend}. */
public record ModelPair(String minuend, String subtrahend) implements Serializable {

  /** As the metrics table calls the difference. */
  public String label() {
    return minuend + "_minus_" + subtrahend;
  }
}
