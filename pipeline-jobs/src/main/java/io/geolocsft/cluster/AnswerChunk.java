package io.geolocsft.cluster;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.Lists;
import io.geolocsft.cluster.Answering.AnsweredCandidate;
import io.geolocsft.cluster.Answering.Reply;
import io.geolocsft.cluster.Answering.Session;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.util.LongAccumulator;

/**
 * Lets a model answer for some images, batch by batch. What a chunk yielded is kept in a folder, so
 * that a run that was killed does not answer it again.
 *
 * @param name what tables call the model
 * @param folder where finished chunks of this model are kept, on this machine
 * @param answered counts images, for the driver to show
 */
public record AnswerChunk(String name, Answering answering, String folder, LongAccumulator answered)
    implements Serializable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** An image to answer for. */
  public record Query(String benchmark, String imageId, String uri) implements Serializable {}

  /**
   * One answer, or with {@code error} set why there is none.
   *
   * @param k candidate, from 0
   */
  public record Line(
      String benchmark,
      String imageId,
      String uri,
      int k,
      String text,
      Double latitude,
      Double longitude,
      double logProbability,
      String parseStatus,
      String error) {}

  /** How many chunks of this model an earlier run finished. */
  public long kept() throws IOException {
    if (!Files.isDirectory(Path.of(folder))) {
      return 0;
    }
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files.filter(file -> file.toString().endsWith(".json")).count();
    }
  }

  /** The answers of a chunk, from what an earlier run kept or from the model. */
  public List<Line> answers(int chunk, List<Query> queries) throws Exception {
    Path kept = Path.of(folder, "chunk-%06d.json".formatted(chunk));
    if (Files.exists(kept)) {
      answered.add(queries.size());
      return JSON.readValue(kept.toFile(), new TypeReference<List<Line>>() {});
    }
    List<Line> lines = compute(queries);
    Files.createDirectories(kept.getParent());
    Path aside = Files.createTempFile(kept.getParent(), "chunk", ".aside");
    JSON.writeValue(aside.toFile(), lines);
    Files.move(aside, kept, StandardCopyOption.ATOMIC_MOVE);
    return lines;
  }

  private List<Line> compute(List<Query> queries) throws Exception {
    List<Line> lines = new ArrayList<>();
    try (Session session = answering.open()) {
      for (List<Query> batch : Lists.partition(queries, answering.settings().batchSize())) {
        List<Reply> replies =
            session.answer(
                batch.stream()
                    .map(query -> new Answering.Query(query.imageId(), query.uri()))
                    .toList());
        for (int i = 0; i < replies.size(); i++) {
          add(batch.get(i), replies.get(i), lines);
        }
        answered.add(batch.size());
      }
    }
    return lines;
  }

  private static void add(Query query, Reply reply, List<Line> lines) {
    if (reply.error() != null) {
      lines.add(line(query, 0, new AnsweredCandidate("", null, null, 0, ""), reply.error()));
    }
    for (int k = 0; k < reply.candidates().size(); k++) {
      lines.add(line(query, k, reply.candidates().get(k), null));
    }
  }

  private static Line line(Query query, int k, AnsweredCandidate candidate, String error) {
    return new Line(
        query.benchmark(),
        query.imageId(),
        query.uri(),
        k,
        candidate.text(),
        candidate.latitude(),
        candidate.longitude(),
        candidate.logProbability(),
        candidate.parseStatus(),
        error);
  }
}
