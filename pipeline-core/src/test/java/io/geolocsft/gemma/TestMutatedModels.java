package io.geolocsft.gemma;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.geolocsft.MutatedFiles;
import io.geolocsft.Mutations;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.tensor.Bfloat16;
import io.geolocsft.tensor.Safetensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a model, damaged or hostile, are read or refused. */
class TestMutatedModels {

  private static final int SAFETENSORS_CASES = 3_000;
  private static final int CONFIG_CASES = 1_000;
  private static final int INDEX_CASES = 500;

  /** The header twice, and for an entry of 50 bytes some objects of 400 bytes together. */
  private static final int BYTES_PER_HEADER_BYTE = 16;

  /** Names and shapes of the largest model that is allowed: 1,000 layers in each of two towers. */
  private static final long MODEL_BYTES = 64 << 20;

  /** An empty list within a list takes three bytes in JSON and two objects in a tree. */
  private static final int BYTES_PER_JSON_BYTE = 64;

  @TempDir private Path folder;

  @Test
  void safetensors() throws IOException {
    Path file = folder.resolve("tensors.safetensors");
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      tensors.put("matrix", manager.ones(new Shape(2, 3)));
      tensors.put("none", manager.ones(new Shape(0, 4)));
      tensors.put("half", Bfloat16.zeros(manager, new Shape(5), DataType.BFLOAT16));
      tensors.put("count", manager.ones(new Shape(), DataType.INT64));
      Safetensors.write(file, tensors, Map.of("format", "pt"));
      new MutatedFiles(file, MutatedFiles.READER_BYTES, BYTES_PER_HEADER_BYTE)
          .read(SAFETENSORS_CASES, TestMutatedModels::header, () -> readAll(file, manager))
          .assertBothOf(SAFETENSORS_CASES);
    }
  }

  private static void readAll(Path file, NDManager manager) throws IOException {
    try (Safetensors tensors = Safetensors.open(file);
        NDManager scope = manager.newSubManager()) {
      for (String name : tensors.entries().keySet()) {
        tensors.read(name, scope);
      }
    }
  }

  /** Mostly the header, and mostly behind its true length. */
  private static byte[] header(byte[] sound, SplittableRandom random) {
    if (random.nextInt(4) == 0) {
      return Mutations.bytes(sound, random);
    }
    int length = (int) ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int end = Long.BYTES + length;
    byte[] header = Mutations.json(Arrays.copyOfRange(sound, Long.BYTES, end), random);
    long claimed = random.nextInt(8) == 0 ? length : header.length;
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(claimed).array());
    file.writeBytes(header);
    file.write(sound, end, sound.length - end);
    return file.toByteArray();
  }

  @Test
  void configuration() throws IOException {
    GoldenCase.copyModel("multimodal", folder);
    new MutatedFiles(folder.resolve("config.json"), MODEL_BYTES, BYTES_PER_JSON_BYTE)
        .read(CONFIG_CASES, Mutations::json, this::check)
        .assertBothOf(CONFIG_CASES);
  }

  @Test
  void indexOfShards() throws IOException {
    GoldenCase.copyModel("sharded", folder);
    new MutatedFiles(
            folder.resolve("model.safetensors.index.json"),
            MutatedFiles.READER_BYTES,
            BYTES_PER_JSON_BYTE)
        .read(INDEX_CASES, Mutations::json, this::check)
        .assertBothOf(INDEX_CASES);
  }

  private void check() throws IOException {
    GemmaWeights.check(folder, GemmaConfig.read(folder));
  }
}
