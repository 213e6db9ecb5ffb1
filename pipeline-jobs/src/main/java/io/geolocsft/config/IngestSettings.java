package io.geolocsft.config;

import java.io.Serializable;

/**
 * The images to train on.
 *
 * @param source the name that goes into the catalogue's {@code source} column
 * @param images folder of the images
 * @param table CSV (with a header) or Parquet of coordinates; empty takes them from EXIF alone
 * @param maxPixels an image with more is an error row, not a full memory
 * @param maxErrorShare the stage fails when a greater share of the inputs is bad
 */
public record IngestSettings(
    @Default("catalogue") String source,
    @Location String images,
    @Default("''") @Location String table,
    ColumnNames columns,
    @Default("100000000") @Range(min = 1, max = 500_000_000) long maxPixels,
    @Default("0.2") @Range(min = 0, max = 1) double maxErrorShare)
    implements Serializable {}
