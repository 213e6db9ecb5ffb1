package io.geolocsft.caption;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.json.JsonFile;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Judges the answers of a model that was asked for a caption, and captions from elsewhere. */
public final class CaptionReader {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  /** What chat models put around JSON. */
  private static final Pattern FENCE =
      Pattern.compile("^```(?:json)?\\s*\\n(.*?)\\n?\\s*```$", Pattern.DOTALL);

  private final CaptionSchema schema;
  private final double maxDistanceKm;
  private final boolean acceptsLeaks;

  /**
   * @param schema that a caption must keep
   * @param maxDistanceKm how far its coordinates may be from the truth
   * @param acceptsLeaks whether it may speak of the coordinates that the model was given
   */
  public CaptionReader(CaptionSchema schema, double maxDistanceKm, boolean acceptsLeaks) {
    this.schema = schema;
    this.maxDistanceKm = maxDistanceKm;
    this.acceptsLeaks = acceptsLeaks;
  }

  /** Judges a text by the place where the image was taken. */
  public CaptionVerdict judge(String text, GeoPoint truth) {
    ObjectNode caption;
    try {
      JsonNode read = JSON.readTree(unfenced(text.strip()));
      if (!read.isObject()) {
        return CaptionVerdict.rejected(
            Ruling.NOT_JSON, "expected one JSON object, found '%s'".formatted(excerpt(text)));
      }
      caption = (ObjectNode) read;
    } catch (JacksonException e) {
      return CaptionVerdict.rejected(
          Ruling.NOT_JSON,
          "%s in '%s'".formatted(JsonFile.quote(e.getOriginalMessage()), excerpt(text)));
    }
    return judge(caption, truth);
  }

  private CaptionVerdict judge(ObjectNode caption, GeoPoint truth) {
    Optional<String> problem = schema.problem(caption);
    if (problem.isPresent()) {
      return CaptionVerdict.rejected(Ruling.OFF_SCHEMA, problem.get());
    }
    JsonNode stated = caption.at("/answer/coordinates");
    GeoPoint point =
        new GeoPoint(stated.path("latitude").asDouble(), stated.path("longitude").asDouble());
    double distance = DistanceModel.SPHERE_6371_0088.kilometers(point, truth);
    if (distance > maxDistanceKm) {
      return CaptionVerdict.rejected(
          Ruling.WRONG_PLACE,
          String.format(
              Locale.ROOT, "its coordinates are %.3f km from the image's place", distance));
    }
    Optional<String> leak =
        acceptsLeaks ? Optional.empty() : LeakRule.find(caption.path("thinking"), truth);
    return leak.map(
            words -> CaptionVerdict.rejected(Ruling.LEAK, "its thoughts say '%s'".formatted(words)))
        .orElseGet(() -> CaptionVerdict.accepted(caption));
  }

  private static String unfenced(String text) {
    Matcher fence = FENCE.matcher(text);
    return fence.matches() ? fence.group(1) : text;
  }

  private static String excerpt(String text) {
    return JsonFile.quote(text.strip());
  }
}
