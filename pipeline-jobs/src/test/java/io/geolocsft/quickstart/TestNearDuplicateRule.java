package io.geolocsft.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.RuleSettings;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.image.ImageDecoder;
import io.geolocsft.image.ImageException;
import io.geolocsft.image.ImageQuality;
import io.geolocsft.image.PerceptualHash;
import io.geolocsft.image.RgbImage;
import io.geolocsft.select.HashTables;
import io.geolocsft.select.NearDuplicates;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.awt.image.RescaleOp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;

/** What the rule against near duplicates finds among views of Earth, and what it takes for one. */
class TestNearDuplicateRule {

  private static final long SEED = 5;
  private static final int SIDE = 192;

  /** As it is if nothing else is set. */
  private static final int BITS =
      (int) ConfigReader.defaults(RuleSettings.class).get("nearDuplicateBits");

  private enum Change {
    RESIZED,
    RECOMPRESSED,
    CROPPED,
    BRIGHTNESS
  }

  /** Of a catalogue in which one image of ten is a changed copy of another. */
  @Test
  void findsWhatWasPlanted() throws IOException, ImageException {
    List<BufferedImage> views = views();
    SplittableRandom random = new SplittableRandom(SEED);
    List<Long> hashes = new ArrayList<>();
    for (BufferedImage view : views) {
      hashes.add(hash(view, 0.9f));
    }
    Map<Integer, Integer> originals = new LinkedHashMap<>();
    for (int original = 0; original < views.size(); original += 10) {
      Change change = Change.values()[originals.size() % Change.values().length];
      originals.put(hashes.size(), original);
      hashes.add(changed(views.get(original), change, random));
    }
    Set<Integer> rejected = rejected(hashes);
    long found = originals.keySet().stream().filter(rejected::contains).count();
    long wrong = rejected.stream().filter(image -> image < views.size()).count();
    assertThat(originals).hasSizeGreaterThan(100);
    assertThat((double) found / originals.size())
        .as("%d of %d copies", found, originals.size())
        .isGreaterThanOrEqualTo(0.95);
    assertThat((double) wrong / views.size())
        .as("%d of %d originals", wrong, views.size())
        .isLessThanOrEqualTo(0.005);
  }

  /** An image that is like an earlier one. */
  private static Set<Integer> rejected(List<Long> hashes) {
    List<NearDuplicates.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < hashes.size(); i++) {
      for (int earlier = 0; earlier < i; earlier++) {
        int distance = HashTables.distance(hashes.get(i), hashes.get(earlier));
        if (distance <= BITS) {
          pairs.add(new NearDuplicates.Pair(earlier, i, distance));
        }
      }
    }
    Set<Integer> rejected = new HashSet<>();
    NearDuplicates.rejected(pairs.iterator(), 1)
        .forEachRemaining(pair -> rejected.add((int) pair.second()));
    return rejected;
  }

  /** Views about 520 km apart, without those of the open sea. */
  private static List<BufferedImage> views() throws IOException, ImageException {
    DownwardCamera camera = new DownwardCamera(Earth.PICTURE, SIDE, 6);
    List<BufferedImage> views = new ArrayList<>();
    int points = 2_000;
    for (int i = 0; i < points; i++) {
      double lat = Math.toDegrees(Math.asin(2 * (i + 0.5) / points - 1));
      double lon = Math.IEEEremainder(i * 360 / 1.618033988749895, 360);
      BufferedImage view = picture(camera.view(lat, lon));
      ImageQuality quality = ImageQuality.measure(decoded(view, 0.9f));
      if (quality.contrast() >= 5 && quality.entropy() >= 2 && Math.abs(lat) < 75) {
        views.add(view);
      }
    }
    return views;
  }

  private static BufferedImage picture(Tile tile) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          int value = Math.round(tile.at(row, column, channel));
          rgb = rgb << 8 | Math.max(0, Math.min(255, value));
        }
        image.setRGB(column, row, rgb);
      }
    }
    return image;
  }

  private static long changed(BufferedImage view, Change change, SplittableRandom random)
      throws IOException, ImageException {
    return switch (change) {
      case RESIZED -> hash(scaled(view, random.nextDouble(0.4, 1.5)), 0.9f);
      case RECOMPRESSED -> hash(view, random.nextInt(3, 7) / 10f);
      case CROPPED -> {
        int off = (int) Math.round(0.02 * SIDE);
        int left = random.nextInt(off + 1);
        int top = random.nextInt(off + 1);
        yield hash(view.getSubimage(left, top, SIDE - off, SIDE - off), 0.9f);
      }
      case BRIGHTNESS -> {
        float factor = (float) random.nextDouble(0.8, 1.2);
        yield hash(new RescaleOp(factor, random.nextInt(-15, 16), null).filter(view, null), 0.9f);
      }
    };
  }

  private static BufferedImage scaled(BufferedImage view, double scale) {
    AffineTransformOp op =
        new AffineTransformOp(
            AffineTransform.getScaleInstance(scale, scale),
            new RenderingHints(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC));
    int side = (int) (scale * SIDE);
    return op.filter(view, new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB));
  }

  private static long hash(BufferedImage image, float quality) throws IOException, ImageException {
    return PerceptualHash.of(decoded(image, quality));
  }

  private static RgbImage decoded(BufferedImage image, float quality)
      throws IOException, ImageException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam settings = writer.getDefaultWriteParam();
    settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    settings.setCompressionQuality(quality);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), settings);
    } finally {
      writer.dispose();
    }
    return ImageDecoder.decode(bytes.toByteArray(), DecodeLimits.DEFAULT);
  }
}
