package io.geolocsft.quickstart;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Turns views into the bytes of image files, each camera a little different in exposure and noise.
 * For one thread.
 */
final class Darkroom {

  private static final float QUALITY = 0.92f;
  private static final float NEAR_DUPLICATE_QUALITY = 0.75f;
  private static final double CONTRAST_DEVIATION = 0.06;
  private static final double BRIGHTNESS_DEVIATION = 5;
  private static final double NOISE_DEVIATION = 2;
  private static final double MIDDLE_GREY = 110;
  private static final int BLUR_RADIUS = 5;
  private static final int BLUR_PASSES = 2;

  private final DownwardCamera camera;
  private final ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();

  Darkroom(DownwardCamera camera) {
    this.camera = camera;
  }

  byte[] develop(View view) throws IOException {
    SplittableRandom random = new SplittableRandom(view.exposure());
    Tile seen = camera.view(view.latitude(), view.longitude());
    return switch (view.flaw()) {
      case BLANK -> jpeg(blank(seen, random), QUALITY);
      // Blurred last, or its noise would look sharp.
      case BLURRED -> jpeg(blurred(exposed(seen, random)), QUALITY);
      case NEAR_DUPLICATE -> jpeg(exposed(seen, random), NEAR_DUPLICATE_QUALITY);
      case UNDECODABLE -> firstPart(jpeg(exposed(seen, random), QUALITY));
      default -> jpeg(exposed(seen, random), QUALITY);
    };
  }

  private static Tile blank(Tile tile, SplittableRandom random) {
    float[] colors = new float[tile.colors().length];
    Arrays.fill(colors, random.nextInt(256));
    return new Tile(tile.size(), colors);
  }

  private static Tile exposed(Tile tile, SplittableRandom random) {
    double contrast = 1 + CONTRAST_DEVIATION * random.nextGaussian();
    double brightness = BRIGHTNESS_DEVIATION * random.nextGaussian();
    float[] colors = new float[tile.colors().length];
    for (int pixel = 0; pixel < colors.length; pixel += 3) {
      double offset = MIDDLE_GREY + brightness + NOISE_DEVIATION * random.nextGaussian();
      for (int channel = 0; channel < 3; channel++) {
        double color = tile.colors()[pixel + channel];
        colors[pixel + channel] = (float) (contrast * (color - MIDDLE_GREY) + offset);
      }
    }
    return new Tile(tile.size(), colors);
  }

  /** Box filters one after another come near to a Gaussian one. */
  private static Tile blurred(Tile tile) {
    Tile result = tile;
    for (int pass = 0; pass < BLUR_PASSES; pass++) {
      result = boxBlurred(boxBlurred(result, 1, 0), 0, 1);
    }
    return result;
  }

  private static Tile boxBlurred(Tile tile, int down, int across) {
    float[] colors = new float[tile.colors().length];
    for (int i = 0; i < colors.length; i++) {
      int row = i / 3 / tile.size();
      int column = i / 3 % tile.size();
      float sum = 0;
      for (int step = -BLUR_RADIUS; step <= BLUR_RADIUS; step++) {
        int r = Math.max(0, Math.min(tile.size() - 1, row + down * step));
        int c = Math.max(0, Math.min(tile.size() - 1, column + across * step));
        sum += tile.at(r, c, i % 3);
      }
      colors[i] = sum / (2 * BLUR_RADIUS + 1);
    }
    return new Tile(tile.size(), colors);
  }

  private byte[] jpeg(Tile tile, float quality) throws IOException {
    ImageWriteParam settings = writer.getDefaultWriteParam();
    settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    settings.setCompressionQuality(quality);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image(tile), null, null), settings);
    }
    return bytes.toByteArray();
  }

  private static BufferedImage image(Tile tile) {
    BufferedImage image = new BufferedImage(tile.size(), tile.size(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < bgr.length; i++) {
      int color = Math.round(tile.colors()[i / 3 * 3 + 2 - i % 3]);
      bgr[i] = (byte) Math.max(0, Math.min(255, color));
    }
    return image;
  }

  private static byte[] firstPart(byte[] bytes) {
    // Short of the pixels themselves: lenient decoders show what they find of those.
    return Arrays.copyOf(bytes, 200);
  }
}
