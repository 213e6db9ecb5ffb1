package io.geolocsft.report.data;

import io.geolocsft.evaluate.Figure;
import java.util.List;

/**
 * Variants beside one another.
 *
 * @param variants the first is what the others are compared with
 * @param figures of each, and differences from the first
 */
public record Ablation(List<Variant> variants, List<Figure> figures) {

  public Ablation {
    variants = List.copyOf(variants);
    figures = List.copyOf(figures);
  }
}
