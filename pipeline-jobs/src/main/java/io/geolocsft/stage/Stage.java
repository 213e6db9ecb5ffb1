package io.geolocsft.stage;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.Fingerprint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One step of the pipeline: named tables and folders in, named tables and folders out. */
public interface Stage {

  /** The subcommand, for example {@code ingest}. */
  String name();

  /** Names of the tables and folders that this stage reads. */
  List<String> inputs();

  /** Those of {@link #inputs()} that it reads by a configuration. */
  default List<String> inputs(PipelineConfig config) {
    return inputs();
  }

  /** Why a configuration leaves this stage out; empty if it does not. */
  default Optional<String> leftOut(PipelineConfig config) {
    return Optional.empty();
  }

  /** Names of the tables and folders that this stage publishes, all of them on every run. */
  List<String> outputs();

  /**
   * Raised by whoever changes what this stage writes, so that outputs of before are made anew. A
   * test holds on to what each stage writes, and tells when it must be raised.
   */
  int revision();

  /**
   * The settings that the outputs depend on. When they are unchanged, and so are the inputs and the
   * revision, the stage is skipped.
   *
   * @param all of the configuration
   */
  SettingValues settings(SettingValues all);

  /**
   * What the stage reads from outside the output folder, each with a fingerprint that changes with
   * it (see {@link Fingerprint}).
   */
  default Map<String, String> externalInputs(PipelineConfig config) {
    return Map.of();
  }

  /**
   * Looks for what would stop the stage, in seconds: before the first of the stages that are to
   * run, so that it is not told after hours. What a stage before this one is to write may not be
   * there.
   *
   * @throws Exception as {@link #run} does
   */
  default void check(StageContext context) throws Exception {}

  /**
   * Runs the stage. It may have been interrupted before at any point.
   *
   * @throws io.geolocsft.failure.ConfigException if a setting cannot be followed (exit code 2)
   * @throws DataException if the inputs do not hold what they must (exit code 3)
   * @throws EnvironmentException if a disk, network or cluster fails, so that trying again may help
   *     (exit code 4)
   * @throws Exception anything else is a bug (exit code 1)
   */
  void run(StageContext context) throws Exception;
}
