package io.geolocsft.ml.param;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/**
 * What all stages that train have in common; see {@link io.geolocsft.config.SftSettings} and {@link
 * io.geolocsft.config.GrpoSettings} for the settings.
 *
 * @param <S> the stage
 */
public interface TrainingParams<S> extends GemmaParams<S> {

  default Param<String> workFolder() {
    return new Param<>(
        uid(),
        "workFolder",
        "folder on any Hadoop file system that driver and executors see, for checkpoints, log and"
            + " result; a temporary one of this machine without it, which is gone when this"
            + " process ends: save the model");
  }

  default Param<String> featureFolder() {
    return new Param<>(
        uid(),
        "featureFolder",
        "folder on such a file system for the images' vision features, which serve later trainings"
            + " of the same model on the same images; of one training at a time; in the work"
            + " folder without it");
  }

  default Param<String> runId() {
    return new Param<>(uid(), "runId", "of the run, for the log of steps; the stage's uid without");
  }

  default S setWorkFolder(String folder) {
    return SettingParams.put(self(), workFolder(), folder);
  }

  default S setFeatureFolder(String folder) {
    return SettingParams.put(self(), featureFolder(), folder);
  }

  default S setRunId(String id) {
    return SettingParams.put(self(), runId(), id);
  }

  default DoubleParam learningRate() {
    return new DoubleParam(uid(), "learningRate", "the highest, at the end of the warm-up");
  }

  default Param<String> schedule() {
    return new Param<>(uid(), "schedule", "how the rate falls: cosine, linear or constant");
  }

  default IntParam warmupSteps() {
    return new IntParam(uid(), "warmupSteps", "steps from 0 to the learning rate");
  }

  default IntParam epochs() {
    return new IntParam(uid(), "epochs", "passes over the rows");
  }

  default IntParam batchSize() {
    return new IntParam(uid(), "batchSize", "rows of one optimizer step over all ranks");
  }

  default IntParam microBatchSize() {
    return new IntParam(uid(), "microBatchSize", "rows that one rank computes at once");
  }

  default BooleanParam gradientCheckpointing() {
    return new BooleanParam(
        uid(), "gradientCheckpointing", "whether layers are run again instead of being kept");
  }

  default IntParam ranks() {
    return new IntParam(uid(), "ranks", "parallel workers, each with its own copy of the model");
  }

  default IntParam ringTimeoutSeconds() {
    return new IntParam(uid(), "ringTimeoutSeconds", "a rank silent for this long counts as lost");
  }

  default BooleanParam unencryptedRing() {
    return new BooleanParam(
        uid(), "unencryptedRing", "whether gradients may go unencrypted where Spark encrypts");
  }

  default Param<String> gradientDtype() {
    return new Param<>(
        uid(), "gradientDtype", "what gradients travel as between ranks: float32 or bfloat16");
  }

  default DoubleParam maxGradientNorm() {
    return new DoubleParam(uid(), "maxGradientNorm", "gradients are scaled down to it; 0: never");
  }

  default DoubleParam weightDecay() {
    return new DoubleParam(uid(), "weightDecay", "of AdamW");
  }

  default DoubleParam beta1() {
    return new DoubleParam(uid(), "beta1", "of AdamW");
  }

  default DoubleParam beta2() {
    return new DoubleParam(uid(), "beta2", "of AdamW");
  }

  default DoubleParam validationShare() {
    return new DoubleParam(
        uid(), "validationShare", "share of the rows that is held out to watch the loss on");
  }

  default IntParam validationSteps() {
    return new IntParam(uid(), "validationSteps", "steps between checks of the held-out rows");
  }

  default IntParam patience() {
    return new IntParam(
        uid(), "patience", "training ends after this many checks without a lower loss; 0: never");
  }

  default BooleanParam keepBest() {
    return new BooleanParam(
        uid(), "keepBest", "whether the result is the one with the lowest validation loss");
  }

  default IntParam checkpointSteps() {
    return new IntParam(uid(), "checkpointSteps", "steps between checkpoints");
  }

  default IntParam keepCheckpoints() {
    return new IntParam(uid(), "keepCheckpoints", "how many of the newest are kept");
  }

  default S setLearningRate(double rate) {
    return SettingParams.put(self(), learningRate(), rate);
  }

  default S setSchedule(String name) {
    return SettingParams.put(self(), schedule(), name);
  }

  default S setWarmupSteps(int steps) {
    return SettingParams.put(self(), warmupSteps(), steps);
  }

  default S setEpochs(int passes) {
    return SettingParams.put(self(), epochs(), passes);
  }

  default S setBatchSize(int rows) {
    return SettingParams.put(self(), batchSize(), rows);
  }

  default S setMicroBatchSize(int rows) {
    return SettingParams.put(self(), microBatchSize(), rows);
  }

  default S setGradientCheckpointing(boolean on) {
    return SettingParams.put(self(), gradientCheckpointing(), on);
  }

  default S setRanks(int number) {
    return SettingParams.put(self(), ranks(), number);
  }

  default S setRingTimeoutSeconds(int seconds) {
    return SettingParams.put(self(), ringTimeoutSeconds(), seconds);
  }

  default S setUnencryptedRing(boolean allowed) {
    return SettingParams.put(self(), unencryptedRing(), allowed);
  }

  default S setGradientDtype(String name) {
    return SettingParams.put(self(), gradientDtype(), name);
  }

  default S setMaxGradientNorm(double norm) {
    return SettingParams.put(self(), maxGradientNorm(), norm);
  }

  default S setWeightDecay(double decay) {
    return SettingParams.put(self(), weightDecay(), decay);
  }

  default S setValidationShare(double share) {
    return SettingParams.put(self(), validationShare(), share);
  }

  default S setValidationSteps(int steps) {
    return SettingParams.put(self(), validationSteps(), steps);
  }

  default S setPatience(int looks) {
    return SettingParams.put(self(), patience(), looks);
  }

  default S setKeepBest(boolean on) {
    return SettingParams.put(self(), keepBest(), on);
  }

  default S setCheckpointSteps(int steps) {
    return SettingParams.put(self(), checkpointSteps(), steps);
  }

  default S setKeepCheckpoints(int number) {
    return SettingParams.put(self(), keepCheckpoints(), number);
  }
}
