package io.geolocsft.config;

import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that a run can be told: one section a stage.
 *
 * @param benchmarks the image sets to evaluate on; none of their images is ever trained on
 */
public record PipelineConfig(
    RunSettings run,
    IngestSettings ingest,
    @Default("[]") List<BenchmarkSettings> benchmarks,
    BinSettings bin,
    HoldoutSettings holdout,
    SelectSettings select,
    ExampleSettings examples,
    ModelSettings model,
    SftSettings sft,
    NeighbourSettings neighbours,
    InferSettings infer,
    EvaluateSettings evaluate,
    ReportSettings report,
    LocateSettings locate)
    implements Serializable, Consistent {

  /** The same for a run of that id. */
  public PipelineConfig withRunId(String id) {
    return new PipelineConfig(
        new RunSettings(run.name(), run.seed(), id),
        ingest,
        benchmarks,
        bin,
        holdout,
        select,
        examples,
        model,
        sft,
        neighbours,
        infer,
        evaluate,
        report,
        locate);
  }

  /** 32 hex digits that are equal if and only if the settings are, whatever the run's id. */
  public String hash() {
    return Settings.hash(withRunId(""));
  }

  @Override
  public void check(Contradictions found) {
    Set<String> names = new HashSet<>();
    benchmarks.stream()
        .map(BenchmarkSettings::name)
        .filter(name -> !names.add(name))
        .forEach(name -> found.add("benchmarks", "two are called " + name));
    infer.shortfall(examples).ifPresent(why -> found.add("infer.max_new_tokens", why));
    sft.contradictions(model).forEach(found::add);
  }
}
