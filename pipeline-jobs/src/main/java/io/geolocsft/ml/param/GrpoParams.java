package io.geolocsft.ml.param;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * How {@link io.geolocsft.ml.GemmaGrpo} trains; see {@link io.geolocsft.config.GrpoSettings} for
 * the settings.
 *
 * @param <S> the stage
 */
public interface GrpoParams<S> extends TrainingParams<S> {

  default Param<String> adapterFolder() {
    return new Param<>(
        uid(), "adapterFolder", "of the adapter that training goes on from, in PEFT's format");
  }

  default Param<String> objective() {
    return new Param<>(uid(), "objective", "dapo, grpo, dr_grpo or bnpo, as in TRL, or best_of");
  }

  default StringArrayParam rewards() {
    return new StringArrayParam(
        this,
        "rewards",
        "what answers are rewarded for, each a name or YAML: {kind: geoscore, scale_km: 1000}");
  }

  default IntParam answers() {
    return new IntParam(uid(), "answers", "drawn for each image, and compared with one another");
  }

  default Param<String> scaleRewards() {
    return new Param<>(
        uid(), "scaleRewards", "differences over the deviation of a group, of a batch, or none");
  }

  default DoubleParam temperature() {
    return new DoubleParam(uid(), "temperature", "that answers are drawn at");
  }

  default IntParam maxNewTokens() {
    return new IntParam(uid(), "maxNewTokens", "where an answer is cut off");
  }

  default BooleanParam constrained() {
    return new BooleanParam(
        uid(), "constrained", "whether answers have the form of target with a point on Earth");
  }

  default BooleanParam maskTruncated() {
    return new BooleanParam(
        uid(), "maskTruncated", "whether answers that were cut off teach nothing");
  }

  default DoubleParam targetWeight() {
    return new DoubleParam(
        uid(), "targetWeight", "of the target's cross-entropy, learned beside answers; 0: none");
  }

  default IntParam iterations() {
    return new IntParam(uid(), "iterations", "optimizer steps for the answers of one step");
  }

  default DoubleParam epsilon() {
    return new DoubleParam(uid(), "epsilon", "how far a probability may fall before it is clipped");
  }

  default DoubleParam epsilonHigh() {
    return new DoubleParam(uid(), "epsilonHigh", "how far it may rise");
  }

  default DoubleParam beta() {
    return new DoubleParam(
        uid(), "beta", "weight of the KL divergence to the adapter it began with; 0: none");
  }

  default BooleanParam unbiasedKl() {
    return new BooleanParam(
        uid(),
        "unbiasedKl",
        "whether that divergence is weighted so that its gradient is unbiased");
  }

  default IntParam rolloutBatchSize() {
    return new IntParam(uid(), "rolloutBatchSize", "images that one rank draws answers to at once");
  }

  default S setAdapterFolder(String folder) {
    return SettingParams.put(self(), adapterFolder(), folder);
  }

  default S setObjective(String name) {
    return SettingParams.put(self(), objective(), name);
  }

  default S setRewards(String... all) {
    return SettingParams.put(self(), rewards(), all);
  }

  default S setAnswers(int number) {
    return SettingParams.put(self(), answers(), number);
  }

  default S setScaleRewards(String name) {
    return SettingParams.put(self(), scaleRewards(), name);
  }

  default S setTemperature(double value) {
    return SettingParams.put(self(), temperature(), value);
  }

  default S setMaxNewTokens(int tokens) {
    return SettingParams.put(self(), maxNewTokens(), tokens);
  }

  default S setConstrained(boolean on) {
    return SettingParams.put(self(), constrained(), on);
  }

  default S setMaskTruncated(boolean on) {
    return SettingParams.put(self(), maskTruncated(), on);
  }

  default S setTargetWeight(double value) {
    return SettingParams.put(self(), targetWeight(), value);
  }

  default S setIterations(int number) {
    return SettingParams.put(self(), iterations(), number);
  }

  default S setEpsilon(double value) {
    return SettingParams.put(self(), epsilon(), value);
  }

  default S setEpsilonHigh(double value) {
    return SettingParams.put(self(), epsilonHigh(), value);
  }

  default S setBeta(double value) {
    return SettingParams.put(self(), beta(), value);
  }

  default S setUnbiasedKl(boolean on) {
    return SettingParams.put(self(), unbiasedKl(), on);
  }

  default S setRolloutBatchSize(int images) {
    return SettingParams.put(self(), rolloutBatchSize(), images);
  }
}
