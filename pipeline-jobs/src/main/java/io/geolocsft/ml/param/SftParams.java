package io.geolocsft.ml.param;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * How {@link io.geolocsft.ml.GemmaSft} trains; see {@link io.geolocsft.config.SftSettings} for the
 * settings.
 *
 * @param <S> the stage
 */
public interface SftParams<S> extends TrainingParams<S> {

  default Param<String> adapter() {
    return new Param<>(uid(), "adapter", "lora, or none to train all weights");
  }

  default IntParam rank() {
    return new IntParam(uid(), "rank", "of the adapter's matrices");
  }

  default DoubleParam alpha() {
    return new DoubleParam(uid(), "alpha", "the adapter's output is scaled by alpha / rank");
  }

  default BooleanParam rankStabilized() {
    return new BooleanParam(
        uid(), "rankStabilized", "whether the scale is alpha / sqrt(rank) instead (rsLoRA)");
  }

  default StringArrayParam targetModules() {
    return new StringArrayParam(
        this, "targetModules", "the decoder's linear layers that get an adapter");
  }

  default DoubleParam dropout() {
    return new DoubleParam(uid(), "dropout", "share of the adapter's inputs that is dropped");
  }

  default DoubleParam epsilon() {
    return new DoubleParam(uid(), "epsilon", "of AdamW");
  }

  default S setAdapter(String name) {
    return SettingParams.put(self(), adapter(), name);
  }

  default S setRank(int value) {
    return SettingParams.put(self(), rank(), value);
  }

  default S setAlpha(double value) {
    return SettingParams.put(self(), alpha(), value);
  }

  default S setRankStabilized(boolean value) {
    return SettingParams.put(self(), rankStabilized(), value);
  }

  default S setTargetModules(String... layers) {
    return SettingParams.put(self(), targetModules(), layers);
  }

  default S setDropout(double share) {
    return SettingParams.put(self(), dropout(), share);
  }
}
