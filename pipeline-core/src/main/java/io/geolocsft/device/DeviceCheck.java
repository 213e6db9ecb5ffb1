package io.geolocsft.device;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.cuda.CudaUtils;
import io.geolocsft.device.DeviceReport.Bytes;
import io.geolocsft.device.DeviceReport.Memory;
import io.geolocsft.device.DeviceReport.Parity;
import io.geolocsft.device.DeviceReport.Rate;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.generate.Generator;
import io.geolocsft.generate.Sampling;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.sft.LoraStep;
import io.geolocsft.tensor.Bfloat16;
import io.geolocsft.tensor.DeviceMemory;
import io.geolocsft.training.Savings;
import io.geolocsft.training.TrainingExample;
import io.geolocsft.training.TrainingMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Measures what a device computes, how fast, and in how much memory. */
public final class DeviceCheck {

  private static final int TRAINING_ROWS = 4;
  private static final int TRAINING_LENGTH = 512;
  private static final int PROMPT = 16;
  private static final int NEW_TOKENS = 64;
  private static final int[] DECODED_ROWS = {1, 8, 64};
  private static final int SHORTEST = 512;
  private static final int TARGETS = SHORTEST / 8;
  private static final float[][] NO_IMAGES = {};
  private static final LoraConfig LORA = new LoraConfig(16, 32, 0, LoraConfig.ALL_LINEAR, false);

  private static final int LEAST_RUNS = 3;
  private static final double LEAST_SECONDS = 3;

  /** Of the square matrices whose product is timed where no peak is given. */
  private static final int GPU_SIDE = 8_192;

  private static final int CPU_SIDE = 1_024;

  private final GemmaModel model;
  private final Flops flops;
  private final Consumer<String> progress;

  /**
   * Prepares a check.
   *
   * @param model whose speed and memory are measured, on its device in its type; the caller's to
   *     close
   * @param progress told what begins
   */
  public DeviceCheck(GemmaModel model, Consumer<String> progress) {
    this.model = model;
    this.progress = progress;
    flops = new Flops(model.config().text());
  }

  /**
   * Compares and measures.
   *
   * @param peakFlops operations a second to measure utilisation by, 0 for those of a large matrix
   *     product on the device
   * @param longest row whose training step's memory is measured
   */
  public DeviceReport run(double peakFlops, int longest) throws IOException {
    progress.accept("comparing with the CPU");
    List<Parity> parity = new DeviceParity().compare(model.device());
    progress.accept("timing a matrix product");
    double peak = peakFlops > 0 ? peakFlops : productFlops();
    List<Rate> rates = new ArrayList<>();
    rates.add(training(false, peak));
    rates.add(training(true, peak));
    rates.add(prefill(peak));
    for (int rows : DECODED_ROWS) {
      rates.add(decoding(rows, peak));
    }
    return new DeviceReport(peak, parity, rates, memory(longest));
  }

  private interface Work {
    void run() throws IOException;
  }

  private interface Measurement<T> {
    T measure() throws IOException;
  }

  /** What is measured, or the other value where the device's memory does not suffice. */
  private <T> T unlessExhausted(Measurement<T> measurement, T otherwise) throws IOException {
    try {
      return measurement.measure();
    } catch (EngineException e) {
      if (!DeviceMemory.isLacking(e)) {
        throw e;
      }
      DeviceMemory.release(model.device());
      return otherwise;
    }
  }

  /** Seconds, the median of runs after one that is not counted. */
  private static double seconds(Work work) throws IOException {
    work.run();
    List<Double> times = new ArrayList<>();
    double total = 0;
    while (times.size() < LEAST_RUNS || total < LEAST_SECONDS) {
      long begin = System.nanoTime();
      work.run();
      double time = (System.nanoTime() - begin) / 1e9;
      times.add(time);
      total += time;
    }
    return times.stream().sorted().toList().get(times.size() / 2);
  }

  private double productFlops() throws IOException {
    int side = model.device().isGpu() ? GPU_SIDE : CPU_SIDE;
    try (NDManager scope = model.newScope();
        NDArray random = scope.randomNormal(new Shape(side, side));
        NDArray a = Bfloat16.convert(random, model.type())) {
      double seconds = seconds(() -> product(a));
      return 2.0 * side * side * side / seconds;
    }
  }

  private static void product(NDArray a) {
    try (NDArray c = a.matMul(a);
        NDArray corner = c.get("0:1, 0:1");
        NDArray wide = corner.toType(DataType.FLOAT32, true)) {
      // A GPU works on its own: to have a value is to have waited for it.
      wide.toFloatArray();
    }
  }

  private int[] tokens(int length, long seed) {
    int words = Math.min(model.config().imageTokenId(), model.config().text().vocabSize());
    return new Random(seed).ints(length, 0, words).toArray();
  }

  private List<TrainingExample> rows(int rows, int length, int targets) {
    return IntStream.range(0, rows)
        .mapToObj(
            row -> new TrainingExample("row " + row, tokens(length, row), length - targets, "", ""))
        .toList();
  }

  private Rate training(boolean recompute, double peak) throws IOException {
    String work =
        String.format(
            Locale.ROOT,
            "LoRA step, %d x %d%s",
            TRAINING_ROWS,
            TRAINING_LENGTH,
            recompute ? ", gradient checkpointing" : "");
    progress.accept("timing " + work);
    int targets = TRAINING_LENGTH / 8;
    List<TrainingExample> rows = rows(TRAINING_ROWS, TRAINING_LENGTH, targets);
    double needed = flops.training(TRAINING_ROWS, TRAINING_LENGTH, TRAINING_ROWS * targets);
    return rate(
        work,
        TRAINING_ROWS * TRAINING_LENGTH,
        needed / peak,
        () -> {
          try (LoraStep step = new LoraStep(model, LORA, savings(recompute))) {
            return seconds(() -> step.run(rows, row -> NO_IMAGES));
          }
        });
  }

  private static Savings savings(boolean recompute) {
    return new Savings(false, recompute, Savings.USUAL_LOGITS);
  }

  /**
   * @param shortest seconds that the work would take at the peak
   */
  private Rate rate(String work, int tokens, double shortest, Measurement<Double> seconds)
      throws IOException {
    return unlessExhausted(
        () -> {
          double time = seconds.measure();
          return new Rate(work, time, tokens / time, shortest / time, false);
        },
        new Rate(work, 0, 0, 0, true));
  }

  private Rate prefill(double peak) throws IOException {
    int rows = 2 * TRAINING_ROWS;
    String work = String.format(Locale.ROOT, "prefill, %d x %d", rows, TRAINING_LENGTH);
    double shortest = flops.forward(rows, TRAINING_LENGTH, rows) / peak;
    return generating(work, rows, TRAINING_LENGTH, 1, rows * TRAINING_LENGTH, shortest);
  }

  private Rate decoding(int rows, double peak) throws IOException {
    String work = String.format(Locale.ROOT, "decoding, %d row%s", rows, rows == 1 ? "" : "s");
    double shortest = flops.decoding(rows, PROMPT, NEW_TOKENS) / peak;
    return generating(work, rows, PROMPT, NEW_TOKENS, rows * NEW_TOKENS, shortest);
  }

  /**
   * @param counted tokens that the rate is of
   */
  private Rate generating(
      String work, int rows, int length, int newTokens, int counted, double shortest)
      throws IOException {
    progress.accept("timing " + work);
    return rate(work, counted, shortest, () -> seconds(() -> generate(rows, length, newTokens)));
  }

  private void generate(int rows, int length, int newTokens) {
    List<int[]> prompts = IntStream.range(0, rows).mapToObj(row -> tokens(length, row)).toList();
    new Generator(model, Set.of(), Sampling.greedy(newTokens))
        .generate(prompts, new float[0][], new long[rows]);
  }

  private List<Memory> memory(int longest) throws IOException {
    List<Memory> all = new ArrayList<>();
    Bytes kept = new Bytes(0, 0, false);
    Bytes recomputed = kept;
    for (int length = SHORTEST; length <= longest && !recomputed.exhausted(); length *= 2) {
      progress.accept(String.format(Locale.ROOT, "measuring the memory of %d tokens", length));
      recomputed = bytes(length, true);
      kept =
          kept.exhausted() ? new Bytes(0, calculated(length, false), true) : bytes(length, false);
      all.add(new Memory(length, kept, recomputed));
    }
    return all;
  }

  private Bytes bytes(int length, boolean recompute) throws IOException {
    DeviceMemory.release(model.device());
    List<TrainingExample> rows = rows(1, length, TARGETS);
    return unlessExhausted(
        () -> {
          try (LoraStep step = new LoraStep(model, LORA, savings(recompute))) {
            step.run(rows, row -> NO_IMAGES);
            return new Bytes(inUse(), calculated(length, recompute), false);
          }
        },
        new Bytes(0, calculated(length, recompute), true));
  }

  private long calculated(int length, boolean recompute) {
    return TrainingMemory.of(
            model.config(), model.type(), LORA, savings(recompute), 1, length, TARGETS)
        .total();
  }

  /** A GPU's memory pool keeps what it once took, so what is in use after a step was its most. */
  private long inUse() throws IOException {
    return model.device().isGpu()
        ? CudaUtils.getGpuMemory(model.device()).getUsed()
        : mostResident();
  }

  /** As Linux counts it; 0 elsewhere. */
  private static long mostResident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }
}
