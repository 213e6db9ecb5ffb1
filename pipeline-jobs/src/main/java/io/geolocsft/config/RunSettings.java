package io.geolocsft.config;

import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Matches;
import java.io.Serializable;

/**
 * The run as a whole.
 *
 * @param name names the output folder {@code out/<name>} and fills the {@code run_name} columns
 * @param seed every random choice of every stage follows from it
 * @param id of this one call, a scheduler's for example, in the {@code run_id} columns; empty takes
 *     a new one. No output is made again because of it
 */
public record RunSettings(
    @Matches(
            value = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}",
            meaning = "letters, digits, '.', '_' and '-', at most 100")
        String name,
    @Default("42") long seed,
    @Default("''")
        @Matches(
            value = "[A-Za-z0-9._:+-]{0,200}",
            meaning = "letters, digits, '.', '_', ':', '+' and '-', at most 200")
        String id)
    implements Serializable {}
