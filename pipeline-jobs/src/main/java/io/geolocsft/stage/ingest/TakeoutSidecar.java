package io.geolocsft.stage.ingest;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.image.Exif;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Google Takeout writes beside a picture: its position as it was in the file or as the owner
 * corrected it, {@code geoDataExif} and {@code geoData}, where 0/0 means none, and the time.
 */
final class TakeoutSidecar {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a sidecar's name without {@code .json}; longer ones are cut. */
  private static final int MOST_CHARACTERS = 46;

  private static final Pattern NUMBERED = Pattern.compile("(.*)(\\(\\d+\\))(\\.\\w+)");

  private TakeoutSidecar() {}

  /**
   * What a picture's sidecar says where the picture itself does not.
   *
   * @param uri of the picture
   * @throws IOException if the file system fails
   */
  static Exif complete(Exif exif, String uri, ImageBytes bytes) throws IOException {
    if (exif.location().isPresent()) {
      return exif;
    }
    for (String name : names(uri.substring(uri.lastIndexOf('/') + 1))) {
      try {
        byte[] json = bytes.read(uri.substring(0, uri.lastIndexOf('/') + 1) + name);
        return complete(exif, JSON.readTree(json));
      } catch (UnusableImageException e) {
        // It has another name, or there is none.
      } catch (JacksonException e) {
        return exif;
      }
    }
    return exif;
  }

  /** {@code a(1).jpg} has {@code a.jpg.supplemental-metadata(1).json} or {@code a.jpg(1).json}. */
  static Set<String> names(String picture) {
    Matcher numbered = NUMBERED.matcher(picture);
    boolean isNumbered = numbered.matches();
    String name = isNumbered ? numbered.group(1) + numbered.group(3) : picture;
    String number = isNumbered ? numbered.group(2) : "";
    Set<String> names = new LinkedHashSet<>();
    for (String end : new String[] {".supplemental-metadata", ""}) {
      String whole = name + end;
      names.add(whole.substring(0, Math.min(MOST_CHARACTERS, whole.length())) + number + ".json");
    }
    return names;
  }

  private static Exif complete(Exif exif, JsonNode sidecar) {
    Optional<GeoPoint> point =
        Stream.of("geoDataExif", "geoData")
            .flatMap(name -> point(sidecar.path(name)).stream())
            .findFirst();
    String seconds = sidecar.path("photoTakenTime").path("timestamp").asText("");
    Optional<Instant> time =
        seconds.matches("-?\\d{1,11}")
            ? Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds)))
            : Optional.empty();
    return new Exif(exif.orientation(), point, exif.capturedAt().or(() -> time));
  }

  private static Optional<GeoPoint> point(JsonNode place) {
    double latitude = place.path("latitude").asDouble();
    double longitude = place.path("longitude").asDouble();
    boolean isNone = latitude == 0 && longitude == 0;
    return isNone || !GeoPoint.isValid(latitude, longitude)
        ? Optional.empty()
        : Optional.of(new GeoPoint(latitude, longitude));
  }
}
