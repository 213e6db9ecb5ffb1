package io.geolocsft.cluster.answering;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.Iterators;
import com.google.common.collect.Lists;
import io.geolocsft.cluster.answering.Answering.AnsweredCandidate;
import io.geolocsft.cluster.answering.Answering.Problem;
import io.geolocsft.cluster.answering.Answering.Query;
import io.geolocsft.cluster.answering.Answering.Reply;
import io.geolocsft.files.HadoopFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Lets models answer for some images, chunk by chunk. What a chunk yielded is kept in a folder, so
 * that a run that was killed does not answer it again.
 *
 * @param files where finished chunks of these models are kept
 * @param counts what the driver shows
 */
public record ChunkAnswerer(Responder answering, HadoopFiles files, AnswerCounts counts)
    implements Serializable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * An image to answer for.
   *
   * @param sha256 of its bytes when it was taken in
   */
  public record Request(String benchmark, String imageId, String uri, String sha256)
      implements Serializable {

    private Query query() {
      return new Query(imageId, uri, sha256);
    }
  }

  /** Some images, always the same ones under the same number. */
  public record Chunk(int number, List<Request> requests) {

    private String file() {
      return String.format(Locale.ROOT, "chunk-%06d.json", number);
    }
  }

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
      Double logProbability,
      String parseStatus,
      String errorKind,
      String error)
      implements Serializable {}

  /** How many chunks an earlier run finished. */
  public long kept() throws IOException {
    return files.list("").size();
  }

  /**
   * The answers of some chunks in their order, from what an earlier run kept or from the models. A
   * chunk is kept before the first of its answers is handed out.
   */
  public Iterator<Line> answers(List<Chunk> chunks) throws Exception {
    List<Chunk> open = new ArrayList<>();
    for (Chunk chunk : chunks) {
      if (kept(chunk).isEmpty()) {
        open.add(chunk);
      }
    }
    Iterator<List<Reply>> replies = answering.answers(queries(open), counts);
    return Iterators.concat(
        Iterators.transform(
            chunks.iterator(),
            chunk -> (open.contains(chunk) ? compute(chunk, replies) : found(chunk)).iterator()));
  }

  private Iterator<List<Query>> queries(List<Chunk> chunks) {
    return chunks.stream()
        .flatMap(chunk -> batches(chunk).stream())
        .map(batch -> batch.stream().map(Request::query).toList())
        .iterator();
  }

  private List<List<Request>> batches(Chunk chunk) {
    return Lists.partition(chunk.requests(), answering.batchSize());
  }

  private List<Line> compute(Chunk chunk, Iterator<List<Reply>> replies) {
    List<Line> lines = new ArrayList<>();
    for (List<Request> batch : batches(chunk)) {
      List<Reply> answers = replies.next();
      for (int i = 0; i < answers.size(); i++) {
        add(batch.get(i), answers.get(i), lines);
      }
      counts.answered().add(count(batch));
    }
    try {
      keep(chunk, lines);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep answers: " + e.getMessage(), e);
    }
    return lines;
  }

  private void keep(Chunk chunk, List<Line> lines) throws IOException {
    try (OutputStream out = files.create(chunk.file())) {
      out.write(JSON.writeValueAsBytes(lines));
    }
    answering.kept(chunk.requests().stream().map(Request::query).toList());
  }

  private List<Line> found(Chunk chunk) {
    try {
      List<Line> lines = kept(chunk).orElseThrow(() -> new IOException(chunk.file() + " is gone"));
      counts.found().add(count(chunk.requests()));
      counts.answered().add(count(chunk.requests()));
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read kept answers: " + e.getMessage(), e);
    }
  }

  private long count(List<Request> queries) {
    return (long) queries.size() * answering.names().size();
  }

  /** A chunk that was kept whole: without its last bracket an array is no JSON. */
  private Optional<List<Line>> kept(Chunk chunk) throws IOException {
    try (InputStream in = files.open(chunk.file())) {
      return Optional.of(JSON.readValue(in, new TypeReference<List<Line>>() {}));
    } catch (FileNotFoundException | JacksonException e) {
      return Optional.empty();
    }
  }

  private static void add(Request query, Reply reply, List<Line> lines) {
    if (reply.problem() != null) {
      lines.add(
          line(query, "", 0, new AnsweredCandidate("", null, null, null, ""), reply.problem()));
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
