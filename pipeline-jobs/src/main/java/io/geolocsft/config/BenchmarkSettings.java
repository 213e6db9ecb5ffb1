package io.geolocsft.config;

import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Location;
import io.geolocsft.config.binding.Matches;
import io.geolocsft.config.binding.OneOf;
import java.io.Serializable;

/**
 * One image set to evaluate on.
 *
 * @param name goes into the {@code split} and {@code benchmark} columns
 * @param images folder of the images; tars and zips in it count as folders, and one alone may stand
 *     in its place
 * @param table CSV (with a header), JSON Lines ({@code .jsonl}) or Parquet of the true coordinates;
 *     empty takes them from EXIF alone
 * @param layout of a published data set, which says how its columns and files are called, see
 *     {@link TableLayout}; names under {@code columns} other than the usual go before it. Empty for
 *     none
 */
public record BenchmarkSettings(
    @Matches(
            value = "(?!train$)[a-z0-9][a-z0-9_]{0,49}",
            meaning = "lower-case letters, digits and '_', at most 50, and not 'train'")
        String name,
    @Location String images,
    @Default("''") @Location(optional = true) String table,
    @Default("''") @OneOf(value = "", names = TableLayout.class) String layout,
    ColumnNames columns)
    implements Serializable {}
