package io.geolocsft.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.Lists;
import io.geolocsft.cluster.Answering.AnsweredCandidate;
import io.geolocsft.cluster.Answering.Problem;
import io.geolocsft.cluster.Answering.Reply;
import io.geolocsft.cluster.Answering.Session;
import io.geolocsft.files.HadoopFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.util.LongAccumulator;

/**
 * Lets models answer for some images, batch by batch. What a chunk yielded is kept in a folder, so
 * that a run that was killed does not answer it again.
 *
 * @param files where finished chunks of these models are kept
 * @param answered counts an image for each model, for the driver to show
 * @param found counts those among them that an earlier run answered
 */
public record ChunkAnswerer(
    Answering answering, HadoopFiles files, LongAccumulator answered, LongAccumulator found)
    implements Serializable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * An image to answer for.
   *
   * @param sha256 of its bytes when it was taken in
   */
  public record Request(String benchmark, String imageId, String uri, String sha256)
      implements Serializable {}

  /**
   * One answer, or with {@code error} set why no model has one.
   *
   * @param model that answers; empty beside an error
   * @param k candidate, from 0
   * @param errorKind what the error counts as, or null
   */
  public record Line(
      String benchmark,
      String imageId,
      String uri,
      String model,
      int k,
      String text,
      Double latitude,
      Double longitude,
      double logProbability,
      String parseStatus,
      String errorKind,
      String error)
      implements Serializable {}

  /** How many chunks an earlier run finished. */
  public long kept() throws IOException {
    return files.list("").size();
  }

  /** The answers of a chunk, from what an earlier run kept or from the model. */
  public List<Line> answers(int chunk, List<Request> queries) throws Exception {
    String name = String.format(Locale.ROOT, "chunk-%06d.json", chunk);
    Optional<List<Line>> kept = kept(name);
    if (kept.isPresent()) {
      found.add(answers(queries));
      answered.add(answers(queries));
      return kept.get();
    }
    List<Line> lines = compute(queries);
    try (OutputStream out = files.create(name)) {
      out.write(JSON.writeValueAsBytes(lines));
    }
    return lines;
  }

  private long answers(List<Request> queries) {
    return (long) queries.size() * answering.models().size();
  }

  /** A chunk that was kept whole: without its last bracket an array is no JSON. */
  private Optional<List<Line>> kept(String name) throws IOException {
    try (InputStream in = files.open(name)) {
      return Optional.of(JSON.readValue(in, new TypeReference<List<Line>>() {}));
    } catch (FileNotFoundException | JacksonException e) {
      return Optional.empty();
    }
  }

  private List<Line> compute(List<Request> queries) throws Exception {
    List<Line> lines = new ArrayList<>();
    try (Session session = answering.open()) {
      for (List<Request> batch : Lists.partition(queries, answering.settings().batchSize())) {
        List<Reply> replies =
            session.answer(
                batch.stream()
                    .map(query -> new Answering.Query(query.imageId(), query.uri(), query.sha256()))
                    .toList());
        for (int i = 0; i < replies.size(); i++) {
          add(batch.get(i), replies.get(i), lines);
        }
        answered.add(answers(batch));
      }
    }
    return lines;
  }

  private static void add(Request query, Reply reply, List<Line> lines) {
    if (reply.problem() != null) {
      lines.add(line(query, "", 0, new AnsweredCandidate("", null, null, 0, ""), reply.problem()));
    }
    reply
        .candidates()
        .forEach(
            (model, candidates) -> {
              for (int k = 0; k < candidates.size(); k++) {
                lines.add(line(query, model, k, candidates.get(k), null));
              }
            });
  }

  private static Line line(
      Request query, String model, int k, AnsweredCandidate candidate, Problem problem) {
    return new Line(
        query.benchmark(),
        query.imageId(),
        query.uri(),
        model,
        k,
        candidate.text(),
        candidate.latitude(),
        candidate.longitude(),
        candidate.logProbability(),
        candidate.parseStatus(),
        problem == null ? null : problem.kind(),
        problem == null ? null : problem.message());
  }
}
