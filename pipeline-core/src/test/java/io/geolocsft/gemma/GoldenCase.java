package io.geolocsft.gemma;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import com.google.common.primitives.Ints;
import io.geolocsft.gemma.TokenBatch.Padding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * One golden file of transformers and PEFT, see {@code goldens/README.md}.
 *
 * @param file of the tensors, relative to the folder of the goldens, as are {@code model} and
 *     {@code adapter}
 * @param rows in the batch
 * @param images in the batch
 */
public record GoldenCase(
    String name, String file, String model, String adapter, String note, int rows, int images) {

  private record Manifest(List<GoldenCase> cases) {}

  /** Positions whose following token is a target, and that token. */
  public record Targets(long[] at, long[] tokens) {}

  /** All cases, in the order of the manifest. */
  public static List<GoldenCase> all() {
    try {
      return new ObjectMapper()
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
          .readValue(folder().resolve("cases.json").toFile(), Manifest.class)
          .cases();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the files of a committed model. */
  static void copyModel(String model, Path to) throws IOException {
    try (Stream<Path> files = Files.list(folder().resolve("models").resolve(model))) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static Path folder() {
    return Path.of(URI.create(Resources.getResource("goldens/cases.json").toString())).getParent();
  }

  public Path modelFolder() {
    return folder().resolve(model);
  }

  public Path adapterFolder() {
    return folder().resolve(adapter);
  }

  public boolean has(String tensor) {
    try (Safetensors tensors = open()) {
      return tensors.entries().containsKey(tensor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the tensors that begin so, without that beginning. */
  public List<String> namesAfter(String prefix) {
    try (Safetensors tensors = open()) {
      return tensors.entries().keySet().stream()
          .filter(tensor -> tensor.startsWith(prefix))
          .map(tensor -> tensor.substring(prefix.length()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A tensor on the host. */
  public NDArray tensor(String tensor, NDManager manager) {
    try (Safetensors tensors = open()) {
      return tensors.read(tensor, manager);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A tensor's values, widened to float32. */
  public float[] floats(String tensor) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return tensor(tensor, manager).toType(DataType.FLOAT32, false).toFloatArray();
    }
  }

  public long[] longs(String tensor) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return tensor(tensor, manager).toLongArray();
    }
  }

  private Safetensors open() throws IOException {
    return Safetensors.open(folder().resolve(file));
  }

  /** The rows' tokens without padding. */
  public List<int[]> tokens() {
    long[] ids = longs("input_ids");
    long[] mask = longs("attention_mask");
    int length = ids.length / rows;
    return IntStream.range(0, rows)
        .mapToObj(
            row ->
                IntStream.range(row * length, (row + 1) * length)
                    .filter(i -> mask[i] == 1)
                    .map(i -> Ints.checkedCast(ids[i]))
                    .toArray())
        .toList();
  }

  /** The rows' tokens before the target. */
  public List<int[]> prompts() {
    List<int[]> tokens = tokens();
    long[] lengths = longs("prompt_lengths");
    return IntStream.range(0, rows)
        .mapToObj(row -> Arrays.copyOf(tokens.get(row), Ints.checkedCast(lengths[row])))
        .toList();
  }

  /** The whole rows, padded as in the file. */
  public TokenBatch batch(GemmaConfig config) {
    return batch(tokens(), Padding.RIGHT, config);
  }

  /** Rows of this case; in a text-only model no token stands for an image. */
  public TokenBatch batch(List<int[]> tokens, Padding padding, GemmaConfig config) {
    return TokenBatch.of(tokens, padding, config.vision().isPresent() ? config.imageTokenId() : -1);
  }

  /** What the language model sees of the case's images; null without one. */
  public NDArray imageFeatures(GemmaModel model, NDManager scope) {
    return images == 0 ? null : model.imageFeatures(tensor("pixel_values", scope), false);
  }

  public Targets targets() {
    long[] labels = longs("labels");
    int length = labels.length / rows;
    long[] at =
        LongStream.range(0, labels.length - 1)
            .filter(i -> (i + 1) % length != 0 && labels[(int) i + 1] >= 0)
            .toArray();
    return new Targets(at, Arrays.stream(at).map(i -> labels[(int) i + 1]).toArray());
  }

  /** Cells of the batch that hold a token. */
  public long[] cells() {
    long[] mask = longs("attention_mask");
    return LongStream.range(0, mask.length).filter(i -> mask[(int) i] == 1).toArray();
  }

  /** The logits of one tensor of the file at {@link #cells()}. */
  public float[] logitsAtCells(String tensor) {
    float[] all = floats(tensor);
    int words = all.length / longs("attention_mask").length;
    float[] picked = new float[cells().length * words];
    int to = 0;
    for (long cell : cells()) {
      System.arraycopy(all, Ints.checkedCast(cell) * words, picked, to, words);
      to += words;
    }
    return picked;
  }

  @Override
  public String toString() {
    return name;
  }
}
