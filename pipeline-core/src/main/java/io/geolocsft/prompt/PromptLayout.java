package io.geolocsft.prompt;

import java.util.Arrays;
import java.util.Locale;

/** Whether the image stands before or after the prompt's text in the user's turn. */
public enum PromptLayout {
  /** Image, then text: the form of Gemma 3's own documentation. */
  IMAGE_FIRST,
  /** Text, then image: many images can share the text's prefix. */
  PROMPT_FIRST;

  /**
   * The layout of a name as the configuration writes it, e.g. {@code image_first}.
   *
   * @throws IllegalArgumentException naming the allowed values
   */
  public static PromptLayout of(String name) {
    return Arrays.stream(values())
        .filter(layout -> layout.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Unknown prompt layout '%s' (allowed: %s)"
                        .formatted(name, Arrays.toString(values()))));
  }

  /** The configuration's name, e.g. {@code image_first}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
