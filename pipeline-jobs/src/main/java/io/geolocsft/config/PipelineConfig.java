package io.geolocsft.config;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

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
    InferSettings infer,
    EvaluateSettings evaluate,
    ReportSettings report)
    implements Serializable, Consistent {

  @Override
  public List<String> contradictions() {
    Set<String> names = new HashSet<>();
    Stream<String> twice =
        benchmarks.stream()
            .map(BenchmarkSettings::name)
            .filter(name -> !names.add(name))
            .map("two benchmarks are called %s"::formatted);
    return Stream.concat(twice, infer.shortfall(examples).map("infer."::concat).stream()).toList();
  }
}
