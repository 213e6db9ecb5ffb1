package io.geolocsft.config;

import java.io.Serializable;

/**
 * How an input table names its columns. An empty name means that there is no such column: then
 * coordinates and dates come from EXIF. The date, sequence, author and country columns may also be
 * missing where their names are left at the default.
 *
 * @param image path of the image below the images' folder
 * @param id name of the image in every table; empty takes its path
 * @param latitude degrees north; where it is blank, EXIF is asked
 * @param longitude degrees east; where it is blank, EXIF is asked
 * @param capturedAt ISO 8601 date or time, or milliseconds since 1970, UTC where no offset is
 *     stated; where it is blank, EXIF is asked
 * @param capturedAtPattern another form of captured_at, as java.time's DateTimeFormatter has it
 * @param sequenceId images taken in one drive or walk
 * @param author who took the image
 * @param country where it was taken by ISO 3166-1 alpha-2 or English name, for {@code
 *     max_country_km}
 */
public record ColumnNames(
    @Default("image") String image,
    @Default("''") String id,
    @Default("latitude") String latitude,
    @Default("longitude") String longitude,
    @Default("captured_at") String capturedAt,
    @Default("''") String capturedAtPattern,
    @Default("sequence_id") String sequenceId,
    @Default("author") String author,
    @Default("country") String country)
    implements Serializable {}
