package io.geolocsft.evaluate;

/**
 * What was counted of one model.
 *
 * @param model its name
 * @param tally of one slice
 */
public record ModelTally(String model, Tally tally) {}
