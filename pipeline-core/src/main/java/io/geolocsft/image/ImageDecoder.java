package io.geolocsft.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Decodes JPEG, PNG and GIF to upright 8-bit RGB, as Pillow's {@code exif_transpose} and
 * transformers' {@code convert_to_rgb} do: colour profiles are ignored, transparency is laid over
 * white, an animation gives its first picture.
 *
 * <p>The size that a header states is checked against the limits and against what the file's bytes
 * can hold before any pixel is allocated, so a file costs at most about a dozen bytes of memory for
 * each allowed pixel, and one whose header lies costs nothing.
 */
public final class ImageDecoder {

  private ImageDecoder() {}

  /**
   * Decodes the bytes of a file.
   *
   * @throws ImageException if they are not an image that can be read, are damaged or over the
   *     limits
   */
  public static RgbImage decode(byte[] file, DecodeLimits limits) throws ImageException {
    limits.checkBytes(file.length);
    try {
      RgbImage stored = stored(file, limits);
      return Orientation.of(ExifReader.read(file).orientation()).upright(stored);
    } catch (ImageException e) {
      throw e;
    } catch (IOException e) {
      throw new ImageException(ImageException.Kind.CORRUPT, "Damaged image: " + e.getMessage(), e);
    } catch (RuntimeException | StackOverflowError e) {
      // Whatever a file can make a reader throw, it is the file that cannot be read.
      throw new ImageException(ImageException.Kind.CORRUPT, "The image cannot be read: " + e, e);
    }
  }

  /**
   * Reads and decodes a file.
   *
   * @throws ImageException as {@link #decode(byte[], DecodeLimits)}; its message names the file
   * @throws IOException if the file cannot be read
   */
  public static RgbImage decode(Path file, DecodeLimits limits) throws IOException {
    try {
      limits.checkBytes(Files.size(file));
      return decode(Files.readAllBytes(file), limits);
    } catch (ImageException e) {
      throw new ImageException(e.kind(), file + ": " + e.getMessage(), e);
    }
  }

  private static RgbImage stored(byte[] file, DecodeLimits limits) throws IOException {
    return switch (ImageFormat.of(file)) {
      case JPEG -> JpegDecoder.decode(file, limits);
      case PNG -> PngDecoder.decode(file, limits);
      case GIF -> GifDecoder.decode(file, limits);
    };
  }
}
