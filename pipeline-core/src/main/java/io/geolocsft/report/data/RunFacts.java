package io.geolocsft.report.data;

import java.util.List;

/**
 * What was run.
 *
 * @param facts such as the run's name, the model, seeds, the configuration's hash and the code's
 *     version, in the order to show
 * @param stages how long each stage took
 * @param configuration the resolved configuration, as text
 */
public record RunFacts(List<Fact> facts, List<StageTime> stages, String configuration) {

  public RunFacts {
    facts = List.copyOf(facts);
    stages = List.copyOf(stages);
  }

  /** One line of the list. */
  public record Fact(String label, String value) {}

  /** One stage's duration. */
  public record StageTime(String stage, double seconds) {}
}
