package io.geolocsft.config;

import io.geolocsft.config.binding.Location;
import io.geolocsft.config.binding.Matches;
import java.io.Serializable;

/**
 * Another run over the same benchmarks, whose candidates variants can take.
 *
 * @param name by which variants call it, {@code NAME.tuned}
 * @param output its output folder
 */
public record OtherRunSettings(
    @Matches(
            value = "[A-Za-z0-9][A-Za-z0-9_-]{0,59}",
            meaning = "letters, digits, '_' and '-', at most 60")
        String name,
    @Location String output)
    implements Serializable {}
