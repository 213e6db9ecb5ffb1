package io.geolocsft.report.data;

import com.google.common.io.BaseEncoding;
import io.geolocsft.image.RgbImage;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/**
 * A small JPEG to show in a page, made anew from pixels so that nothing of the original file, such
 * as its EXIF, gets into the report.
 */
public final class Picture {

  private static final int MAX_SIDE = 360;

  private final byte[] jpeg;
  private final int width;
  private final int height;

  private Picture(byte[] jpeg, int width, int height) {
    this.jpeg = jpeg;
    this.width = width;
    this.height = height;
  }

  /** Shrinks an image to at most 360 pixels a side. */
  public static Picture of(RgbImage image) {
    BufferedImage shrunk = whole(image);
    while (Math.max(shrunk.getWidth(), shrunk.getHeight()) > MAX_SIDE) {
      shrunk = shrink(shrunk);
    }
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      if (!ImageIO.write(shrunk, "jpg", out)) {
        throw new IllegalStateException("This Java has no JPEG writer");
      }
      return new Picture(out.toByteArray(), shrunk.getWidth(), shrunk.getHeight());
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory", e);
    }
  }

  private static BufferedImage whole(RgbImage image) {
    BufferedImage whole =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        whole.setRGB(
            x, y, image.sample(x, y, 0) << 16 | image.sample(x, y, 1) << 8 | image.sample(x, y, 2));
      }
    }
    return whole;
  }

  /** Halves at most at a time: bilinear sampling looks at four pixels only. */
  private static BufferedImage shrink(BufferedImage image) {
    double scale = Math.max(0.5, (double) MAX_SIDE / Math.max(image.getWidth(), image.getHeight()));
    int width = Math.max(1, (int) (image.getWidth() * scale));
    int height = Math.max(1, (int) (image.getHeight() * scale));
    BufferedImage smaller = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = smaller.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return smaller;
  }

  /** In pixels. */
  public int width() {
    return width;
  }

  /** In pixels. */
  public int height() {
    return height;
  }

  public String dataUri() {
    return "data:image/jpeg;base64," + BaseEncoding.base64().encode(jpeg);
  }
}
