package io.geolocsft.config;

import io.geolocsft.config.binding.Default;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * Variants of the run, measured beside one another.
 *
 * @param runs other runs, to compare with this one or to take candidates from
 * @param variants the first is what the others are compared with
 */
public record AblationSettings(
    @Default("[]") List<OtherRunSettings> runs, @Default("[]") List<VariantSettings> variants)
    implements Serializable {

  /** The other run of a name, if there is one. */
  public Optional<OtherRunSettings> run(String name) {
    return runs.stream().filter(run -> run.name().equals(name)).findFirst();
  }
}
