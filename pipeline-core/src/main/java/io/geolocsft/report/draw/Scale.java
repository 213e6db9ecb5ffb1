package io.geolocsft.report.draw;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to pixels.
 *
 * @param logarithmic whether equal ratios are equally far apart
 * @param low value at the first pixel
 * @param high value at the last pixel
 * @param first pixel
 * @param last pixel; below the first where the axis points up
 */
public record Scale(boolean logarithmic, double low, double high, double first, double last) {

  public static Scale linear(double low, double high, double first, double last) {
    return new Scale(false, low, high > low ? high : low + 1, first, last);
  }

  public static Scale logarithmic(double low, double high, double first, double last) {
    return new Scale(true, low, high > low ? high : low * 10, first, last);
  }

  /** The pixel of a value; values beyond the ends stay at the ends. */
  public double at(double value) {
    double held = Math.max(low, Math.min(high, value));
    double share =
        logarithmic ? Math.log(held / low) / Math.log(high / low) : (held - low) / (high - low);
    return first + share * (last - first);
  }

  public String px(double value) {
    return DisplayNumbers.px(at(value));
  }

  /** Round values, about so many, from the low to the high end. */
  public List<Double> ticks(int about) {
    double rough = (high - low) / about;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double mantissa = rough / power;
    double step = power * (mantissa < 1.5 ? 1 : mantissa < 3.5 ? 2 : mantissa < 7.5 ? 5 : 10);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }
}
