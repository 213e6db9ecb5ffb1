package io.geolocsft.gemma;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** What a model folder holds beside its weights, as any version of transformers lays it out. */
public final class CompanionFiles {

  private static final List<String> NAMES =
      List.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer.model",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.json",
          "chat_template.jinja",
          "preprocessor_config.json",
          "processor_config.json");

  private CompanionFiles() {}

  /** Copies those that a folder has to another. */
  public static void copy(Path from, Path to) throws IOException {
    for (String name : NAMES) {
      if (Files.isRegularFile(from.resolve(name))) {
        Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
