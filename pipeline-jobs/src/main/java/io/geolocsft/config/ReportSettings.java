package io.geolocsft.config;

import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Range;
import java.io.Serializable;

/**
 * The report.
 *
 * @param title its heading
 * @param examples how many of the best and of the worst answers are shown with their images
 */
public record ReportSettings(
    @Default("GeoLocSFT") String title, @Default("12") @Range(min = 0, max = 200) int examples)
    implements Serializable {}
