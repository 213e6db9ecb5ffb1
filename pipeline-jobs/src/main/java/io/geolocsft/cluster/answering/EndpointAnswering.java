package io.geolocsft.cluster.answering;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import io.geolocsft.cluster.answering.Answering.AnsweredCandidate;
import io.geolocsft.cluster.answering.Answering.Problem;
import io.geolocsft.cluster.answering.Answering.Query;
import io.geolocsft.cluster.answering.Answering.Reply;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.InferSettings;
import io.geolocsft.config.endpoint.EndpointSection;
import io.geolocsft.endpoint.EndpointAnswer;
import io.geolocsft.endpoint.EndpointRequest;
import io.geolocsft.endpoint.EndpointRequest.Part;
import io.geolocsft.endpoint.EndpointRequest.Photo;
import io.geolocsft.endpoint.EndpointRequest.Schema;
import io.geolocsft.endpoint.EndpointRequest.Text;
import io.geolocsft.endpoint.RefusedRequestException;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.image.RgbImage;
import io.geolocsft.prompt.PromptLayout;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Lets a server answer for images. Each answer is stored as soon as it is there, since it may have
 * been paid for: a run that was killed asks for those alone that it did not get.
 *
 * @param stored where answers lie until their chunk is kept
 */
public record EndpointAnswering(
    EndpointSection server,
    ExampleSettings texts,
    InferSettings settings,
    long seed,
    ImageBytes images,
    HadoopFiles stored)
    implements Responder {

  /** Of the settings. */
  public static final String SECTION = "infer.endpoint";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is stored; one of the two is null. */
  private record Stored(List<AnsweredCandidate> candidates, Problem problem) {}

  @Override
  public List<String> names() {
    return List.of(InferSettings.ENDPOINT);
  }

  @Override
  public int batchSize() {
    return settings.batchSize();
  }

  @Override
  public Iterator<List<Reply>> answers(Iterator<List<Query>> batches, AnswerCounts counts) {
    // Waiting for a server is no waiting for images.
    WaitingClock clock = new WaitingClock();
    WorkAhead<Query, Reply> ahead =
        new WorkAhead<>(batches, this::reply, server.concurrency(), clock);
    Optional.ofNullable(TaskContext.get())
        .ifPresent(
            task ->
                task.addTaskCompletionListener((TaskCompletionListener) ended -> ahead.close()));
    return ahead;
  }

  private Reply reply(Query query) throws IOException {
    Stored found = stored(query);
    if (found == null) {
      found = ask(query);
      try (OutputStream out = stored.create(file(query))) {
        out.write(JSON.writeValueAsBytes(found));
      }
    }
    return found.problem() == null
        ? new Reply(query, Map.of(InferSettings.ENDPOINT, found.candidates()), null)
        : new Reply(query, Map.of(), found.problem());
  }

  /** An answer that was cut while it was stored is no JSON. */
  private Stored stored(Query query) throws IOException {
    try (InputStream in = stored.open(file(query))) {
      return JSON.readValue(in, Stored.class);
    } catch (FileNotFoundException | JacksonException e) {
      return null;
    }
  }

  private Stored ask(Query query) throws IOException {
    try {
      RgbImage image = images.image(query.uri(), query.sha256());
      List<EndpointAnswer> answers =
          EndpointClients.ask(SECTION, server.settings(), request(query, image)).answers();
      return new Stored(answers.stream().map(EndpointAnswering::candidate).toList(), null);
    } catch (UnusableImageException e) {
      return new Stored(null, new Problem(e.kind(), e.getMessage()));
    } catch (RefusedRequestException e) {
      return new Stored(null, new Problem("endpoint_refused", e.getMessage()));
    }
  }

  private EndpointRequest request(Query query, RgbImage image) {
    Part photo = new Photo(image);
    Part text = new Text(texts.prompt());
    boolean isImageFirst = PromptLayout.of(texts.layout()) == PromptLayout.IMAGE_FIRST;
    EndpointRequest request =
        EndpointRequest.of(
            isImageFirst ? List.of(photo, text) : List.of(text, photo),
            settings.sampling(),
            Answering.seed(seed, query));
    if (server.jsonSchema()) {
      request = request.withSchema(new Schema("place", texts.template().schema()));
    }
    return server.logProbabilities() ? request.withLogProbabilities() : request;
  }

  /** Thoughts that a server tells apart from the text stand before it, as models write them. */
  private static AnsweredCandidate candidate(EndpointAnswer answer) {
    String thoughts =
        answer.reasoning().isEmpty() ? "" : "<think>" + answer.reasoning() + "</think>\n";
    Double logProbability =
        answer.logProbability().isPresent() ? answer.logProbability().getAsDouble() : null;
    return AnsweredCandidate.read(thoughts + answer.text(), logProbability);
  }

  private static String file(Query query) {
    return Hashing.sha256().hashString(query.imageId(), UTF_8) + ".json";
  }

  @Override
  public void kept(List<Query> queries) throws IOException {
    for (Query query : queries) {
      stored.delete(file(query));
    }
  }
}
