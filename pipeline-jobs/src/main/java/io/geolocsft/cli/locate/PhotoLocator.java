package io.geolocsft.cli.locate;

import com.google.common.collect.Iterators;
import io.geolocsft.aggregate.Aggregation;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cluster.answering.Answering;
import io.geolocsft.cluster.answering.Answering.Query;
import io.geolocsft.cluster.answering.Answering.Reply;
import io.geolocsft.cluster.answering.ModelStream;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.geo.Gazetteer;
import io.geolocsft.locate.LocatedImage;
import io.geolocsft.locate.LocatedImage.Problem;
import io.geolocsft.locate.LocatedWriter;
import io.geolocsft.report.LocatedPage;
import io.geolocsft.report.data.LocatedCard;
import io.geolocsft.report.data.Picture;
import io.geolocsft.stage.ModelFolder;
import io.geolocsft.stage.Progress;
import io.geolocsft.stage.locate.Locate;
import io.geolocsft.stage.locate.Locator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Locates photographs in this process, which takes no session of Spark, and prints them as they are
 * answered.
 */
final class PhotoLocator {

  /** About 15 MB of page. */
  private static final int MOST_SHOWN = 500;

  private final PipelineConfig config;
  private final ImageBytes images;
  private final Path report;
  private final List<LocatedCard> cards = new ArrayList<>();
  private int photographs;
  private int answered;

  /**
   * @param images how files are read
   * @param report file of the page; null for none
   */
  PhotoLocator(PipelineConfig config, ImageBytes images, Path report) {
    this.config = config;
    this.images = images;
    this.report = report;
  }

  /** Locates photographs and writes each to a document. */
  void locate(List<Path> photos, LocateFormat format, Console console) throws Exception {
    ModelFolder.check(config.model());
    // While the model is loaded.
    CompletableFuture<Locator> locator = CompletableFuture.supplyAsync(() -> locator(console));
    Answering answering = Locate.answering(config, images);
    try (ModelStream<Reply> replies = ModelStream.answers(answering, batches(photos));
        LocatedWriter out = format.open(console);
        Progress progress = console.progress("Locating", photos.size(), "photographs")) {
      while (replies.hasNext()) {
        for (Reply reply : replies.next()) {
          LocatedImage image = located(reply, locator.join());
          out.write(image);
          count(image);
        }
        progress.reached(photographs);
      }
    }
    if (report != null) {
      writeReport();
    }
  }

  int answered() {
    return answered;
  }

  private Iterator<List<Query>> batches(List<Path> photos) {
    return Iterators.transform(
        Iterators.partition(photos.iterator(), config.infer().batchSize()),
        batch -> batch.stream().map(PhotoLocator::query).toList());
  }

  private static Query query(Path photo) {
    return new Query(photo.toString(), "file:" + photo.toAbsolutePath().normalize(), null);
  }

  private Locator locator(Console console) {
    return new Locator(
        Aggregation.of(config.locate().aggregation()),
        Locate.radii(config, images.hadoop(), console::note),
        Gazetteer.builtIn(),
        images);
  }

  private static LocatedImage located(Reply reply, Locator locator) throws IOException {
    String image = reply.query().imageId();
    String uri = reply.query().uri();
    return reply.problem() == null
        ? locator.of(image, uri, Iterators.getOnlyElement(reply.candidates().values().iterator()))
        : locator.without(
            image, uri, new Problem(reply.problem().kind(), reply.problem().message()));
  }

  private void count(LocatedImage image) throws IOException {
    photographs++;
    answered += image.answer().isPresent() ? 1 : 0;
    if (report != null && cards.size() < MOST_SHOWN) {
      cards.add(new LocatedCard(image, picture(image)));
    }
  }

  private Optional<Picture> picture(LocatedImage image) throws IOException {
    return image.problem().isPresent()
        ? Optional.empty()
        : Optional.of(Picture.of(images.image(image.uri(), null)));
  }

  private void writeReport() {
    try {
      LocatedPage.write(report, cards, photographs - cards.size());
    } catch (IOException e) {
      throw new EnvironmentException("Cannot write the page %s: %s".formatted(report, e), e);
    }
  }
}
