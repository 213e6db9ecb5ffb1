package io.geolocsft.cluster.answering;

import io.geolocsft.cluster.answering.Answering.Problem;
import io.geolocsft.cluster.answering.Answering.Query;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.image.RgbImage;
import io.geolocsft.image.preprocess.GemmaImageProcessor;
import io.geolocsft.image.preprocess.PanAndScan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads an image and makes of it what the vision tower takes. Shared by threads.
 *
 * @param panAndScan null where images are seen whole
 */
record ImageReader(ImageBytes images, GemmaImageProcessor processor, PanAndScan panAndScan) {

  static ImageReader of(Answering answering) throws IOException {
    Path folder = Path.of(answering.spec().folder());
    return new ImageReader(
        answering.images(),
        GemmaImageProcessor.load(folder),
        answering.texts().panAndScan() ? answering.spec().panAndScan() : null);
  }

  /**
   * Reads one image; a bad one has a problem.
   *
   * @throws IOException if a file system fails
   */
  ReadImage read(Query query) throws IOException {
    try {
      RgbImage image = images.image(query.uri(), query.sha256());
      List<RgbImage> views = panAndScan == null ? List.of(image) : panAndScan.views(image);
      return new ReadImage(query, processor.pixels(views), null);
    } catch (UnusableImageException e) {
      return new ReadImage(query, null, new Problem(e.kind(), e.getMessage()));
    }
  }
}
