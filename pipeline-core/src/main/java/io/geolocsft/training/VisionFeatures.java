package io.geolocsft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.Lists;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.tensor.Bfloat16;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Computes the image features that a cache lacks, each rank its share. */
public record VisionFeatures(GemmaModel model, PixelSource pixels, AllReduce allReduce) {

  private static final int IMAGES_AT_ONCE = 32;

  /** Returns once every rank has stored its share. */
  public void fill(FeatureCache cache, List<TrainingExample> examples) throws IOException {
    List<TrainingExample> missing = cache.missing(allReduce.shareOf(examples));
    int views = missing.stream().mapToInt(TrainingExample::views).max().orElse(1);
    for (List<TrainingExample> rows :
        Lists.partition(missing, Math.max(1, IMAGES_AT_ONCE / views))) {
      store(cache, rows);
    }
    if (allReduce.rank() == 0) {
      cache.keepOnly(examples);
    }
    // A rank reads what others have stored, so none goes on before all have: a sum waits for all.
    allReduce.sum(new float[1], WireType.FLOAT32);
  }

  private void store(FeatureCache cache, List<TrainingExample> rows) throws IOException {
    List<float[]> images = new ArrayList<>();
    for (TrainingExample row : rows) {
      Collections.addAll(images, pixels.pixels(row));
    }
    try (NDManager scope = model.newScope()) {
      float[][] all = images.toArray(float[][]::new);
      NDArray features = model.imageFeatures(TokenPass.pixelArray(model, scope, all), false);
      NDArray wide = Bfloat16.convert(features, DataType.FLOAT32);
      int view = 0;
      for (TrainingExample row : rows) {
        float[][] own = new float[row.views()][];
        for (int i = 0; i < own.length; i++) {
          own[i] = wide.get(view++).toFloatArray();
        }
        cache.put(row, own);
      }
    }
  }
}
