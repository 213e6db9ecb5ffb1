package io.geolocsft.cluster.answering;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.geolocsft.cluster.ExecutorDevice;
import io.geolocsft.cluster.ExecutorModels;
import io.geolocsft.cluster.ExecutorModels.Loan;
import io.geolocsft.cluster.ModelSpec.Loaded;
import io.geolocsft.cluster.NativeWork;
import io.geolocsft.cluster.answering.Answering.AnsweredCandidate;
import io.geolocsft.cluster.answering.Answering.Answerer;
import io.geolocsft.cluster.answering.Answering.Reply;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.generate.Continuation;
import io.geolocsft.generate.Generator;
import io.geolocsft.prompt.PromptEncoder;
import io.geolocsft.prompt.PromptLayout;
import io.geolocsft.prompt.SpecialTokens;
import io.geolocsft.tensor.DeviceMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.TaskContext;

/** Models that are loaded and held for some batches of images. Not for several threads. */
final class AnsweringSession implements AutoCloseable {

  private final Answering answering;
  private final Device device;
  private final Loan lease;
  private final Map<String, Generator> generators = new LinkedHashMap<>();
  private final PromptEncoder encoder;
  private final BatchLimit limit;

  /** An image with the tokens that it is asked by. */
  private record Prompted(Reply reply, int[] prompt, float[][] views) {}

  AnsweringSession(Answering answering) throws Exception {
    this.answering = answering;
    Optional<TaskContext> task = Optional.ofNullable(TaskContext.get());
    ExecutorDevice.useThreads(
        task.map(TaskContext::cpus).orElse(Runtime.getRuntime().availableProcessors()));
    device = ExecutorDevice.of(answering.device(), task);
    limit = BatchLimit.of(answering.settings());
    lease = ExecutorModels.acquire(answering.spec(), device, answering.images().hadoop());
    try {
      Loaded loaded = lease.model();
      for (Answerer model : answering.models()) {
        generators.put(
            model.name(), generator(model.isBase() ? loaded.base() : loaded.model(), loaded));
      }
      int imageTokens = loaded.model().config().vision().orElseThrow().tokensPerImage();
      PromptLayout layout = PromptLayout.of(answering.texts().layout());
      encoder = new PromptEncoder(loaded.tokenizer(), imageTokens, layout);
    } catch (Throwable e) {
      // Others would wait for it.
      lease.close();
      throw e;
    }
  }

  private Generator generator(GemmaModel model, Loaded loaded) {
    if (answering.settings().constrained()) {
      return new Generator(model, answering.settings().sampling(), loaded.form(answering.texts()));
    }
    SpecialTokens special = loaded.tokenizer().special();
    Set<Integer> stopTokens = Set.of(special.endOfTurn(), special.endOfSequence());
    return new Generator(model, stopTokens, answering.settings().sampling());
  }

  /** One reply an image, in their order. */
  List<Reply> answer(List<ReadImage> batch) {
    List<Reply> replies = batch.stream().map(AnsweringSession::reply).toList();
    List<Prompted> prompted = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      float[][] views = batch.get(i).views();
      if (views != null) {
        int[] prompt = encoder.prompt(answering.texts().prompt(), views.length);
        prompted.add(new Prompted(replies.get(i), prompt, views));
      }
    }
    try (NativeWork work = NativeWork.begin()) {
      answerAll(prompted);
    }
    return replies;
  }

  private static Reply reply(ReadImage image) {
    return image.problem() == null
        ? new Reply(image.query(), new LinkedHashMap<>(), null)
        : new Reply(image.query(), Map.of(), image.problem());
  }

  /** As many at once as the device takes. */
  private void answerAll(List<Prompted> prompted) {
    int done = 0;
    while (done < prompted.size()) {
      List<Prompted> rest = prompted.subList(done, prompted.size());
      int count = limit.first(rest.stream().mapToInt(image -> image.prompt().length).toArray());
      try {
        answerPart(rest.subList(0, count));
        done += count;
      } catch (EngineException e) {
        if (!DeviceMemory.isLacking(e)) {
          throw e;
        }
        limit.lower(count, e);
        DeviceMemory.release(device);
      }
    }
  }

  /** Every model's candidates into the replies. */
  private void answerPart(List<Prompted> part) {
    long[] seeds =
        part.stream().mapToLong(image -> answering.seed(image.reply().query())).toArray();
    List<int[]> prompts = part.stream().map(Prompted::prompt).toList();
    float[][] pixels =
        part.stream().flatMap(image -> List.of(image.views()).stream()).toArray(float[][]::new);
    try (NDManager scope = lease.model().base().newScope()) {
      Generator any = generators.values().iterator().next();
      NDArray features = any.features(scope, pixels);
      generators.forEach(
          (model, generator) -> {
            List<List<Continuation>> all = generator.generate(prompts, features, seeds);
            for (int i = 0; i < part.size(); i++) {
              part.get(i).reply().candidates().put(model, candidates(all.get(i)));
            }
          });
    }
  }

  /** One feature an image, in their order. */
  List<ImageFeature> features(List<ReadImage> batch) {
    List<ImageFeature> features = new ArrayList<>();
    try (NativeWork work = NativeWork.begin()) {
      for (ReadImage image : batch) {
        float[] vector = image.views() == null ? null : feature(image.views()[0]);
        features.add(new ImageFeature(image.query(), vector));
      }
    }
    return features;
  }

  /** Of one image alone, so that it does not depend on its neighbours to the last digit. */
  private float[] feature(float[] pixels) {
    GemmaModel model = lease.model().base();
    int side = model.config().vision().orElseThrow().imageSize();
    try (NDManager scope = model.newScope()) {
      NDArray image = scope.create(pixels, new Shape(1, 3, side, side));
      NDArray seen = model.visionTower(image, false).toType(DataType.FLOAT32, false);
      NDArray mean = seen.mean(new int[] {1});
      return mean.div(mean.norm()).toFloatArray();
    }
  }

  private List<AnsweredCandidate> candidates(List<Continuation> continuations) {
    return continuations.stream().map(this::candidate).toList();
  }

  private AnsweredCandidate candidate(Continuation continuation) {
    String text = lease.model().tokenizer().decode(continuation.toArray());
    return AnsweredCandidate.read(text, continuation.logProbability());
  }

  @Override
  public void close() {
    lease.close();
  }
}
