package io.geolocsft.parity;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.PeftFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Compares a model with a golden file: in float32 every {@link Output}, in bfloat16 how far
 * rounding moves the logits, which is all that can be asked there.
 */
public final class ParityCheck {

  /** Rounding to bfloat16 may move our logits so much further than it moves transformers'. */
  private static final double BFLOAT16_RATIO = 1.5;

  private static final String LOGITS_BFLOAT16 = "logits_bfloat16";
  private static final String LEFT_OUT = "not in the golden file";

  /** Tokens whose logits are on the host at once: 17 MB for 262,144 words. */
  private static final int CELLS = 16;

  private final GoldenFile golden;
  private final GemmaModel model;
  private final Optional<LoraAdapter> adapter;

  /**
   * Prepares a comparison.
   *
   * @param golden opened for the model's configuration
   * @param adapter loaded for the model; without it, outputs of one are not compared
   */
  public ParityCheck(GoldenFile golden, GemmaModel model, Optional<LoraAdapter> adapter) {
    this.golden = golden;
    this.model = model;
    this.adapter = adapter;
  }

  /**
   * Computes and compares.
   *
   * @return one finding an output, those missing in the file included
   * @throws IOException if the file cannot be read, or its gradients are not those of the adapter
   */
  public List<Finding> findings() throws IOException {
    if (model.type() == DataType.BFLOAT16) {
      return List.of(bfloat16Logits());
    }
    List<Finding> findings = new ArrayList<>(ofModel());
    findings.addAll(adapter.isPresent() ? ofAdapter(adapter.get()) : withoutAdapter());
    return findings;
  }

  private List<Finding> withoutAdapter() {
    return Arrays.stream(Output.values())
        .filter(Output::needsAdapter)
        .map(
            output ->
                isThere(output)
                    ? Finding.notCompared(output.tensor(), "no adapter was given")
                    : absent(output))
        .toList();
  }

  private Finding absent(Output output) {
    if (!output.needsImages()) {
      return Finding.absent(output.tensor(), LEFT_OUT);
    }
    boolean blind = model.config().vision().isEmpty();
    return Finding.absent(
        output.tensor(), blind ? "the model cannot read images" : "no row has an image");
  }

  private List<Finding> ofModel() throws IOException {
    ModelOutputs outputs = new ModelOutputs(model, golden);
    try (NDManager scope = model.newScope()) {
      NDArray hidden = outputs.hiddenStates(scope, false);
      Finding logits = compare(Output.LOGITS, name -> logits(outputs, hidden, name));
      return List.of(
          compare(Output.VISION_FEATURES, name -> values(outputs.visionFeatures(scope), name)),
          compare(Output.IMAGE_FEATURES, name -> values(outputs.imageFeatures(scope), name)),
          logits,
          compare(Output.LOSS, name -> values(outputs.loss(hidden, false), name)),
          greedyTokens(outputs, 2 * logits.tolerance()));
    }
  }

  private List<Finding> ofAdapter(LoraAdapter pairs) throws IOException {
    try (GemmaModel adapted = model.with(pairs);
        NDManager scope = model.newScope()) {
      ModelOutputs outputs = new ModelOutputs(adapted, golden);
      NDArray hidden = outputs.hiddenStates(scope, false);
      return List.of(
          compare(Output.ADAPTER_LOGITS, name -> logits(outputs, hidden, name)),
          compare(Output.ADAPTER_LOSS, name -> values(outputs.loss(hidden, false), name)),
          pairs.config().dropout() > 0 && isThere(Output.GRADIENTS)
              ? Finding.notCompared(Output.GRADIENTS.tensor(), "the adapter has dropout")
              : compare(Output.GRADIENTS, name -> gradients(outputs, pairs, name)));
    }
  }

  private interface Measure {
    Difference of(String tensor) throws IOException;
  }

  private Finding compare(Output output, Measure measure) throws IOException {
    return isThere(output)
        ? Finding.of(output.tensor(), measure.of(output.tensor()))
        : absent(output);
  }

  private boolean isThere(Output output) {
    return output == Output.GRADIENTS ? !golden.gradients().isEmpty() : golden.has(output.tensor());
  }

  private Difference values(NDArray ours, String tensor) throws IOException {
    float[] theirs = golden.floats(tensor);
    Yardstick yardstick = Yardstick.of(golden.yardstick(tensor), Difference.scale(theirs));
    return new Difference(Difference.greatest(ours.toFloatArray(), theirs), yardstick, "");
  }

  private Difference logits(ModelOutputs outputs, NDArray hidden, String tensor)
      throws IOException {
    double[] greatest = {-1, 0};
    long[] at = new long[1];
    forEachToken(
        outputs,
        hidden,
        List.of(tensor),
        (cell, ours, theirs) -> {
          double difference = Difference.greatest(ours, theirs.get(0));
          if (Double.compare(difference, greatest[0]) > 0) {
            greatest[0] = difference;
            at[0] = cell;
          }
          greatest[1] = Math.max(greatest[1], Difference.scale(theirs.get(0)));
        });
    long length = hidden.getShape().get(1);
    return new Difference(
        greatest[0],
        Yardstick.of(golden.yardstick(tensor), greatest[1]),
        String.format(Locale.ROOT, "row %d, position %d", at[0] / length, at[0] % length));
  }

  private interface TokenLogits {
    void take(long cell, float[] ours, List<float[]> theirs);
  }

  /** A large vocabulary's logits of all tokens do not fit on the heap, so they come one by one. */
  private void forEachToken(
      ModelOutputs outputs, NDArray hidden, List<String> tensors, TokenLogits sink)
      throws IOException {
    int words = model.config().text().vocabSize();
    long[] cells = golden.cells();
    try (NDManager host = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      List<NDArray> theirs = new ArrayList<>();
      for (String tensor : tensors) {
        theirs.add(golden.tensor(tensor, host).reshape(-1, words));
      }
      for (int from = 0; from < cells.length; from += CELLS) {
        long[] some = Arrays.copyOfRange(cells, from, Math.min(from + CELLS, cells.length));
        float[] ours = outputs.logits(hidden, some);
        for (int i = 0; i < some.length; i++) {
          long cell = some[i];
          sink.take(
              cell,
              Arrays.copyOfRange(ours, i * words, (i + 1) * words),
              theirs.stream().map(logits -> row(logits, cell)).toList());
        }
      }
    }
  }

  private static float[] row(NDArray logits, long cell) {
    try (NDArray row = logits.get(cell);
        NDArray wide = row.toType(DataType.FLOAT32, true)) {
      return wide.toFloatArray();
    }
  }

  /**
   * Compares tokens where the likeliest leads by more than rounding may move the two logits. Once
   * rows have parted where either token would do, what follows cannot be compared.
   */
  private Finding greedyTokens(ModelOutputs outputs, double leastMargin) throws IOException {
    String tensor = Output.GREEDY_TOKENS.tensor();
    List<int[]> ours = outputs.greedyTokens();
    long[] theirs = golden.longs(tensor);
    float[] margins = golden.floats("greedy_margins");
    int count = golden.newTokens();
    int compared = 0;
    int parted = 0;
    String place = "";
    for (int row = 0; row < ours.size(); row++) {
      for (int at = 0; at < count; at++) {
        int cell = row * count + at;
        boolean same = ours.get(row)[at] == theirs[cell];
        boolean clear = !(margins[cell] <= leastMargin);
        compared += clear ? 1 : 0;
        if (!same && clear) {
          parted++;
          place = String.format(Locale.ROOT, ", row %d diverges at token %d", row, at);
        }
        if (!same || margins[cell] == 0) {
          break;
        }
      }
    }
    if (compared == 0) {
      return Finding.notCompared(tensor, "rounding could change any of them");
    }
    String note = String.format(Locale.ROOT, "%d of %d%s", compared, theirs.length, place);
    return Finding.of(tensor, new Difference(parted, Yardstick.EXACT, note));
  }

  /** Names in the file of the gradients, by the names of the adapter's tensors. */
  private Map<String, String> gradientNames() {
    int prefix = Output.GRADIENTS.tensor().length() + 1;
    Map<String, String> names = new HashMap<>();
    golden.gradients().forEach(n -> names.put(PeftFiles.tensorName(n.substring(prefix)), n));
    return names;
  }

  private Difference gradients(ModelOutputs outputs, LoraAdapter pairs, String prefix)
      throws IOException {
    Map<String, String> names = gradientNames();
    Map<String, NDArray> tensors = pairs.tensors();
    if (!names.keySet().equals(tensors.keySet())) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s: its %d tensors '%s.*' are not of the adapter's %d tensors",
              golden,
              names.size(),
              prefix,
              tensors.size()));
    }
    tensors.values().forEach(tensor -> tensor.setRequiresGradient(true));
    try (NDManager scope = model.newScope();
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      collector.backward(outputs.loss(outputs.hiddenStates(scope, true), true));
      Difference greatest = new Difference(0, Yardstick.of(0, 1), "");
      for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
        greatest = greatest.max(gradient(tensor.getValue(), names.get(tensor.getKey())));
      }
      return greatest;
    }
  }

  private Difference gradient(NDArray tensor, String name) throws IOException {
    float[] theirs = golden.floats(name);
    try (NDArray gradient = tensor.getGradient()) {
      if (gradient.size() != theirs.length) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s: tensor '%s' has %d values, the adapter's has %d",
                golden,
                name,
                theirs.length,
                gradient.size()));
      }
      return new Difference(
          Difference.relative(gradient.toFloatArray(), theirs),
          Yardstick.of(golden.yardstick(name), 1),
          name);
    }
  }

  /** Mean distances from the golden logits in float32, ours against transformers' in bfloat16. */
  private Finding bfloat16Logits() throws IOException {
    if (!golden.has(LOGITS_BFLOAT16)) {
      return Finding.absent(LOGITS_BFLOAT16, LEFT_OUT);
    }
    ModelOutputs outputs = new ModelOutputs(model, golden);
    double[] sums = new double[2];
    try (NDManager scope = model.newScope()) {
      forEachToken(
          outputs,
          outputs.hiddenStates(scope, false),
          List.of(Output.LOGITS.tensor(), LOGITS_BFLOAT16),
          (cell, ours, theirs) -> {
            sums[0] += Difference.mean(ours, theirs.get(0));
            sums[1] += Difference.mean(theirs.get(1), theirs.get(0));
          });
    }
    int tokens = golden.cells().length;
    return Finding.of(
        LOGITS_BFLOAT16,
        new Difference(
            sums[0] / tokens,
            new Yardstick(sums[1] / tokens, BFLOAT16_RATIO),
            "mean distance from the logits in float32"));
  }
}
