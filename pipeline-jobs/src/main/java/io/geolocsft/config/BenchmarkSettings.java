package io.geolocsft.config;

import java.io.Serializable;

/**
 * One image set to evaluate on.
 *
 * @param name goes into the {@code split} and {@code benchmark} columns
 * @param images folder of the images
 * @param table CSV (with a header) or Parquet of the true coordinates
 */
public record BenchmarkSettings(
    @Matches(
            value = "(?!train$)[a-z0-9][a-z0-9_]{0,49}",
            meaning = "lower-case letters, digits and '_', at most 50, and not 'train'")
        String name,
    @Location String images,
    @Location String table,
    ColumnNames columns)
    implements Serializable {}
