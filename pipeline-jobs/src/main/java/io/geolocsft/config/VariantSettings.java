package io.geolocsft.config;

import com.google.common.collect.Sets;
import io.geolocsft.aggregate.Aggregation;
import io.geolocsft.config.binding.AtLeastOne;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Matches;
import io.geolocsft.config.binding.Range;
import io.geolocsft.failure.ConfigException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A variant of the run, all else equal.
 *
 * @param name of its rows, and of the folder of what is made for it alone
 * @param models whose candidates its answers are made of; {@code neighbours} are the places of the
 *     selected images nearest by their features, and {@code RUN.MODEL} is a model of another run
 * @param candidates how many of each, from the first; 0 for all
 * @param aggregation how they become one point; empty for that of {@code infer}
 * @param set {@code path=value} each, as after {@code --set}; what does not follow from them is
 *     shared with the run
 */
public record VariantSettings(
    @Matches(
            value = "(?!.*_minus_)[A-Za-z0-9][A-Za-z0-9_-]{0,59}",
            meaning = "letters, digits, '_' and '-', at most 60, and not '_minus_'")
        String name,
    @Default("[tuned]") @AtLeastOne List<String> models,
    @Default("0") @Range(min = 0, max = 256) int candidates,
    @Default("''") String aggregation,
    @Default("[]") List<String> set)
    implements Serializable {

  private static final Set<String> TRAINED = Set.of(InferSettings.TUNED, InferSettings.REWARDED);

  /**
   * Sections whose settings can vary, those of what is done after the catalogue is there, each with
   * whose answers follow from it: none for all.
   */
  private static final Map<String, Set<String>> SECTIONS =
      Map.of(
          "select", Sets.union(TRAINED, Set.of(CandidateSource.NEIGHBOURS)),
          "caption", TRAINED,
          "examples", Sets.union(TRAINED, Set.of(InferSettings.BASE, InferSettings.ENDPOINT)),
          "model", Set.of(),
          "sft", TRAINED,
          "grpo", Set.of(InferSettings.REWARDED),
          "neighbours", Set.of(CandidateSource.NEIGHBOURS),
          "infer", Set.of());

  /**
   * The run's settings with those of the variant over them.
   *
   * @throws IllegalArgumentException if that is not possible, saying why
   */
  public PipelineConfig of(PipelineConfig run) {
    List<CandidateSource> own = ownSources(run);
    PipelineConfig config = set.isEmpty() ? run : changed(run, own);
    Set<String> missing = new TreeSet<>();
    own.stream()
        .filter(source -> !source.isNeighbours())
        .forEach(source -> missing.add(source.model()));
    boolean asks = !missing.isEmpty();
    missing.removeAll(config.infer().models());
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "%s answers by %s, which infer.models does not have"
              .formatted(name, String.join(", ", missing)));
    }
    if (own.stream().anyMatch(CandidateSource::isNeighbours)
        && config.neighbours().count() < Math.max(1, candidates)) {
      throw wanting("neighbours.count", config.neighbours().count());
    }
    if (asks && config.infer().candidates() < candidates) {
      throw wanting("infer.candidates", config.infer().candidates());
    }
    Aggregation.of(aggregation(config));
    if (models.size() > 1
        && sources().stream().anyMatch(CandidateSource::isNeighbours)
        && aggregation(config).endsWith("probability")) {
      throw new IllegalArgumentException(
          "%s weighs by probability, which neighbours have none of: take another aggregation"
              .formatted(name));
    }
    return config;
  }

  /** Whose candidates its answers are made of. */
  public List<CandidateSource> sources() {
    return models.stream().map(CandidateSource::of).toList();
  }

  /** Those of this run; all others must be of a run that is there. */
  private List<CandidateSource> ownSources(PipelineConfig run) {
    List<CandidateSource> own = new ArrayList<>();
    for (CandidateSource source : sources()) {
      if (source.run().isEmpty()) {
        own.add(source);
      } else if (run.ablation().run(source.run().get()).isEmpty()) {
        throw new IllegalArgumentException(
            "%s takes candidates of %s, but ablation.runs has no run '%s'"
                .formatted(name, source, source.run().get()));
      }
    }
    return own;
  }

  private IllegalArgumentException wanting(String setting, int value) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s wants %d candidates, but %s is %d",
            name,
            Math.max(1, candidates),
            setting,
            value));
  }

  private PipelineConfig changed(PipelineConfig run, List<CandidateSource> own) {
    set.forEach(one -> requireEffect(one, own));
    List<String> asked =
        own.stream().filter(source -> !source.isNeighbours()).map(CandidateSource::model).toList();
    List<String> sets = new ArrayList<>();
    if (!asked.isEmpty()) {
      // Nobody else need answer again.
      sets.add("infer.models=" + asked);
    }
    sets.addAll(set);
    try {
      return ConfigReader.parse(Settings.yaml(run.withoutVariants()), sets.toArray(String[]::new));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private void requireEffect(String one, List<CandidateSource> own) {
    String section = one.split("[.=]", 2)[0].trim();
    if (!SECTIONS.containsKey(section)) {
      throw new IllegalArgumentException(
          "%s sets '%s', which is not of %s: such a variant is a run of its own"
              .formatted(name, one, String.join(", ", new TreeSet<>(SECTIONS.keySet()))));
    }
    Set<String> changed = SECTIONS.get(section);
    if (!changed.isEmpty()
        && own.stream().map(CandidateSource::model).noneMatch(changed::contains)) {
      throw new IllegalArgumentException(
          "%s sets '%s', but none of its models (%s) follows from that: add %s"
              .formatted(
                  name,
                  one,
                  String.join(", ", models),
                  String.join(" or ", new TreeSet<>(changed))));
    }
  }

  /** The name of its aggregation. */
  public String aggregation(PipelineConfig config) {
    return aggregation.isEmpty() ? config.infer().aggregation() : aggregation;
  }
}
