package io.geolocsft.cluster;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.Lists;
import com.google.common.hash.Hashing;
import io.geolocsft.cluster.ExecutorModels.Lease;
import io.geolocsft.cluster.ModelSpec.Loaded;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.InferSettings;
import io.geolocsft.generate.Continuation;
import io.geolocsft.generate.Generator;
import io.geolocsft.generate.Sampling;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.image.ImageDecoder;
import io.geolocsft.prompt.Answer;
import io.geolocsft.prompt.AnswerReader;
import io.geolocsft.prompt.PromptEncoder;
import io.geolocsft.prompt.PromptLayout;
import io.geolocsft.prompt.SpecialTokens;
import io.geolocsft.table.ImageBytes;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Lets a model answer for some images, batch by batch. What a chunk yielded is kept in a folder, so
 * that a run that was killed does not answer it again.
 *
 * @param name what tables call the model
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 * @param folder where finished chunks of this model are kept, on this machine
 * @param answered counts images, for the driver to show
 */
public record AnswerChunk(
    String name,
    ModelSpec model,
    String device,
    ExampleSettings texts,
    InferSettings settings,
    long seed,
    ImageBytes images,
    String folder,
    LongAccumulator answered)
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
    TaskContext task = TaskContext.get();
    ExecutorDevice.useThreads(task.cpus());
    try (Lease lease = ExecutorModels.acquire(model, ExecutorDevice.of(device, task))) {
      Loaded loaded = lease.model();
      SpecialTokens special = loaded.tokenizer().special();
      Sampling sampling =
          new Sampling(
              settings.candidates(),
              settings.temperature(),
              settings.topK(),
              settings.topP(),
              settings.maxNewTokens());
      Generator generator =
          new Generator(
              loaded.model(), Set.of(special.endOfTurn(), special.endOfSequence()), sampling);
      int imageTokens = loaded.model().config().vision().orElseThrow().tokensPerImage();
      int[] prompt =
          new PromptEncoder(loaded.tokenizer(), imageTokens, PromptLayout.of(texts.layout()))
              .prompt(texts.prompt());
      List<Line> lines = new ArrayList<>();
      for (List<Query> batch : Lists.partition(queries, settings.batchSize())) {
        try (NativeWork work = NativeWork.begin()) {
          answer(batch, prompt, generator, loaded, lines);
        }
        answered.add(batch.size());
      }
      return lines;
    }
  }

  private void answer(
      List<Query> batch, int[] prompt, Generator generator, Loaded loaded, List<Line> lines) {
    List<Query> readable = new ArrayList<>();
    List<float[]> pixels = new ArrayList<>();
    for (Query query : batch) {
      try {
        pixels.add(pixels(query, loaded));
        readable.add(query);
      } catch (IOException e) {
        lines.add(failed(query, e));
      }
    }
    if (readable.isEmpty()) {
      return;
    }
    long[] seeds = readable.stream().mapToLong(this::seed).toArray();
    List<List<Continuation>> all =
        generator.generate(
            Collections.nCopies(readable.size(), prompt), pixels.toArray(float[][]::new), seeds);
    for (int i = 0; i < readable.size(); i++) {
      for (int k = 0; k < all.get(i).size(); k++) {
        lines.add(line(readable.get(i), k, all.get(i).get(k), loaded));
      }
    }
  }

  private float[] pixels(Query query, Loaded loaded) throws IOException {
    byte[] file = images.read(query.uri());
    return loaded.processor().pixels(ImageDecoder.decode(file, DecodeLimits.DEFAULT));
  }

  /** Of the image's name alone, so that an answer does not depend on its neighbours. */
  private long seed(Query query) {
    return Hashing.sipHash24(seed, 0).hashString(query.imageId(), StandardCharsets.UTF_8).asLong();
  }

  private static Line line(Query query, int k, Continuation continuation, Loaded loaded) {
    String text = loaded.tokenizer().decode(continuation.toArray());
    Answer answer = AnswerReader.read(text);
    return new Line(
        query.benchmark(),
        query.imageId(),
        query.uri(),
        k,
        text,
        answer.point().map(point -> point.latitude()).orElse(null),
        answer.point().map(point -> point.longitude()).orElse(null),
        continuation.logProbability(),
        answer.status().toString(),
        null);
  }

  private static Line failed(Query query, IOException e) {
    return new Line(
        query.benchmark(), query.imageId(), query.uri(), 0, "", null, null, 0, "", e.getMessage());
  }
}
