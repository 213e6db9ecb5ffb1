package io.geolocsft.prompt;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The repository's own small tokenizer. */
public final class SmallTokenizer {

  public static final Path FOLDER = Path.of("..", "run", "data", "gemma3-small");

  private SmallTokenizer() {}

  /** A tokenizer of the same words whose file was changed and put into a folder. */
  public static GemmaTokenizer changed(Path folder, Consumer<ObjectNode> change)
      throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode file = (ObjectNode) json.readTree(FOLDER.resolve("tokenizer.json").toFile());
    change.accept((ObjectNode) file.get("model"));
    json.writeValue(folder.resolve("tokenizer.json").toFile(), file);
    return GemmaTokenizer.load(folder);
  }
}
