package io.geolocsft.report.data;

/**
 * One optimizer step, all ranks together.
 *
 * @param step counted from 1; steps between those that were logged are left out
 * @param epoch passes over the data with this step
 * @param loss mean over target tokens, in nats
 * @param learningRate of this step
 */
public record TrainingStep(int step, double epoch, double loss, double learningRate) {}
