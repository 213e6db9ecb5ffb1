package io.geolocsft.lora;

import java.util.List;
import java.util.Locale;

/**
 * A LoRA adapter (Hu et al. 2021, arXiv 2106.09685), with the field names of PEFT.
 *
 * @param rank inner size of the pairs
 * @param alpha the pairs' product is scaled by {@code alpha / rank}
 * @param dropout share of the inputs of A that training drops
 * @param targetModules last names of the wrapped linear layers, such as {@code q_proj}
 * @param rankStabilized scale by {@code alpha / sqrt(rank)} instead (rsLoRA, arXiv 2312.03732)
 */
public record LoraConfig(
    int rank, double alpha, double dropout, List<String> targetModules, boolean rankStabilized) {

  /** Every linear layer of the decoder. */
  public static final List<String> ALL_LINEAR =
      List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

  public LoraConfig {
    targetModules = List.copyOf(targetModules);
    boolean sound = rank >= 1 && alpha > 0 && alpha <= Float.MAX_VALUE;
    if (!sound || !(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "LoRA needs rank >= 1, a finite alpha > 0 and 0 <= dropout < 1, not %d, %s and %s",
              rank,
              alpha,
              dropout));
    }
    if (targetModules.isEmpty() || !ALL_LINEAR.containsAll(targetModules)) {
      throw new IllegalArgumentException(
          "LoRA target modules %s must be some of %s".formatted(targetModules, ALL_LINEAR));
    }
  }

  /** What the product of a pair is multiplied by. */
  public double scale() {
    return alpha / (rankStabilized ? Math.sqrt(rank) : rank);
  }
}
