package io.geolocsft.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.primitives.Bytes;
import io.geolocsft.sft.PhaseClock.Phase;
import io.geolocsft.sft.StepReport;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One line a step in a file of each rank, appended while training runs: what the driver shows, what
 * a resumed run goes on with, and what becomes {@code training_log}.
 */
public final class TrainingLog {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One step of one rank; the fields are those of the table {@code training_log}. */
  public record Line(
      int rank,
      int step,
      int steps,
      double epoch,
      double loss,
      double learningRate,
      double gradientNorm,
      long targetTokens,
      double tokensPerSecond,
      double dataSeconds,
      double forwardSeconds,
      double backwardSeconds,
      double reduceSeconds,
      double updateSeconds) {

    static Line of(StepReport report) {
      return new Line(
          report.rank(),
          report.step(),
          report.steps(),
          report.epoch(),
          report.loss(),
          report.learningRate(),
          report.gradientNorm(),
          report.targetTokens(),
          report.tokens() / Math.max(1e-9, report.clock().seconds()),
          report.clock().seconds(Phase.DATA),
          report.clock().seconds(Phase.FORWARD),
          report.clock().seconds(Phase.BACKWARD),
          report.clock().seconds(Phase.ALL_REDUCE),
          report.clock().seconds(Phase.OPTIMIZER));
    }
  }

  private final Path folder;

  /** How many bytes {@link #follow} has read. */
  private long followed;

  /** The log in a folder that driver and ranks see. */
  public TrainingLog(Path folder) {
    this.folder = folder;
  }

  private Path file(int rank) {
    return folder.resolve("training_log-%d.jsonl".formatted(rank));
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> path.getFileName().toString().matches("training_log-\\d+\\.jsonl"))
          .toList();
    }
  }

  /** Takes away a line that a kill cut short, so that the next one does not continue it. */
  void repair(int rank) throws IOException {
    Path file = file(rank);
    if (!Files.exists(file)) {
      return;
    }
    byte[] content = Files.readAllBytes(file);
    int end = content.length;
    while (end > 0 && content[end - 1] != '\n') {
      end--;
    }
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      out.truncate(end);
    }
  }

  void append(StepReport report) throws IOException {
    String line = JSON.writeValueAsString(Line.of(report)) + "\n";
    Files.writeString(
        file(report.rank()),
        line,
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /**
   * The lines in order of step and rank. Of a step that ran twice, because the run was killed after
   * its last checkpoint, the later line counts; a line that a kill cut short is left out.
   */
  public List<Line> read() throws IOException {
    TreeMap<Long, Line> lines = new TreeMap<>();
    for (Path file : files()) {
      for (String text : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        if (text.endsWith("}")) {
          Line line = JSON.readValue(text, Line.class);
          lines.put(((long) line.step() << 16) + line.rank(), line);
        }
      }
    }
    return new ArrayList<>(lines.values());
  }

  /**
   * The first rank's lines that came since the last call, at the first call all, in the order of
   * their writing. A half-written one waits for a later call.
   */
  public synchronized List<Line> follow() throws IOException {
    Path file = file(0);
    if (!Files.exists(file)) {
      return List.of();
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(followed);
      byte[] added = new byte[Math.toIntExact(in.length() - followed)];
      in.readFully(added);
      int whole = Bytes.lastIndexOf(added, (byte) '\n') + 1;
      followed += whole;
      return JSON.readerFor(Line.class).<Line>readValues(added, 0, whole).readAll();
    }
  }
}
