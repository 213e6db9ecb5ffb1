package io.geolocsft.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.MutatedFiles;
import io.geolocsft.Mutations;
import io.geolocsft.image.preprocess.GemmaImageProcessor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images and their processor's configuration, damaged or hostile, are read or refused. */
class TestMutatedImages {

  private static final int CASES = 200;
  private static final int CONFIGURATION_CASES = 1_000;

  private static final DecodeLimits LIMITS = DecodeLimits.DEFAULT.withMaxPixels(100_000);

  /** Two pictures of RGB and one of up to eight bytes a pixel. */
  private static final long PICTURE_BYTES = 16 * LIMITS.maxPixels() + MutatedFiles.READER_BYTES;

  /** Some copies of the file and of its blocks. */
  private static final int BYTES_PER_BYTE = 16;

  /** An empty list within a list takes three bytes in JSON and two objects in a tree. */
  private static final int BYTES_PER_JSON_BYTE = 64;

  @TempDir private Path folder;

  static List<String> images() {
    return List.of(
        "exif-whole.jpg",
        "orientation-6.jpg",
        "progressive.jpg",
        "sampling-420.jpg",
        "gray.jpg",
        "cmyk.jpg",
        "exif-whole.png",
        "mode-p.png",
        "mode-rgba.png",
        "rgb-16bit.png",
        "gray-2bit.png",
        "palette-transparent.png",
        "animated.gif",
        "single.gif",
        "transparent.gif");
  }

  @Test
  void everyFormatIsAmongThem() {
    assertThat(images()).hasSize(15);
  }

  @ParameterizedTest
  @MethodSource("images")
  void image(String name) throws IOException {
    Path file = Files.write(folder.resolve(name), Goldens.bytes(name));
    new MutatedFiles(file, PICTURE_BYTES, BYTES_PER_BYTE)
        .read(
            CASES,
            name.endsWith(".png") ? TestMutatedImages::png : Mutations::bytes,
            () -> {
              ExifReader.read(Files.readAllBytes(file));
              ImageDecoder.decode(file, LIMITS);
            })
        .assertBothOf(CASES);
  }

  /** Wherever a file may hold a position. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("io.geolocsft.image.TestImagesAsTheyCome#forms")
  void metadata(String name, byte[] sound, String right) throws IOException {
    Path file = Files.write(folder.resolve("image"), sound);
    new MutatedFiles(file, PICTURE_BYTES, BYTES_PER_BYTE)
        .read(
            CASES,
            sound[1] == 'P' ? TestMutatedImages::png : Mutations::bytes,
            () -> {
              ExifReader.read(Files.readAllBytes(file));
              ImageDecoder.decode(file, LIMITS);
            })
        .assertBothOf(CASES);
  }

  /** Half of them with true check sums, so that what stands in the chunks is believed. */
  private static byte[] png(byte[] sound, SplittableRandom random) {
    byte[] png = Mutations.bytes(sound, random);
    return random.nextBoolean() ? png : withCheckSums(png);
  }

  private static byte[] withCheckSums(byte[] png) {
    ByteBuffer file = ByteBuffer.wrap(png);
    int at = 8;
    while (at + 12 <= png.length) {
      int length = file.getInt(at);
      if (length < 0 || length > png.length - at - 12) {
        break;
      }
      CRC32 sum = new CRC32();
      sum.update(png, at + 4, length + 4);
      file.putInt(at + 8 + length, (int) sum.getValue());
      at += 12 + length;
    }
    return png;
  }

  @Test
  void preprocessorConfiguration() throws IOException {
    Path file = folder.resolve("preprocessor_config.json");
    Files.copy(Path.of("..", "run", "data", "gemma3-small", "preprocessor_config.json"), file);
    new MutatedFiles(file, MutatedFiles.READER_BYTES, BYTES_PER_JSON_BYTE)
        .read(CONFIGURATION_CASES, Mutations::json, () -> GemmaImageProcessor.load(folder))
        .assertBothOf(CONFIGURATION_CASES);
  }
}
