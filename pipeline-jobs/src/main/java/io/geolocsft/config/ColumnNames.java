package io.geolocsft.config;

import java.io.Serializable;

/**
 * How an input table names its columns. Only the image column must be there; the date, sequence and
 * author columns may be missing, and coordinates may come from EXIF.
 *
 * @param image path of the image below the images' folder
 * @param latitude degrees north
 * @param longitude degrees east
 * @param capturedAt ISO 8601 date or time, or milliseconds since 1970
 * @param sequenceId images taken in one drive or walk
 * @param author who took the image
 */
public record ColumnNames(
    @Default("image") String image,
    @Default("latitude") String latitude,
    @Default("longitude") String longitude,
    @Default("captured_at") String capturedAt,
    @Default("sequence_id") String sequenceId,
    @Default("author") String author)
    implements Serializable {}
