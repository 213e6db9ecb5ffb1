package io.geolocsft.report.data;

import io.geolocsft.geo.GeoPoint;
import java.util.Optional;

/**
 * One answer with its image.
 *
 * @param benchmark the image's benchmark
 * @param imageId the image's id
 * @param best whether it is shown among the best or the worst
 * @param truth where it was taken
 * @param answer what the trained model says, if it says anything
 * @param distanceKm between the two; NaN without an answer
 * @param baseDistanceKm the same for the base model; NaN if there is none
 * @param text what the trained model wrote: the candidate that is the answer or lies nearest to it
 * @param candidates how many readable candidates the answer was made of
 * @param textKm from the candidate that wrote the text to the answer; 0 if it is the answer
 * @param picture the image, if it could be read
 */
public record AnswerCard(
    String benchmark,
    String imageId,
    boolean best,
    GeoPoint truth,
    Optional<GeoPoint> answer,
    double distanceKm,
    double baseDistanceKm,
    String text,
    int candidates,
    double textKm,
    Optional<Picture> picture) {}
