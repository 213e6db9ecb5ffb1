package io.geolocsft.config;

import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Location;
import io.geolocsft.config.binding.OneOf;
import io.geolocsft.config.binding.Range;
import java.io.Serializable;

/**
 * The images to train on.
 *
 * @param source the name that goes into the catalogue's {@code source} column
 * @param images folder of the images; tars and zips in it count as folders, and one alone may stand
 *     in its place
 * @param table CSV (with a header), JSON Lines ({@code .jsonl}) or Parquet of coordinates; empty
 *     takes them from EXIF alone
 * @param layout of a published data set, which says how its columns and files are called, see
 *     {@link TableLayout}; names under {@code columns} other than the usual go before it. Empty for
 *     none
 * @param maxPixels an image with more is an error row, not a full memory
 * @param maxErrorShare the stage fails when a greater share of the inputs is bad
 */
public record IngestSettings(
    @Default("catalogue") String source,
    @Location String images,
    @Default("''") @Location(optional = true) String table,
    @Default("''") @OneOf(value = "", names = TableLayout.class) String layout,
    ColumnNames columns,
    @Default("100000000") @Range(min = 1, max = 500_000_000) long maxPixels,
    @Default("0.2") @Range(min = 0, max = 1) double maxErrorShare)
    implements Serializable {}
