package io.geolocsft.prompt;

import io.geolocsft.json.UnusableFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The ids of Gemma 3's special tokens, read by name from a {@code tokenizer.json}.
 *
 * @param pad {@code <pad>}
 * @param endOfSequence {@code <eos>}
 * @param beginOfSequence {@code <bos>}
 * @param startOfTurn {@code <start_of_turn>}
 * @param endOfTurn {@code <end_of_turn>}
 * @param startOfImage {@code <start_of_image>}
 * @param endOfImage {@code <end_of_image>}
 * @param imageSoftToken {@code <image_soft_token>}, whose embedding an image feature replaces
 */
public record SpecialTokens(
    int pad,
    int endOfSequence,
    int beginOfSequence,
    int startOfTurn,
    int endOfTurn,
    int startOfImage,
    int endOfImage,
    int imageSoftToken) {

  static final List<String> NAMES =
      List.of(
          "<pad>",
          "<eos>",
          "<bos>",
          "<start_of_turn>",
          "<end_of_turn>",
          "<start_of_image>",
          "<end_of_image>",
          "<image_soft_token>");

  /**
   * Picks the ids out of a tokenizer's added tokens.
   *
   * @param ids id by token text
   * @param file named in the error
   * @throws IOException naming every token that the file lacks
   */
  static SpecialTokens of(Map<String, Integer> ids, Path file) throws IOException {
    List<String> missing = new ArrayList<>(NAMES);
    missing.removeAll(ids.keySet());
    if (!missing.isEmpty()) {
      throw new UnusableFileException(
          "%s is not a Gemma 3 tokenizer: it lacks the added tokens %s. Use the tokenizer.json of a Gemma 3 checkpoint."
              .formatted(file, missing));
    }
    int[] found = NAMES.stream().mapToInt(ids::get).toArray();
    return new SpecialTokens(
        found[0], found[1], found[2], found[3], found[4], found[5], found[6], found[7]);
  }
}
