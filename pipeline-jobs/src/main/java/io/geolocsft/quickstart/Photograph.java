package io.geolocsft.quickstart;

import java.time.Instant;

/**
 * One row of a table of images: the image and what is stated about it.
 *
 * @param view what the image shows, by its true position
 * @param latitude as stated, in degrees; wrong where the flaw says so
 * @param longitude as stated, in degrees
 * @param takenAt null where it is missing
 */
record Photograph(
    View view,
    double latitude,
    double longitude,
    Instant takenAt,
    String sequence,
    String photographer) {

  /** With everything stated as the view's flaw has it. */
  static Photograph of(View view, Instant takenAt, String sequence, String photographer) {
    double latitude = view.latitude();
    double longitude = view.longitude();
    return switch (view.flaw()) {
      case NULL_ISLAND -> new Photograph(view, 0, 0, takenAt, sequence, photographer);
      case SWAPPED_COORDINATES ->
          new Photograph(view, longitude, latitude, takenAt, sequence, photographer);
      case MISSING_DATE -> new Photograph(view, latitude, longitude, null, sequence, photographer);
      default -> new Photograph(view, latitude, longitude, takenAt, sequence, photographer);
    };
  }
}
