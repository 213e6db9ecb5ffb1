package io.geolocsft.endpoint;

import io.geolocsft.image.BilinearResize;
import io.geolocsft.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * The size and quality at which images are sent: as JPEG made anew of the pixels, so that nothing
 * else of the file goes out, its place among it.
 *
 * @param width pixels, at most or exactly
 * @param height pixels, at most or exactly
 * @param exact whether every image gets this size whatever its shape, else a larger one is scaled
 *     down into it and a smaller one stays as it is
 * @param quality of JPEG, 1 to 100
 */
public record ImageForm(int width, int height, boolean exact, int quality) implements Serializable {

  private static final int LARGEST_SIDE = 16_384;
  private static final float BEST = 100;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is not kept; the message names the setting
   */
  public ImageForm {
    if (width < 1 || height < 1 || width > LARGEST_SIDE || height > LARGEST_SIDE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "image_side must be 1 to %d pixels, not %d x %d",
              LARGEST_SIDE,
              width,
              height));
    }
    if (quality < 1 || quality > BEST) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "jpeg_quality must be 1 to 100, not %d", quality));
    }
  }

  /** Images of the shape they have, no side over a number of pixels. */
  public static ImageForm within(int side, int quality) {
    return new ImageForm(side, side, false, quality);
  }

  /** Images squashed to one size. */
  public static ImageForm exactly(int width, int height, int quality) {
    return new ImageForm(width, height, true, quality);
  }

  /** The bytes that are sent; the same for the same pixels. */
  public byte[] jpeg(RgbImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(pixels(sized(image)), null, null), parameters(writer));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private ImageWriteParam parameters(ImageWriter writer) {
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(quality / BEST);
    return parameters;
  }

  private RgbImage sized(RgbImage image) {
    if (exact) {
      return BilinearResize.resize(image, width, height);
    }
    double scale =
        Math.min(1, Math.min((double) width / image.width(), (double) height / image.height()));
    return BilinearResize.resize(
        image, scaled(image.width(), scale, width), scaled(image.height(), scale, height));
  }

  private static int scaled(int side, double scale, int most) {
    return Math.max(1, Math.min(most, (int) Math.round(side * scale)));
  }

  private static BufferedImage pixels(RgbImage image) {
    BufferedImage pixels =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    int[] packed = new int[image.width() * image.height()];
    byte[] rgb = image.rgb();
    for (int i = 0, at = 0; i < packed.length; i++, at += RgbImage.CHANNELS) {
      packed[i] = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | rgb[at + 2] & 0xff;
    }
    pixels.setRGB(0, 0, image.width(), image.height(), packed, 0, image.width());
    return pixels;
  }
}
