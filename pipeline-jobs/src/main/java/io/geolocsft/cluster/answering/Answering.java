package io.geolocsft.cluster.answering;

import com.google.common.collect.Iterators;
import com.google.common.hash.Hashing;
import io.geolocsft.answer.Answer;
import io.geolocsft.answer.AnswerReader;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.InferSettings;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.geo.GeoPoint;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

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
    implements Responder {

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
   * @param logProbability natural logarithm of the model's probability of the text; null where it
   *     is not known
   */
  public record AnsweredCandidate(
      String text, Double latitude, Double longitude, Double logProbability, String parseStatus) {

    /** A text with what can be read in it. */
    static AnsweredCandidate read(String text, Double logProbability) {
      Answer answer = AnswerReader.read(text);
      return new AnsweredCandidate(
          text,
          answer.point().map(GeoPoint::latitude).orElse(null),
          answer.point().map(GeoPoint::longitude).orElse(null),
          logProbability,
          answer.status().toString());
    }
  }

  @Override
  public List<String> names() {
    return models.stream().map(Answerer::name).toList();
  }

  @Override
  public int batchSize() {
    return settings.batchSize();
  }

  @Override
  public Iterator<List<Reply>> answers(Iterator<List<Query>> batches, AnswerCounts counts)
      throws IOException {
    ModelStream<Reply> replies = ModelStream.answers(this, batches);
    return Iterators.transform(
        replies,
        batch -> {
          counts.add(replies.clock().take());
          return batch;
        });
  }

  long seed(Query query) {
    return seed(seed, query);
  }

  /** Of the image's name alone, so that an answer does not depend on its neighbours. */
  static long seed(long seed, Query query) {
    return Hashing.sipHash24(seed, 0).hashString(query.imageId(), StandardCharsets.UTF_8).asLong();
  }
}
