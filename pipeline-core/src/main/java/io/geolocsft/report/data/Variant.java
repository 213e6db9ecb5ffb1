package io.geolocsft.report.data;

/**
 * A variant of the run.
 *
 * @param name as figures call its model
 * @param settings what it is, in a line
 */
public record Variant(String name, String settings) {}
