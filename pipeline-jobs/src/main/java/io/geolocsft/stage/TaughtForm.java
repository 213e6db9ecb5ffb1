package io.geolocsft.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.Settings;
import io.geolocsft.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a tuned model was taught to be asked and to answer, in a file beside its adapter: whoever
 * copies the folder need not know how it was trained.
 */
public final class TaughtForm {

  /** The file's name. */
  public static final String FILE = "geolocsft.json";

  private static final List<String> SETTINGS =
      List.of("prompt", "layout", "pan_and_scan", "target", "decimals");

  private static final ObjectMapper JSON = new ObjectMapper();

  private TaughtForm() {}

  /** Writes the file into a folder. */
  public static void write(Path folder, ExampleSettings texts) throws IOException {
    ObjectNode form = JSON.createObjectNode();
    ObjectNode examples = form.putObject("examples");
    SETTINGS.forEach(name -> examples.set(name, Settings.node(texts).get(name)));
    Files.writeString(
        folder.resolve(FILE),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(form) + "\n");
  }

  /**
   * What the file in a folder says of {@code examples}; empty if there is none.
   *
   * @throws IOException if it cannot be read or is no such file; the message names it
   */
  public static Optional<ObjectNode> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonNode examples = JsonFile.read(file).path("examples");
    ObjectNode known = JSON.createObjectNode();
    SETTINGS.stream()
        .filter(name -> examples.path(name).isValueNode())
        .forEach(name -> known.set(name, examples.get(name)));
    return Optional.of(known);
  }
}
