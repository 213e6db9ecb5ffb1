package io.geolocsft.select;

import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rules that look at one image alone, in a fixed order of which the first that fails is named:
 * {@code min_side}, {@code min_entropy}, {@code min_contrast}, {@code min_brightness}, {@code
 * max_brightness}, {@code min_blur}, {@code null_island}, {@code min_decimals}, {@code
 * swapped_coordinates}, {@code flipped_coordinates}, {@code wrong_country}, {@code exif_disagrees},
 * {@code not_on_land}, {@code missing_date}, {@code too_early}, {@code too_late}.
 */
public final class QualityRules {

  private static final GeoPoint NULL_ISLAND = new GeoPoint(0, 0);
  private static final double SECONDS_PER_YEAR = Duration.ofDays(1).toSeconds() * 365.2425;

  private final QualityLimits limits;
  private final MapLookup earth;
  private final SwappedCoordinates swapped;
  private final List<Function<ImageFacts, Optional<Rejection>>> rules;

  public QualityRules(QualityLimits limits, MapLookup earth) {
    this.limits = limits;
    this.earth = earth;
    swapped = new SwappedCoordinates(earth);
    rules =
        List.of(
            image -> atLeast("min_side", Math.min(image.width(), image.height()), limits.minSide()),
            image -> atLeast("min_entropy", image.entropy(), limits.minEntropy()),
            image -> atLeast("min_contrast", image.contrast(), limits.minContrast()),
            image -> atLeast("min_brightness", image.brightness(), limits.minBrightness()),
            image -> atMost("max_brightness", image.brightness(), limits.maxBrightness()),
            image -> atLeast("min_blur", image.blur(), limits.minBlur()),
            this::nullIsland,
            image -> atLeast("min_decimals", decimals(image.point()), limits.minDecimals()),
            this::swapped,
            this::country,
            this::exif,
            this::land,
            this::date,
            image -> year(image, limits.earliest(), "too_early", -1),
            image -> year(image, limits.latest(), "too_late", 1));
  }

  /** The first rule that speaks against the image; empty if it is good. */
  public Optional<Rejection> check(ImageFacts image) {
    for (Function<ImageFacts, Optional<Rejection>> rule : rules) {
      Optional<Rejection> rejection = rule.apply(image);
      if (rejection.isPresent()) {
        return rejection;
      }
    }
    return Optional.empty();
  }

  private Optional<Rejection> nullIsland(ImageFacts image) {
    double km = DistanceModel.SPHERE_6371_0088.kilometers(image.point(), NULL_ISLAND);
    return failed(
        limits.nullIslandKm() > 0 && km <= limits.nullIslandKm(),
        Rejection.of("null_island", km, limits.nullIslandKm()));
  }

  /** Of the coordinate that has more: one in a hundred ends in two zeros by chance. */
  private static int decimals(GeoPoint point) {
    return Math.max(decimals(point.latitude()), decimals(point.longitude()));
  }

  private static int decimals(double degrees) {
    return Math.max(0, BigDecimal.valueOf(degrees).stripTrailingZeros().scale());
  }

  private Optional<Rejection> swapped(ImageFacts image) {
    return limits.rejectSwapped() ? swapped.check(image) : Optional.empty();
  }

  /**
   * Far from the country that is stated, perhaps since the coordinates were exchanged or lost a
   * sign.
   */
  private Optional<Rejection> country(ImageFacts image) {
    if (limits.maxCountryKm() <= 0 || image.statedCountry() == null) {
      return Optional.empty();
    }
    double km = km(image, image.point());
    if (km <= limits.maxCountryKm()) {
      return Optional.empty();
    }
    return meant(Misreading.SWAPPED, "swapped_coordinates", image)
        .or(() -> meant(Misreading.LATITUDE_SIGN, "flipped_coordinates", image))
        .or(() -> meant(Misreading.LONGITUDE_SIGN, "flipped_coordinates", image))
        .or(() -> meant(Misreading.BOTH_SIGNS, "flipped_coordinates", image))
        .or(
            () ->
                Optional.of(
                    new Rejection(
                        "wrong_country",
                        km,
                        limits.maxCountryKm(),
                        "stated: " + image.statedCountry())));
  }

  private Optional<Rejection> meant(Misreading misreading, String rule, ImageFacts image) {
    return misreading
        .meant(image.point())
        .filter(meant -> km(image, meant) <= limits.maxCountryKm())
        .map(
            meant ->
                Rejection.because(
                    rule,
                    "latitude %s, longitude %s is in %s, as stated"
                        .formatted(meant.latitude(), meant.longitude(), image.statedCountry())));
  }

  /** From the stated country; nothing speaks against one that is not known. */
  private double km(ImageFacts image, GeoPoint at) {
    return earth.kilometersTo(image.statedCountry(), at).orElse(0);
  }

  private Optional<Rejection> exif(ImageFacts image) {
    Double km = image.exifKm();
    return limits.maxExifKm() <= 0 || km == null
        ? Optional.empty()
        : atMost("exif_disagrees", km, limits.maxExifKm());
  }

  private Optional<Rejection> land(ImageFacts image) {
    return failed(
        limits.requireLand() && !image.onLand(), Rejection.because("not_on_land", "at sea"));
  }

  private Optional<Rejection> date(ImageFacts image) {
    return failed(
        limits.requireDate() && image.capturedAt() == null,
        Rejection.because("missing_date", "no date"));
  }

  private static Optional<Rejection> year(
      ImageFacts image, Instant limit, String rule, int wrongSide) {
    Instant at = image.capturedAt();
    return at == null || limit == null || Integer.signum(at.compareTo(limit)) != wrongSide
        ? Optional.empty()
        : Optional.of(new Rejection(rule, years(at), years(limit), at.toString()));
  }

  /** A date as a number, 2015.5 in the middle of that year. */
  private static double years(Instant at) {
    return 1970 + at.getEpochSecond() / SECONDS_PER_YEAR;
  }

  private static Optional<Rejection> atLeast(String rule, double measured, double limit) {
    // Not "measured < limit": NaN fails too.
    return failed(!(measured >= limit), Rejection.of(rule, measured, limit));
  }

  private static Optional<Rejection> atMost(String rule, double measured, double limit) {
    return failed(!(measured <= limit), Rejection.of(rule, measured, limit));
  }

  private static Optional<Rejection> failed(boolean failed, Rejection rejection) {
    return failed ? Optional.of(rejection) : Optional.empty();
  }
}
