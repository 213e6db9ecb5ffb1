package io.geolocsft.stage.caption;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import io.geolocsft.files.HadoopFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Optional;

/**
 * Keeps each answer of a server in a file of its own as soon as it is there, so that it is paid for
 * once, whatever is killed and however often it is judged anew. A file is found by image, way of
 * asking, model and number; it says no more than the server did.
 *
 * @param files the folder
 * @param promptId hash of the way of asking
 * @param model as the server calls it
 */
record CaptionStore(HadoopFiles files, String promptId, String model) implements Serializable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * An answer.
   *
   * @param askedAt milliseconds since 1970
   */
  record Stored(
      String text,
      boolean cutOff,
      long promptTokens,
      long completionTokens,
      long askedAt,
      double seconds) {}

  /** What is the same for all answers about an image. */
  String key(CaptionImage image) {
    String place = image.truth().latitude() + " " + image.truth().longitude();
    return Hashing.sha256()
        .hashString(String.join("\n", image.sha256(), place, promptId, model), UTF_8)
        .toString();
  }

  /** An answer that was cut while it was stored is no JSON. */
  Optional<Stored> find(String key, int attempt) throws IOException {
    try (InputStream in = files.open(name(key, attempt))) {
      return Optional.of(JSON.readValue(in, Stored.class));
    } catch (FileNotFoundException | JacksonException e) {
      return Optional.empty();
    }
  }

  void put(String key, int attempt, Stored answer) throws IOException {
    try (OutputStream out = files.create(name(key, attempt))) {
      out.write(JSON.writeValueAsBytes(answer));
    }
  }

  private static String name(String key, int attempt) {
    return key.substring(0, 2) + "/" + key + "-" + attempt + ".json";
  }
}
