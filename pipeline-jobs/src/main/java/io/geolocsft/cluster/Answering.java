package io.geolocsft.cluster;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.hash.Hashing;
import io.geolocsft.answer.Answer;
import io.geolocsft.answer.AnswerReader;
import io.geolocsft.cluster.ExecutorModels.Loan;
import io.geolocsft.cluster.ModelSpec.Loaded;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.InferSettings;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.generate.Continuation;
import io.geolocsft.generate.Generator;
import io.geolocsft.image.RgbImage;
import io.geolocsft.image.preprocess.PanAndScan;
import io.geolocsft.prompt.PromptEncoder;
import io.geolocsft.prompt.PromptLayout;
import io.geolocsft.prompt.SpecialTokens;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.TaskContext;

/**
 * Lets one model or several of one vision tower answer for a batch of images within a task: an
 * image is decoded and seen once for all of them.
 *
 * @param spec what is loaded
 * @param models who answers
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 */
public record Answering(
    ModelSpec spec,
    List<Answerer> models,
    String device,
    ExampleSettings texts,
    InferSettings settings,
    long seed,
    ImageBytes images)
    implements Serializable {

  /**
   * @throws IllegalArgumentException if answers of the form of {@code texts} do not fit
   */
  public Answering {
    models = List.copyOf(models);
    settings
        .shortfall(texts)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
  }

  /**
   * One of the models that what is loaded holds.
   *
   * @param name what tables call it
   * @param isBase whether it answers without the adapter that is loaded beside it
   */
  public record Answerer(String name, boolean isBase) implements Serializable {}

  /**
   * An image to answer for.
   *
   * @param sha256 of its bytes when it was taken in; null if nobody knows it
   */
  public record Query(String imageId, String uri, String sha256) implements Serializable {}

  /**
   * What came of one image.
   *
   * @param candidates of each model by its name; empty where {@code problem} says why
   * @param problem null where there are candidates
   */
  public record Reply(
      Query query, Map<String, List<AnsweredCandidate>> candidates, Problem problem) {}

  /**
   * Why an image has no answer.
   *
   * @param kind what it counts as, see {@link UnusableImageException#kind}
   */
  public record Problem(String kind, String message) {}

  /**
   * One candidate; its place in the list is k.
   *
   * @param latitude degrees, null where the text holds no point
   * @param longitude degrees, null where the text holds no point
   * @param logProbability natural logarithm of the model's probability of the text
   */
  public record AnsweredCandidate(
      String text, Double latitude, Double longitude, double logProbability, String parseStatus) {}

  /** Models that are loaded and held for some batches. */
  public final class Session implements AutoCloseable {
    private final Loan lease;
    private final Map<String, Generator> generators = new LinkedHashMap<>();
    private final PromptEncoder encoder;
    private final PanAndScan panAndScan;

    private Session(TaskContext task) throws Exception {
      ExecutorDevice.useThreads(task.cpus());
      panAndScan = texts.panAndScan() ? spec.panAndScan() : null;
      lease = ExecutorModels.acquire(spec, ExecutorDevice.of(device, task), images.hadoop());
      try {
        Loaded loaded = lease.model();
        for (Answerer model : models) {
          generators.put(
              model.name(), generator(model.isBase() ? loaded.base() : loaded.model(), loaded));
        }
        int imageTokens = loaded.model().config().vision().orElseThrow().tokensPerImage();
        encoder =
            new PromptEncoder(loaded.tokenizer(), imageTokens, PromptLayout.of(texts.layout()));
      } catch (Throwable e) {
        // Others would wait for it.
        lease.close();
        throw e;
      }
    }

    private Generator generator(GemmaModel model, Loaded loaded) {
      if (settings.constrained()) {
        return new Generator(model, settings.sampling(), loaded.form(texts));
      }
      SpecialTokens special = loaded.tokenizer().special();
      Set<Integer> stopTokens = Set.of(special.endOfTurn(), special.endOfSequence());
      return new Generator(model, stopTokens, settings.sampling());
    }

    /**
     * One reply a query, in their order.
     *
     * @throws IOException if a file system fails; an image that is bad is a reply
     */
    public List<Reply> answer(List<Query> batch) throws IOException {
      try (NativeWork work = NativeWork.begin()) {
        return replies(batch);
      }
    }

    private List<Reply> replies(List<Query> batch) throws IOException {
      List<Reply> replies = new ArrayList<>(Collections.nCopies(batch.size(), null));
      List<Integer> readable = new ArrayList<>();
      List<int[]> prompts = new ArrayList<>();
      List<float[]> pixels = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        try {
          float[][] views = views(batch.get(i));
          prompts.add(encoder.prompt(texts.prompt(), views.length));
          Collections.addAll(pixels, views);
          readable.add(i);
          replies.set(i, new Reply(batch.get(i), new LinkedHashMap<>(), null));
        } catch (UnusableImageException e) {
          Problem problem = new Problem(e.kind(), e.getMessage());
          replies.set(i, new Reply(batch.get(i), Map.of(), problem));
        }
      }
      if (!readable.isEmpty()) {
        answer(readable.stream().map(replies::get).toList(), prompts, pixels);
      }
      return replies;
    }

    private float[][] views(Query query) throws IOException {
      RgbImage image = images.image(query.uri(), query.sha256());
      return lease
          .model()
          .processor()
          .pixels(panAndScan == null ? List.of(image) : panAndScan.views(image));
    }

    /** Every model's candidates into the replies. */
    private void answer(List<Reply> replies, List<int[]> prompts, List<float[]> pixels) {
      long[] seeds = replies.stream().mapToLong(reply -> seed(reply.query())).toArray();
      try (NDManager scope = lease.model().base().newScope()) {
        Generator first = generators.values().iterator().next();
        NDArray features = first.features(scope, pixels.toArray(float[][]::new));
        generators.forEach(
            (model, generator) -> {
              List<List<Continuation>> all = generator.generate(prompts, features, seeds);
              for (int i = 0; i < replies.size(); i++) {
                replies.get(i).candidates().put(model, candidates(all.get(i)));
              }
            });
      }
    }

    private List<AnsweredCandidate> candidates(List<Continuation> continuations) {
      return continuations.stream().map(this::candidate).toList();
    }

    private AnsweredCandidate candidate(Continuation continuation) {
      String text = lease.model().tokenizer().decode(continuation.toArray());
      Answer answer = AnswerReader.read(text);
      return new AnsweredCandidate(
          text,
          answer.point().map(point -> point.latitude()).orElse(null),
          answer.point().map(point -> point.longitude()).orElse(null),
          continuation.logProbability(),
          answer.status().toString());
    }

    @Override
    public void close() {
      lease.close();
    }
  }

  /** Loads the model if this JVM does not have it; close what is returned. */
  public Session open() throws Exception {
    return new Session(TaskContext.get());
  }

  /** Of the image's name alone, so that an answer does not depend on its neighbours. */
  private long seed(Query query) {
    return Hashing.sipHash24(seed, 0).hashString(query.imageId(), StandardCharsets.UTF_8).asLong();
  }
}
