package io.geolocsft.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * What ingest does to an image (decode, perceptual hash, quality) on one thread, in images a
 * second, beside Pillow, ImageHash and NumPy doing the same in turn.
 */
final class ImageBench {

  private static final int ROUNDS = 3;
  private static final int IMAGES = 60;
  private static final int WIDTH = 1024;
  private static final int HEIGHT = 768;
  private static final float QUALITY = 0.9f;
  private static final double SECONDS = 8;

  private ImageBench() {}

  /**
   * @param arguments a picture to cut images from, a folder for them, and the command that measures
   *     the peer on that folder for so many seconds
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    List<String> peer = new ArrayList<>(Arrays.asList(arguments).subList(2, arguments.length));
    peer.add(folder.toString());
    peer.add(String.valueOf(SECONDS));
    List<byte[]> files = files(Path.of(arguments[0]), folder);
    rate(files);
    double[] ratios = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      double ours = rate(files);
      double theirs = peerRate(peer);
      ratios[round] = ours / theirs;
      print(
          "%d images of %d x %d: ours %.1f images/s, Pillow and ImageHash %.1f: %.2fx",
          files.size(), WIDTH, HEIGHT, ours, theirs, ratios[round]);
    }
    Arrays.sort(ratios);
    print(
        "median %.2fx of %d rounds (%.2fx to %.2fx)",
        ratios[ROUNDS / 2], ROUNDS, ratios[0], ratios[ROUNDS - 1]);
  }

  private static List<byte[]> files(Path picture, Path folder) throws IOException {
    BufferedImage earth = ImageIO.read(picture.toFile());
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < IMAGES; i++) {
      int x = random.nextInt(earth.getWidth() - WIDTH);
      int y = random.nextInt(earth.getHeight() - HEIGHT);
      BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
      image.createGraphics().drawImage(earth.getSubimage(x, y, WIDTH, HEIGHT), 0, 0, null);
      write(image, folder.resolve(String.format(Locale.ROOT, "%02d.jpg", i)));
    }
    List<byte[]> files = new ArrayList<>();
    try (Stream<Path> written = Files.list(folder)) {
      for (Path file : written.sorted().toList()) {
        files.add(Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static void write(BufferedImage image, Path file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam settings = writer.getDefaultWriteParam();
    settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    settings.setCompressionQuality(QUALITY);
    try (OutputStream out = Files.newOutputStream(file);
        ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), settings);
    } finally {
      writer.dispose();
    }
  }

  /** Images a second. */
  private static double rate(List<byte[]> files) throws ImageException {
    long begin = System.nanoTime();
    int images = 0;
    double seconds = 0;
    double sum = 0;
    while (seconds < SECONDS) {
      RgbImage image =
          ImageDecoder.decode(files.get(images++ % files.size()), DecodeLimits.DEFAULT);
      sum += PerceptualHash.of(image) + ImageQuality.measure(image).blur();
      seconds = (System.nanoTime() - begin) / 1e9;
    }
    if (Double.isNaN(sum)) {
      throw new AssertionError("never, but the work must have a use");
    }
    return images / seconds;
  }

  private static double peerRate(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(
          String.format(Locale.ROOT, "%s ended with %d", command, process.exitValue()));
    }
    return Double.parseDouble(output);
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
