package io.geolocsft.sft;

import static io.geolocsft.sft.SmallTraining.assertClose;

import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.sft.SmallTraining.Result;
import io.geolocsft.sft.SmallTraining.Run;
import io.geolocsft.training.Checkpoints;
import io.geolocsft.training.FolderFiles;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Trains row by row, limits its own memory, and trains all rows at once. */
final class CrampedTraining {

  private static final int ROWS = 128;
  private static final int LENGTH = 1000;
  private static final long ROOM = 160L << 20;

  private CrampedTraining() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Run run = new Run(ROWS, ROWS, 8, 2, 0);
    Result expected = train(run, folder.resolve("free"));
    limitMemory();
    assertClose(train(run.with(ROWS), folder.resolve("cramped")), expected);
    System.out.println("the same steps");
  }

  private static TrainingExample example(int number) {
    int[] tokens = new Random(number).ints(LENGTH, 1, 30).toArray();
    Arrays.fill(tokens, 1, 1 + SmallGemma.IMAGE_TOKENS, SmallGemma.IMAGE_TOKEN);
    return new TrainingExample("image-" + number, tokens, LENGTH - 5, "", "hash" + number);
  }

  private static Result train(Run run, Path folder) throws IOException {
    List<Double> losses = new ArrayList<>();
    try (GemmaModel base = SmallGemma.random(3);
        Trainer trainer =
            new Trainer(run.settings(true), base, SmallTraining::pixels, AllReduce.SINGLE)) {
      trainer.train(
          IntStream.range(0, ROWS).mapToObj(CrampedTraining::example).toList(),
          Optional.empty(),
          new Checkpoints(new FolderFiles(folder), Map.of(), 1),
          report -> {
            losses.add(report.loss());
            System.out.println("micro-batch " + report.microBatchSize());
          });
      return new Result(losses, SmallTraining.values(trainer.adapter().orElseThrow().tensors()));
    }
  }

  private static void limitMemory() throws Exception {
    long taken =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmSize:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
            .findFirst()
            .orElseThrow();
    String pid = String.valueOf(ProcessHandle.current().pid());
    String limit = "--as=" + (taken + ROOM);
    int code = new ProcessBuilder("prlimit", "--pid", pid, limit).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("prlimit ended with " + code);
    }
  }
}
