package io.geolocsft.config;

import java.io.Serializable;

/**
 * One image set to evaluate on.
 *
 * @param name goes into the {@code split} and {@code benchmark} columns
 * @param images folder of the images
 * @param table CSV (with a header), JSON Lines ({@code .jsonl}) or Parquet of the true coordinates
 * @param layout of a published data set, which says how its columns and files are called: {@code
 *     osv5m}, {@code mp16}, {@code im2gps3k}, {@code yfcc4k}, {@code yfcc26k} or {@code geoclip};
 *     names under {@code columns} other than the usual go before it. Empty for none
 */
public record BenchmarkSettings(
    @Matches(
            value = "(?!train$)[a-z0-9][a-z0-9_]{0,49}",
            meaning = "lower-case letters, digits and '_', at most 50, and not 'train'")
        String name,
    @Location String images,
    @Location String table,
    @Default("''") @OneOf({"", "osv5m", "mp16", "im2gps3k", "yfcc4k", "yfcc26k", "geoclip"})
        String layout,
    ColumnNames columns)
    implements Serializable {}
