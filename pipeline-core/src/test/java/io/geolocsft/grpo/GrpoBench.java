package io.geolocsft.grpo;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.generate.Generator;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.grpo.PolicyObjective.LossType;
import io.geolocsft.grpo.PolicyObjective.Scaling;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.reward.Reward;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.sft.ModelBench;
import io.geolocsft.training.Checkpoints;
import io.geolocsft.training.FeatureCache;
import io.geolocsft.training.FolderFiles;
import io.geolocsft.training.Optimization;
import io.geolocsft.training.Savings;
import io.geolocsft.training.TrainingExample;
import io.geolocsft.training.Validation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * This project's side of bench_grpo.py: trains by rewards, a step for each line that comes in
 * behind the first, which is the case, as JSON.
 */
final class GrpoBench {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final BufferedReader in;
  private final Path folder;
  private final JsonNode benchCase;
  private long begin;

  private GrpoBench(BufferedReader in, Path folder, JsonNode benchCase) {
    this.in = in;
    this.folder = folder;
    this.benchCase = benchCase;
  }

  private int number(String name) {
    return benchCase.path(name).asInt();
  }

  /** A step takes every image once. */
  private PolicySettings settings(int steps) {
    int images = number("images");
    PolicyObjective objective =
        new PolicyObjective(
            LossType.DAPO,
            Scaling.GROUP,
            number("answers"),
            0.2,
            0.28,
            0,
            true,
            false,
            0,
            number("new_tokens"),
            1);
    return new PolicySettings(
        objective,
        1,
        number("new_tokens"),
        1,
        Optimization.constant(1e-6),
        steps,
        images,
        number("micro_batch"),
        images,
        Validation.NONE,
        Integer.MAX_VALUE,
        3,
        WireType.FLOAT32,
        Savings.USUAL);
  }

  private List<LocatedExample> images() {
    int[] prompt = JSON.convertValue(benchCase.path("prompt"), int[].class);
    int[] tokens = Arrays.copyOf(prompt, prompt.length + 1); // a target, which nobody looks at
    List<LocatedExample> images = new ArrayList<>();
    for (int i = 0; i < number("images"); i++) {
      TrainingExample example =
          new TrainingExample("image " + i, tokens, prompt.length, "", "image " + i);
      images.add(new LocatedExample(example, new GeoPoint(0, 0)));
    }
    return images;
  }

  private void train(GemmaModel base) throws IOException {
    int side = base.config().vision().orElseThrow().imageSize();
    float[][] pixels = {new float[3 * side * side]};
    int features =
        base.config().vision().orElseThrow().tokensPerImage() * base.config().text().hiddenSize();
    FolderFiles files = new FolderFiles(folder);
    // Differs from answer to answer, as a reward does, and takes no time.
    Reward reward = (truth, text, answer) -> text.hashCode() % 100 / 100.0;
    LoraConfig lora = new LoraConfig(8, 16, 0, LoraConfig.ALL_LINEAR, false);
    try (LoraAdapter adapter = LoraAdapter.create(lora, base, 5);
        GrpoTrainer trainer =
            new GrpoTrainer(
                settings(number("steps")),
                base,
                adapter,
                Optional.empty(),
                image -> pixels,
                AllReduce.SINGLE)) {
      begin = System.nanoTime();
      trainer.train(
          images(),
          (model, sampling) -> new Generator(model, Set.of(), sampling),
          Arrays::toString,
          reward,
          Optional.of(new FeatureCache(files, "tower", features)),
          new Checkpoints(files, Map.of(), 1),
          this::next);
    }
  }

  /** Tells of a step, and before the next one waits until it is asked for. */
  private void next(GrpoReport report) throws IOException {
    double seconds = (System.nanoTime() - begin) / 1e9;
    ModelBench.reply(Map.of("seconds", seconds, "tokens", report.tokens()));
    if (report.step() + 1 < report.steps() && in.readLine() == null) {
      throw new IOException("Nobody asks for another step");
    }
    begin = System.nanoTime();
  }

  /**
   * @param arguments the model's folder, an empty folder, and how many threads
   */
  public static void main(String[] arguments) throws IOException {
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(Integer.parseInt(arguments[2]));
    try (BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        GemmaModel base = GemmaModel.load(Path.of(arguments[0]), Device.cpu(), DataType.FLOAT32)) {
      ModelBench.reply(Map.of("load", 0));
      GrpoBench bench = new GrpoBench(in, Path.of(arguments[1]), JSON.readTree(in.readLine()));
      ModelBench.reply(Map.of());
      in.readLine();
      bench.train(base);
    }
  }
}
