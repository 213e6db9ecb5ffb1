package io.geolocsft.cluster;

import com.google.common.hash.Hashing;
import io.geolocsft.cluster.ExecutorModels.Lease;
import io.geolocsft.cluster.ModelSpec.Loaded;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.InferSettings;
import io.geolocsft.generate.Continuation;
import io.geolocsft.generate.Generator;
import io.geolocsft.image.PanAndScan;
import io.geolocsft.image.RgbImage;
import io.geolocsft.prompt.Answer;
import io.geolocsft.prompt.AnswerReader;
import io.geolocsft.prompt.PromptEncoder;
import io.geolocsft.prompt.PromptLayout;
import io.geolocsft.prompt.SpecialTokens;
import io.geolocsft.table.ImageBytes;
import io.geolocsft.table.UnusableImageException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.spark.TaskContext;

/**
 * Lets a model answer for a batch of images within a task.
 *
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 */
public record Answering(
    ModelSpec model,
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
    settings
        .shortfall(texts)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
  }

  /**
   * An image to answer for.
   *
   * @param sha256 of its bytes when it was taken in; null if nobody knows it
   */
  public record Query(String imageId, String uri, String sha256) implements Serializable {}

  /**
   * What came of one image.
   *
   * @param candidates empty where {@code problem} says why
   * @param problem null where there are candidates
   */
  public record Reply(Query query, List<AnsweredCandidate> candidates, Problem problem) {}

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

  /** A model that is loaded and held for some batches. */
  public final class Session implements AutoCloseable {
    private final Lease lease;
    private final Generator generator;
    private final PromptEncoder encoder;
    private final PanAndScan panAndScan;

    private Session(TaskContext task) throws Exception {
      ExecutorDevice.useThreads(task.cpus());
      panAndScan = texts.panAndScan() ? model.panAndScan() : null;
      lease = ExecutorModels.acquire(model, ExecutorDevice.of(device, task), images.hadoop());
      try {
        Loaded loaded = lease.model();
        generator = generator(loaded);
        int imageTokens = loaded.model().config().vision().orElseThrow().tokensPerImage();
        encoder =
            new PromptEncoder(loaded.tokenizer(), imageTokens, PromptLayout.of(texts.layout()));
      } catch (Throwable e) {
        // Others would wait for it.
        lease.close();
        throw e;
      }
    }

    /**
     * One reply a query, in their order.
     *
     * @throws IOException if a file system fails; an image that is bad is a reply
     */
    public List<Reply> answer(List<Query> batch) throws IOException {
      try (NativeWork work = NativeWork.begin()) {
        return Answering.this.answer(batch, encoder, panAndScan, generator, lease.model());
      }
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

  private Generator generator(Loaded loaded) {
    if (settings.constrained()) {
      return new Generator(loaded.model(), settings.sampling(), loaded.form(texts));
    }
    SpecialTokens special = loaded.tokenizer().special();
    Set<Integer> stopTokens = Set.of(special.endOfTurn(), special.endOfSequence());
    return new Generator(loaded.model(), stopTokens, settings.sampling());
  }

  private List<Reply> answer(
      List<Query> batch,
      PromptEncoder encoder,
      PanAndScan panAndScan,
      Generator generator,
      Loaded loaded)
      throws IOException {
    List<Reply> replies = new ArrayList<>(Collections.nCopies(batch.size(), null));
    List<Integer> readable = new ArrayList<>();
    List<int[]> prompts = new ArrayList<>();
    List<float[]> pixels = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      try {
        float[][] views = views(batch.get(i), panAndScan, loaded);
        prompts.add(encoder.prompt(texts.prompt(), views.length));
        Collections.addAll(pixels, views);
        readable.add(i);
      } catch (UnusableImageException e) {
        Problem problem = new Problem(e.kind(), e.getMessage());
        replies.set(i, new Reply(batch.get(i), List.of(), problem));
      }
    }
    if (readable.isEmpty()) {
      return replies;
    }
    long[] seeds = readable.stream().mapToLong(i -> seed(batch.get(i))).toArray();
    List<List<Continuation>> all =
        generator.generate(prompts, pixels.toArray(float[][]::new), seeds);
    for (int i = 0; i < readable.size(); i++) {
      int at = readable.get(i);
      List<AnsweredCandidate> candidates =
          all.get(i).stream().map(continuation -> candidate(continuation, loaded)).toList();
      replies.set(at, new Reply(batch.get(at), candidates, null));
    }
    return replies;
  }

  private float[][] views(Query query, PanAndScan panAndScan, Loaded loaded) throws IOException {
    RgbImage image = images.image(query.uri(), query.sha256());
    return loaded.processor().pixels(panAndScan == null ? List.of(image) : panAndScan.views(image));
  }

  /** Of the image's name alone, so that an answer does not depend on its neighbours. */
  private long seed(Query query) {
    return Hashing.sipHash24(seed, 0).hashString(query.imageId(), StandardCharsets.UTF_8).asLong();
  }

  private static AnsweredCandidate candidate(Continuation continuation, Loaded loaded) {
    String text = loaded.tokenizer().decode(continuation.toArray());
    Answer answer = AnswerReader.read(text);
    return new AnsweredCandidate(
        text,
        answer.point().map(point -> point.latitude()).orElse(null),
        answer.point().map(point -> point.longitude()).orElse(null),
        continuation.logProbability(),
        answer.status().toString());
  }
}
