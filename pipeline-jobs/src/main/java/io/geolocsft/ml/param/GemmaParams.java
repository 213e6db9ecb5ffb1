package io.geolocsft.ml.param;

import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.config.RunSettings;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;

/**
 * What {@link io.geolocsft.ml.GemmaSft}, {@link io.geolocsft.ml.GemmaGrpo} and their model share;
 * see {@link ModelSettings} and {@link ExampleSettings} for the settings.
 *
 * @param <S> the stage
 */
public interface GemmaParams<S> extends FluentParams<S> {

  default Param<String> idCol() {
    return new Param<>(uid(), "idCol", "column of unique image ids, STRING");
  }

  default Param<String> uriCol() {
    return new Param<>(uid(), "uriCol", "column of image URIs, on any Hadoop file system, STRING");
  }

  default Param<String> path() {
    return new Param<>(uid(), "path", "folder of a Gemma 3, a local one that every executor sees");
  }

  default Param<String> weights() {
    return new Param<>(uid(), "weights", "load those of the folder, or begin with random ones");
  }

  default Param<String> device() {
    return new Param<>(uid(), "device", "auto, cpu or cuda");
  }

  default Param<String> dtype() {
    return new Param<>(uid(), "dtype", "type of the frozen weights: float32 or bfloat16");
  }

  default Param<String> layout() {
    return new Param<>(uid(), "layout", "where the image stands: image_first or prompt_first");
  }

  default BooleanParam panAndScan() {
    return new BooleanParam(
        uid(), "panAndScan", "whether answers see an oblong image's crops after the whole");
  }

  default Param<String> target() {
    return new Param<>(uid(), "target", "form of the target texts: answer or json");
  }

  default IntParam decimals() {
    return new IntParam(uid(), "decimals", "digits after their coordinates' decimal points");
  }

  default LongParam seed() {
    return new LongParam(uid(), "seed", "of every random choice");
  }

  default S setIdCol(String column) {
    return SettingParams.put(self(), idCol(), column);
  }

  default S setUriCol(String column) {
    return SettingParams.put(self(), uriCol(), column);
  }

  default S setPath(String folder) {
    return SettingParams.put(self(), path(), folder);
  }

  default S setWeights(String choice) {
    return SettingParams.put(self(), weights(), choice);
  }

  default S setDevice(String name) {
    return SettingParams.put(self(), device(), name);
  }

  default S setDtype(String name) {
    return SettingParams.put(self(), dtype(), name);
  }

  default S setLayout(String name) {
    return SettingParams.put(self(), layout(), name);
  }

  default S setPanAndScan(boolean value) {
    return SettingParams.put(self(), panAndScan(), value);
  }

  default S setTarget(String form) {
    return SettingParams.put(self(), target(), form);
  }

  default S setDecimals(int digits) {
    return SettingParams.put(self(), decimals(), digits);
  }

  default S setSeed(long value) {
    return SettingParams.put(self(), seed(), value);
  }

  /** The defaults of what these stages share. */
  default void setSharedDefaults() {
    SettingParams.setDefaults(this, ModelSettings.class);
    SettingParams.setDefaults(this, ExampleSettings.class);
    SettingParams.setDefaults(this, RunSettings.class);
    setDefault(idCol(), "image_id");
    setDefault(uriCol(), "uri");
  }
}
