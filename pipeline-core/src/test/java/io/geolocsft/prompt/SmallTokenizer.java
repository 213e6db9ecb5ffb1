package io.geolocsft.prompt;

import java.nio.file.Path;

/** The repository's own small tokenizer. */
final class SmallTokenizer {

  static final Path FOLDER = Path.of("..", "run", "data", "gemma3-small");

  private SmallTokenizer() {}
}
