package io.geolocsft.report.data;

/**
 * One step from the catalogue to the selection.
 *
 * @param label what happens in this step
 * @param removed images that it takes away
 * @param remaining images left after it
 */
public record FunnelStep(String label, long removed, long remaining) {}
