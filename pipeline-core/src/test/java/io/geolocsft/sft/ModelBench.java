package io.geolocsft.sft;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.generate.Generator;
import io.geolocsft.generate.Sampling;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.training.Savings;
import io.geolocsft.training.TrainingExample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * This project's side of bench_model.py: holds one model and times the cases that come in as JSON
 * lines.
 */
public final class ModelBench implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RANK = 8;

  private final GemmaModel base;
  private final LoraStep step;
  private final GemmaModel model;
  private final float[] pixels;
  private final double loadSeconds;

  private ModelBench(Path folder, DataType type) throws IOException {
    long begin = System.nanoTime();
    base = GemmaModel.load(folder, Device.cpu(), type);
    loadSeconds = seconds(begin);
    LoraConfig lora = new LoraConfig(RANK, 2 * RANK, 0, LoraConfig.ALL_LINEAR, false);
    step = new LoraStep(base, lora, Savings.USUAL);
    model = step.model();
    int side = model.config().vision().orElseThrow().imageSize();
    pixels = new float[3 * side * side];
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private Map<String, Object> run(JsonNode benchCase) throws IOException {
    return benchCase.path("kind").asText().equals("train") ? train(benchCase) : generate(benchCase);
  }

  /** A step from rows on the host to moved adapters, with vision features as a cache gives them. */
  private Map<String, Object> train(JsonNode benchCase) throws IOException {
    List<int[]> rows = rows(benchCase);
    List<TrainingExample> examples = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      int start = benchCase.path("starts").get(i).asInt();
      examples.add(new TrainingExample("row " + i, rows.get(i), start, "", ""));
    }
    int tokens =
        model.config().vision().orElseThrow().tokensPerImage() * model.config().text().hiddenSize();
    float[][] features = new float[1][tokens];
    long begin = System.nanoTime();
    double loss = step.run(examples, example -> features);
    return Map.of("seconds", seconds(begin), "loss", loss);
  }

  private Map<String, Object> generate(JsonNode benchCase) {
    List<int[]> rows = rows(benchCase);
    Sampling sampling =
        new Sampling(
            benchCase.path("candidates").asInt(), 1, 0, 1, benchCase.path("target").asInt());
    float[][] images = new float[benchCase.path("image").asBoolean() ? rows.size() : 0][];
    Arrays.fill(images, pixels);
    long begin = System.nanoTime();
    new Generator(model, Set.of(), sampling).generate(rows, images, new long[rows.size()]);
    return Map.of("seconds", seconds(begin));
  }

  private static List<int[]> rows(JsonNode benchCase) {
    List<int[]> rows = new ArrayList<>();
    for (JsonNode row : benchCase.path("tokens")) {
      int[] tokens = new int[row.size()];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = row.get(i).asInt();
      }
      rows.add(tokens);
    }
    return rows;
  }

  @Override
  public void close() {
    step.close();
    base.close();
  }

  /** The greatest resident size of this process so far, of Linux's {@code /proc}. */
  private static long peakBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("/proc/self/status has no VmHWM");
  }

  /** An answer to the Python side, with the peak memory so far. */
  public static void reply(Map<String, Object> values) throws IOException {
    Map<String, Object> all = new HashMap<>(values);
    all.put("peak", peakBytes());
    System.out.println("reply " + JSON.writeValueAsString(all));
  }

  public static void main(String[] arguments) throws IOException {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i], arguments[i + 1]);
    }
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(Integer.parseInt(options.get("--threads")));
    DataType type = DataType.valueOf(options.get("--dtype").toUpperCase(Locale.ROOT));
    try (ModelBench bench = new ModelBench(Path.of(options.get("--model")), type);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      reply(Map.of("load", bench.loadSeconds));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        reply(bench.run(JSON.readTree(line)));
      }
    }
  }
}
