package io.geolocsft.training;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.Maps;
import io.geolocsft.training.TrainingProgress.Lowest;
import java.util.Map;
import java.util.function.Function;

/** The lowest validation loss of a run and, in the host's memory, the tensors that had it. */
final class BestSoFar implements AutoCloseable {

  private final Map<String, NDArray> trained;
  private final boolean isKept;
  private Lowest lowest = Lowest.NONE;
  private HostCopy best = new HostCopy();

  /**
   * @param trained the tensors under training, by name
   * @param isKept whether their best values are wanted, or the loss alone
   */
  BestSoFar(Map<String, NDArray> trained, boolean isKept) {
    this.trained = trained;
    this.isKept = isKept;
  }

  Lowest lowest() {
    return lowest;
  }

  /** Whether there are best values once so low a loss was seen. */
  boolean isKeptAfter(Lowest seen) {
    return isKept && seen.step() >= 0;
  }

  /** Takes over what an earlier run had. */
  void restore(Lowest seen, Function<String, NDArray> values) {
    lowest = seen;
    if (isKeptAfter(seen)) {
      best.add("", Maps.asMap(trained.keySet(), values::apply));
    }
  }

  /** Takes a loss in. */
  void add(int step, double loss) {
    if (loss < lowest.loss()) {
      lowest = new Lowest(loss, step, 0);
      copy();
    } else {
      lowest = new Lowest(lowest.loss(), lowest.step(), lowest.looksSince() + 1);
    }
  }

  private void copy() {
    if (isKept) {
      best.close();
      best = new HostCopy().add("", trained);
    }
  }

  /** The best values by name; empty if there are none yet or none are kept. */
  Map<String, NDArray> values() {
    return best.values();
  }

  /** Gives the tensors under training their best values, if there are any. */
  void apply() {
    values().forEach((name, value) -> HostCopy.write(value, trained.get(name)));
  }

  @Override
  public void close() {
    best.close();
  }
}
