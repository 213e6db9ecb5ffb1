package io.geolocsft.cli.pipeline;

import io.geolocsft.config.PipelineConfig;

/**
 * What a command is to run its stages by.
 *
 * @param output folder of the run, a path or a URI
 * @param isDryRun whether the plan is printed alone
 * @param isForced whether what is already done is done again
 */
public record RunRequest(
    PipelineConfig config, String output, boolean isDryRun, boolean isForced) {}
