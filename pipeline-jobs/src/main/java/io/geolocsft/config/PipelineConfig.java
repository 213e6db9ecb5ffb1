package io.geolocsft.config;

import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.endpoint.CaptionSettings;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
    CaptionSettings caption,
    ExampleSettings examples,
    ModelSettings model,
    SftSettings sft,
    GrpoSettings grpo,
    NeighbourSettings neighbours,
    InferSettings infer,
    CalibrateSettings calibrate,
    EvaluateSettings evaluate,
    AblationSettings ablation,
    ReportSettings report,
    LocateSettings locate)
    implements Serializable, Consistent {

  /** The same for a run of that id. */
  public PipelineConfig withRunId(String id) {
    return with(new RunSettings(run.name(), run.seed(), id), infer, ablation);
  }

  /** The same without variants. */
  PipelineConfig withoutVariants() {
    return with(run, infer, new AblationSettings(List.of(), List.of()));
  }

  /** The same with another number of answers an image. */
  public PipelineConfig withCandidates(int number) {
    return with(run, infer.withCandidates(number), ablation);
  }

  private PipelineConfig with(
      RunSettings someRun, InferSettings someInfer, AblationSettings someAblation) {
    return new PipelineConfig(
        someRun,
        ingest,
        benchmarks,
        bin,
        holdout,
        select,
        caption,
        examples,
        model,
        sft,
        grpo,
        neighbours,
        someInfer,
        calibrate,
        evaluate,
        someAblation,
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
    if (!caption.source().equals(CaptionSettings.TEMPLATE) && !examples.target().equals("json")) {
      found.add(
          "caption.source",
          "is %s, but captions are JSON: set examples.target to json".formatted(caption.source()));
    }
    sft.contradictions(model).forEach(found::add);
    grpo.contradictions(sft, examples).forEach(found::add);
    if (infer.models().contains(InferSettings.REWARDED) && !grpo.isWanted()) {
      found.add(
          "infer.models", "has rewarded, but grpo.epochs is 0: raise it, or leave the model out");
    }
    if (evaluate.references().contains(EvaluateSettings.FEATURE_NEAREST_NEIGHBOUR)
        && neighbours.count() == 0) {
      found.add(
          "evaluate.references",
          "has feature_nearest_neighbour, but neighbours.count is 0: raise it, or leave the reference out");
    }
    Set<String> runs = new HashSet<>();
    ablation.runs().stream()
        .map(OtherRunSettings::name)
        .filter(name -> !runs.add(name))
        .forEach(name -> found.add("ablation.runs", "two are called " + name));
    Set<String> variants = new HashSet<>();
    for (VariantSettings variant : ablation.variants()) {
      if (!variants.add(variant.name().toLowerCase(Locale.ROOT))) {
        found.add("ablation.variants", "two are called " + variant.name());
      }
      found.attempt("ablation.variants", () -> variant.of(this));
    }
  }
}
