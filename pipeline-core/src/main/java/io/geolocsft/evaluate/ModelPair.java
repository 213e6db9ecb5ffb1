package io.geolocsft.evaluate;

/** Two models to compare image by image: the figures are {@code minuend - subtrahend}. */
public record ModelPair(String minuend, String subtrahend) {

  /** As the metrics table calls the difference. */
  public String label() {
    return minuend + "_minus_" + subtrahend;
  }
}
