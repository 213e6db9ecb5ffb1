package io.geolocsft.stage.caption;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.Iterators;
import com.google.common.hash.Hashing;
import io.geolocsft.caption.CaptionReader;
import io.geolocsft.caption.CaptionSchema;
import io.geolocsft.caption.Ruling;
import io.geolocsft.cluster.answering.EndpointClients;
import io.geolocsft.cluster.answering.WorkAhead;
import io.geolocsft.config.endpoint.CaptionSettings;
import io.geolocsft.endpoint.EndpointAnswer;
import io.geolocsft.endpoint.EndpointReply;
import io.geolocsft.endpoint.EndpointRequest;
import io.geolocsft.endpoint.EndpointRequest.Photo;
import io.geolocsft.endpoint.EndpointRequest.Schema;
import io.geolocsft.endpoint.EndpointRequest.Text;
import io.geolocsft.endpoint.RefusedRequestException;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.image.RgbImage;
import io.geolocsft.stage.ExampleTexts;
import io.geolocsft.stage.caption.CaptionStore.Stored;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Captions that a server writes, which is told where each image was taken. One task asks, so that
 * concurrency, pace and budget are those of the whole run.
 *
 * @param schema of captions, in JSON
 * @param store of all answers
 * @param done counts images
 * @param found counts those among them that cost nothing any more
 */
record EndpointCaptions(
    CaptionSettings settings,
    String schema,
    ExampleTexts texts,
    ImageBytes images,
    CaptionStore store,
    LongAccumulator done,
    LongAccumulator found)
    implements CaptionSource, MapPartitionsFunction<Row, Row> {

  /** Of the settings. */
  static final String SECTION = "caption.endpoint";

  /** The kind of an image that there was no budget left for. */
  static final String UNPAID = "budget_used_up";

  private static final double MILLION = 1e6;
  private static final double MILLIS = 1e3;
  private static final int SEED_DIGITS = 16;
  private static final int HEXADECIMAL = 16;

  /**
   * Hash of what all questions have in common, so that answers to others are not taken for theirs.
   */
  static String promptId(CaptionSettings settings, String schema) {
    String way =
        String.join(
            "\n",
            settings.question().template(),
            schema,
            settings.server().images().toString(),
            String.valueOf(settings.endpoint().jsonSchema()),
            String.valueOf(settings.temperature()),
            String.valueOf(settings.maxNewTokens()));
    return Hashing.sha256().hashString(way, UTF_8).toString().substring(0, 16);
  }

  @Override
  public Dataset<Row> outcomes(Dataset<Row> wanted) {
    return wanted.coalesce(1).mapPartitions(this, Encoders.row(OUTCOME));
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    List<CaptionImage> wanted = new ArrayList<>();
    rows.forEachRemaining(row -> wanted.add(CaptionImage.of(row)));
    Asking asking = new Asking(texts.open(), budget(wanted));
    int threads = settings.endpoint().concurrency();
    WorkAhead<CaptionImage, Row> ahead =
        new WorkAhead<>(Iterators.partition(wanted.iterator(), threads), asking::outcome, threads);
    Optional.ofNullable(TaskContext.get())
        .ifPresent(
            task ->
                task.addTaskCompletionListener(
                    (TaskCompletionListener)
                        ended -> {
                          ahead.close();
                          asking.tokens.close();
                        }));
    return Iterators.concat(Iterators.transform(ahead, List::iterator));
  }

  /** What is left of it: answers that are there count, also those of runs before. */
  private Budget budget(List<CaptionImage> wanted) throws IOException {
    Budget budget = new Budget(settings.budgetRequests(), settings.budgetTokens());
    if (settings.budgetRequests() > 0 || settings.budgetTokens() > 0) {
      for (CaptionImage image : wanted) {
        String key = store.key(image);
        for (int attempt = 0; attempt < settings.attempts(); attempt++) {
          store
              .find(key, attempt)
              .ifPresent(answer -> budget.found(answer.promptTokens() + answer.completionTokens()));
        }
      }
    }
    return budget;
  }

  /** The work of a task. */
  private final class Asking {
    private final ExampleTexts.Opened tokens;
    private final Budget budget;
    private final CaptionSchema form = CaptionSchema.of(schema);
    private final CaptionTexts judge;

    Asking(ExampleTexts.Opened tokens, Budget budget) {
      this.tokens = tokens;
      this.budget = budget;
      CaptionReader reader =
          new CaptionReader(form, settings.maxDistanceKm(), !settings.rejectLeaks());
      judge = new CaptionTexts(reader, tokens, texts.settings());
    }

    Row outcome(CaptionImage image) throws IOException {
      List<Row> paid = new ArrayList<>();
      Row outcome;
      try {
        outcome = firstAccepted(image, paid);
      } catch (UnusableImageException e) {
        outcome = image.failed(e.kind(), e.getMessage(), paid);
      } catch (RefusedRequestException e) {
        outcome = image.failed("endpoint_refused", e.getMessage(), paid);
      }
      done.add(1);
      return outcome;
    }

    private Row firstAccepted(CaptionImage image, List<Row> paid) throws IOException {
      String key = store.key(image);
      CaptionTexts.Judged judged = null;
      for (int attempt = 0; attempt < settings.attempts(); attempt++) {
        Optional<Stored> answer = answer(image, key, attempt);
        if (answer.isEmpty()) {
          return image.failed(UNPAID, "the budget is used up", paid);
        }
        judged = judged(image, answer.get());
        paid.add(ledgerRow(attempt, judged, answer.get()));
        if (judged.isAccepted()) {
          return image.captioned(
              judged.training(), "endpoint:" + settings.endpoint().model(), paid);
        }
      }
      return image.failed(judged.ruling().word(), judged.detail(), paid);
    }

    private CaptionTexts.Judged judged(CaptionImage image, Stored answer) {
      return answer.cutOff()
          ? new CaptionTexts.Judged(
              Ruling.CUT_OFF, "it reached caption.max_new_tokens and was cut off there", null)
          : judge.judge(answer.text(), image);
    }

    /** An answer that is there, or a new one; empty where there is no budget for it. */
    private Optional<Stored> answer(CaptionImage image, String key, int attempt)
        throws IOException {
      Optional<Stored> stored = store.find(key, attempt);
      if (stored.isPresent()) {
        found.add(attempt == 0 ? 1 : 0);
        return stored;
      }
      if (!budget.take()) {
        return Optional.empty();
      }
      Stored bought;
      try {
        bought = bought(image, key, attempt);
      } catch (IOException | RuntimeException e) {
        budget.giveBack();
        throw e;
      }
      store.put(key, attempt, bought);
      budget.count(bought.promptTokens() + bought.completionTokens());
      return Optional.of(bought);
    }

    private Stored bought(CaptionImage image, String key, int attempt) throws IOException {
      RgbImage photo = images.image(image.uri(), image.sha256());
      EndpointRequest request =
          EndpointRequest.of(
                  List.of(
                      new Photo(photo), new Text(settings.question().text(image.truth(), form))),
                  settings.sampling(),
                  Long.parseUnsignedLong(key.substring(0, SEED_DIGITS), HEXADECIMAL))
              // A second answer must not be the first again, unless all are greedy.
              .from(settings.temperature() == 0 ? 0 : 1 + attempt);
      if (settings.endpoint().jsonSchema()) {
        request = request.withSchema(new Schema("geo_caption", schema));
      }
      Instant asked = Instant.now();
      EndpointReply reply = EndpointClients.ask(SECTION, settings.server(), request);
      EndpointAnswer answer = reply.answers().get(0);
      return new Stored(
          answer.text(),
          answer.isTruncated(),
          reply.promptTokens(),
          reply.completionTokens(),
          asked.toEpochMilli(),
          Duration.between(asked, Instant.now()).toMillis() / MILLIS);
    }
  }

  private Row ledgerRow(int attempt, CaptionTexts.Judged judged, Stored answer) {
    double cost =
        (answer.promptTokens() * settings.inputPrice()
                + answer.completionTokens() * settings.outputPrice())
            / MILLION;
    return RowFactory.create(
        attempt,
        settings.endpoint().model(),
        store.promptId(),
        judged.ruling().word(),
        judged.detail(),
        answer.text(),
        answer.promptTokens(),
        answer.completionTokens(),
        cost,
        new Timestamp(answer.askedAt()),
        answer.seconds());
  }
}
