package io.geolocsft.cluster;

import com.google.common.hash.Hashing;
import io.geolocsft.cluster.ModelSpec.Loaded;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.image.RgbImage;
import io.geolocsft.image.preprocess.PanAndScan;
import io.geolocsft.training.FeatureCache;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The images of a training run as a rank's model sees them.
 *
 * @param panAndScan null where no image has crops
 */
record RankImages(ModelSpec model, Loaded loaded, RankRun run, PanAndScan panAndScan) {

  static RankImages of(ModelSpec model, Loaded loaded, RankRun run, List<TrainingExample> examples)
      throws IOException {
    boolean cropped = examples.stream().anyMatch(example -> example.views() > 1);
    return new RankImages(model, loaded, run, cropped ? model.panAndScan() : null);
  }

  /** One array a view. */
  float[][] pixels(TrainingExample example) throws IOException {
    RgbImage image = image(example);
    float[][] views =
        loaded.processor().pixels(example.views() > 1 ? panAndScan.views(image) : List.of(image));
    if (views.length != example.views()) {
      throw new LostImageException(
          String.format(
              Locale.ROOT,
              "The prompt of image %s shows it %d times, but pan and scan makes %d views of it: run"
                  + " the stage examples again",
              example.imageId(),
              example.views(),
              views.length));
    }
    return views;
  }

  private RgbImage image(TrainingExample example) throws IOException {
    try {
      return run.images().image(example.uri(), example.sha256());
    } catch (UnusableImageException e) {
      throw new LostImageException(example, e);
    }
  }

  /** Of a frozen tower; its folder's files tell how images are prepared for it. */
  FeatureCache cache() {
    GemmaConfig config = loaded.model().config();
    int size = config.vision().orElseThrow().tokensPerImage() * config.text().hiddenSize();
    String tower = loaded.model().weights().visionHash() + model.revision();
    String hash = Hashing.sha256().hashString(tower, StandardCharsets.UTF_8).toString();
    return new FeatureCache(run.features(), hash, size);
  }
}
