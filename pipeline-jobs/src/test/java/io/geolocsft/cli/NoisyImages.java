package io.geolocsft.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Small images of nothing, somewhere in Europe, for servers that look at none. */
final class NoisyImages {

  private NoisyImages() {}

  /** Writes a folder of images, and a table beside it. */
  static void write(Path folder, String name, int count, long seed) throws IOException {
    Random random = new Random(seed);
    Files.createDirectories(folder.resolve(name));
    List<String> lines = new ArrayList<>(List.of("image,latitude,longitude"));
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < 256; pixel++) {
        image.setRGB(pixel % 16, pixel / 16, random.nextInt(1 << 24));
      }
      ImageIO.write(image, "png", folder.resolve(name).resolve(i + ".png").toFile());
      lines.add(
          String.format(
              Locale.ROOT,
              "%d.png,%.4f,%.4f",
              i,
              random.nextDouble(45, 50),
              random.nextDouble(5, 20)));
    }
    Files.write(folder.resolve(name + ".csv"), lines);
  }

  /** Copies a folder and all in it. */
  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
