package io.geolocsft.judge;

import java.util.List;

/**
 * What is to be judged.
 *
 * @param truth where the images were taken
 * @param predictions what was answered, a file or several
 * @param benchmark its name; empty if it has none
 * @param models of files with several; none takes all
 */
public record JudgeRequest(
    InputFile truth, List<InputFile> predictions, String benchmark, List<String> models) {

  public JudgeRequest {
    predictions = List.copyOf(predictions);
    models = List.copyOf(models);
  }

  /** As the tables call it. */
  String benchmarkName() {
    return benchmark.isEmpty() ? PredictionFile.modelName(truth.location()) : benchmark;
  }
}
