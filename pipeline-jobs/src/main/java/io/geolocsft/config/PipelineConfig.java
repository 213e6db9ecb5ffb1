package io.geolocsft.config;

import java.io.Serializable;
import java.util.List;

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
    SelectSettings select,
    ExampleSettings examples,
    ModelSettings model,
    SftSettings sft,
    InferSettings infer,
    EvaluateSettings evaluate,
    ReportSettings report)
    implements Serializable {}
