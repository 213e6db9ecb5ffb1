package io.geolocsft.stage.ingest;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** A folder with {@code images/} and a {@code catalogue.csv}, as a user would bring one. */
public final class PictureFolder {

  private final Path folder;
  private final StringBuilder table = new StringBuilder();

  public PictureFolder(Path folder, String header) throws IOException {
    this.folder = folder;
    Files.createDirectories(images());
    table.append(header).append('\n');
  }

  public Path images() {
    return folder.resolve("images");
  }

  Path table() {
    return folder.resolve("catalogue.csv");
  }

  /** Writes a picture that depends on the number alone. */
  public PictureFolder picture(String name, int number) throws IOException {
    return file(name, jpeg(number));
  }

  public PictureFolder file(String name, byte[] bytes) throws IOException {
    Path file = images().resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    return this;
  }

  public PictureFolder row(String line) {
    table.append(line).append('\n');
    return this;
  }

  /** Writes the table. */
  public PictureFolder write() throws IOException {
    Files.writeString(table(), table);
    return this;
  }

  static byte[] jpeg(int number) throws IOException {
    BufferedImage image = new BufferedImage(24, 16, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(number);
    for (int i = 0; i < 24 * 16; i++) {
      image.setRGB(i % 24, i / 24, random.nextInt(1 << 24));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", bytes);
    return bytes.toByteArray();
  }
}
