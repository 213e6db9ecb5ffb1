package io.geolocsft.report.data;

import io.geolocsft.select.Diversity;

/**
 * How a sample of images is spread over Earth.
 *
 * @param label what the sample is called
 */
public record SampleSpread(String label, Diversity diversity) {}
