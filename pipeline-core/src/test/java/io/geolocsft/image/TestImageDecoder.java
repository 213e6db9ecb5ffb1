package io.geolocsft.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.geolocsft.AllocatedBytes;
import io.geolocsft.image.ImageException.Kind;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestImageDecoder {

  private static final int SIDE = 40;
  private static final int PNG_WIDTH_AT = 16;

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "gif"})
  void decodesWhatTheJdkWrites(String format) throws IOException {
    RgbImage image = ImageDecoder.decode(written(format), DecodeLimits.DEFAULT);
    assertThat(image.width()).isEqualTo(SIDE);
    assertThat(image.height()).isEqualTo(SIDE);
    // The lower right of the picture is red.
    assertThat(image.sample(30, 30, 0)).isGreaterThan(240);
    assertThat(image.sample(30, 30, 1)).isLessThan(15);
    assertThat(image.sample(5, 5, 0)).isLessThan(15);
  }

  @Test
  void decodesInterlacedPng() throws IOException {
    BufferedImage picture = picture();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    javax.imageio.ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (javax.imageio.stream.ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      javax.imageio.ImageWriteParam param = writer.getDefaultWriteParam();
      param.setProgressiveMode(javax.imageio.ImageWriteParam.MODE_DEFAULT);
      writer.setOutput(out);
      writer.write(null, new javax.imageio.IIOImage(picture, null, null), param);
    } finally {
      writer.dispose();
    }
    byte[] interlaced = bytes.toByteArray();
    assertThat(interlaced[28]).as("interlace method").isEqualTo((byte) 1);
    assertThat(ImageDecoder.decode(interlaced, DecodeLimits.DEFAULT).rgb())
        .isEqualTo(ImageDecoder.decode(written("png"), DecodeLimits.DEFAULT).rgb());
  }

  static Stream<Arguments> hostile() throws IOException {
    byte[] jpeg = written("jpg");
    byte[] png = written("png");
    byte[] gif = written("gif");
    return Stream.of(
        Arguments.of("nothing", new byte[0], Kind.EMPTY, "no bytes"),
        Arguments.of("text named jpg", ascii("Not found\n"), Kind.UNSUPPORTED, "not an image"),
        Arguments.of("WebP", ascii("RIFF\0\0\0\0WEBPVP8 "), Kind.UNSUPPORTED, "WebP"),
        Arguments.of("TIFF", ascii("II*\0\b\0\0\0"), Kind.UNSUPPORTED, "TIFF"),
        Arguments.of("HEIF", ascii("\0\0\0\u0018ftypheic"), Kind.UNSUPPORTED, "HEIF"),
        Arguments.of("half JPEG", half(jpeg), Kind.TRUNCATED, "end"),
        Arguments.of("JPEG header", Arrays.copyOf(jpeg, 30), Kind.TRUNCATED, "byte 30"),
        Arguments.of("half PNG", half(png), Kind.TRUNCATED, "within a chunk"),
        Arguments.of("PNG signature", Arrays.copyOf(png, 8), Kind.TRUNCATED, "byte 8"),
        Arguments.of("half GIF", half(gif), Kind.TRUNCATED, "within a block"),
        Arguments.of("GIF header", Arrays.copyOf(gif, 8), Kind.TRUNCATED, "byte 8"),
        Arguments.of("lying JPEG", lyingJpeg(jpeg, 60000), Kind.TOO_LARGE, "60000 x 60000"),
        Arguments.of("lying PNG", lyingPng(png, 60000), Kind.TOO_LARGE, "60000 x 60000"),
        Arguments.of("lying GIF", lyingGif(gif, 60000), Kind.TOO_LARGE, "60000 x 60000"),
        Arguments.of("JPEG too short", lyingJpeg(jpeg, 9000), Kind.TRUNCATED, "9000 x 9000"),
        Arguments.of("PNG too short", lyingPng(png, 9000), Kind.TRUNCATED, "9000 x 9000"),
        Arguments.of("GIF too short", lyingGif(gif, 9000), Kind.TRUNCATED, "9000 x 9000"),
        Arguments.of(
            "JPEG of many scans", manyScans(jpeg), Kind.UNSUPPORTED, "more than 500 scans"),
        Arguments.of("GIF without frame", frameless(gif), Kind.CORRUPT, "no frame"),
        Arguments.of("PNG of no width", lyingPng(png, 0), Kind.CORRUPT, "0 x 0"),
        Arguments.of("longer PNG", lyingPng(png, 200), Kind.CORRUPT, "damaged"),
        Arguments.of("broken PNG chunk", broken(png), Kind.CORRUPT, "IDAT"),
        Arguments.of("JPEG without scan", ascii("\u00ff\u00d8\u00ff\u00d9"), Kind.CORRUPT, "ends"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void refusesWithTheReason(String name, byte[] file, Kind kind, String words) {
    ImageException refusal =
        catchThrowableOfType(
            ImageException.class, () -> ImageDecoder.decode(file, DecodeLimits.DEFAULT));
    assertThat(refusal).as(name).isNotNull();
    assertThat(refusal.kind()).isEqualTo(kind);
    assertThat(refusal).hasMessageContaining(words);
  }

  @Test
  void limitsAreExact() throws IOException {
    byte[] png = written("png");
    DecodeLimits enough = new DecodeLimits(SIDE * SIDE, png.length);
    assertThat(ImageDecoder.decode(png, enough).width()).isEqualTo(SIDE);
    assertThatThrownBy(() -> ImageDecoder.decode(png, enough.withMaxPixels(SIDE * SIDE - 1)))
        .hasMessageContaining("limit of 1599");
    assertThatThrownBy(
            () -> ImageDecoder.decode(png, new DecodeLimits(SIDE * SIDE, png.length - 1)))
        .hasMessageContaining("%d bytes", png.length);
  }

  @Test
  void aFileIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("holiday.jpg");
    Files.writeString(file, "no image");
    assertThatThrownBy(() -> ImageDecoder.decode(file, DecodeLimits.DEFAULT))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("holiday.jpg");
    Files.write(file, written("png"));
    assertThat(ImageDecoder.decode(file, DecodeLimits.DEFAULT).height()).isEqualTo(SIDE);
  }

  private static BufferedImage picture() {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = SIDE / 2; y < SIDE; y++) {
      for (int x = SIDE / 2; x < SIDE; x++) {
        picture.setRGB(x, y, 0xff0000);
      }
    }
    // Something that cannot be compressed away, so that half a file lacks half the picture.
    Random random = new Random(7);
    for (int i = 0; i < 400; i++) {
      picture.setRGB(10 + i % 10, 15 + i / 20, 0xff000000 | random.nextInt(16) * 0x001010);
    }
    return picture;
  }

  private static byte[] written(String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(picture(), format, bytes)).isTrue();
    return bytes.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] half(byte[] file) {
    return Arrays.copyOf(file, file.length * 3 / 4);
  }

  private static byte[] lyingJpeg(byte[] jpeg, int side) {
    byte[] lying = jpeg.clone();
    for (int i = 0; i < lying.length - 1; i++) {
      if (lying[i] == (byte) 0xff && lying[i + 1] == (byte) 0xc0) {
        ByteBuffer.wrap(lying).putShort(i + 5, (short) side).putShort(i + 7, (short) side);
      }
    }
    return lying;
  }

  private static byte[] lyingPng(byte[] png, int side) {
    ByteBuffer lying = ByteBuffer.wrap(png.clone());
    lying.putInt(PNG_WIDTH_AT, side).putInt(PNG_WIDTH_AT + 4, side);
    CRC32 sum = new CRC32();
    sum.update(lying.array(), PNG_WIDTH_AT - 4, 17);
    return lying.putInt(PNG_WIDTH_AT + 13, (int) sum.getValue()).array();
  }

  private static byte[] lyingGif(byte[] gif, int side) {
    byte[] lying = gif.clone();
    for (int at = 6; at < 10; at += 2) {
      lying[at] = (byte) side;
      lying[at + 1] = (byte) (side >> 8);
    }
    return lying;
  }

  private static byte[] manyScans(byte[] jpeg) {
    ByteBuffer many = ByteBuffer.allocate(jpeg.length + 5_000).put(jpeg, 0, jpeg.length - 2);
    for (int i = 0; i < 500; i++) {
      many.putShort((short) 0xffda).putShort((short) 8).put(new byte[] {1, 1, 0, 0, 63, 0});
    }
    return many.putShort((short) 0xffd9).array();
  }

  private static byte[] frameless(byte[] gif) {
    byte[] screen = Arrays.copyOf(gif, 13 + 3 * (2 << (gif[10] & 7)) + 1);
    screen[screen.length - 1] = ';';
    return screen;
  }

  /** The JDK's reader takes time with the square of a comment's length, some minutes here. */
  @Test
  void aLongCommentCostsNothing() throws Exception {
    byte[] gif = written("gif");
    int screen = 13 + 3 * (2 << (gif[10] & 7));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(gif, 0, screen);
    file.write(new byte[] {0x21, (byte) 0xfe});
    for (int i = 0; i < 40_000; i++) {
      file.write(255);
      file.write(new byte[255]);
    }
    file.write(0);
    file.write(gif, screen, gif.length - screen);
    byte[] commented = file.toByteArray();
    long allocated =
        AllocatedBytes.of(
            () ->
                assertThat(ImageDecoder.decode(commented, DecodeLimits.DEFAULT).rgb())
                    .isEqualTo(ImageDecoder.decode(gif, DecodeLimits.DEFAULT).rgb()));
    assertThat(allocated).isLessThan(1 << 20);
  }

  @Test
  void aHeaderThatLiesCostsNothing() throws Exception {
    List<byte[]> lying =
        List.of(
            lyingJpeg(written("jpg"), 9000),
            lyingPng(written("png"), 9000),
            lyingGif(written("gif"), 9000));
    for (byte[] file : lying) {
      long allocated =
          AllocatedBytes.of(
              () ->
                  assertThatThrownBy(() -> ImageDecoder.decode(file, DecodeLimits.DEFAULT))
                      .isInstanceOf(ImageException.class));
      assertThat(allocated).isLessThan(1 << 20);
    }
  }

  private static byte[] broken(byte[] png) {
    byte[] broken = png.clone();
    broken[broken.length - 30] ^= 1;
    return broken;
  }
}
