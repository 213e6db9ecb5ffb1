package io.geolocsft.caption;

import io.geolocsft.geo.GeoPoint;
import java.io.Serializable;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What is asked about an image whose place is known.
 *
 * @param template with {@code {latitude}} and {@code {longitude}}, and {@code {schema}} where the
 *     form of the answer is to stand
 */
public record CaptionPrompt(String template) implements Serializable {

  private static final String LATITUDE = "{latitude}";
  private static final String LONGITUDE = "{longitude}";
  private static final String SCHEMA = "{schema}";

  private static final String STANDARD = CaptionSchema.resource("geo-caption.prompt.txt").strip();

  /** Some ten centimetres. */
  private static final String DEGREES = "%.6f";

  /**
   * Checks that the place is in it.
   *
   * @throws IllegalArgumentException if it is not
   */
  public CaptionPrompt {
    String text = template;
    Stream.of(LATITUDE, LONGITUDE)
        .filter(name -> !text.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "the prompt must tell the model where the image was taken, but has no " + name);
            });
  }

  /** The one that asks for the standard schema. */
  public static CaptionPrompt standard() {
    return new CaptionPrompt(STANDARD);
  }

  /** The text for one image. */
  public String text(GeoPoint truth, CaptionSchema schema) {
    return template
        .replace(LATITUDE, degrees(truth.latitude()))
        .replace(LONGITUDE, degrees(truth.longitude()))
        .replace(SCHEMA, schema.json().strip());
  }

  private static String degrees(double degrees) {
    return String.format(Locale.ROOT, DEGREES, degrees);
  }
}
