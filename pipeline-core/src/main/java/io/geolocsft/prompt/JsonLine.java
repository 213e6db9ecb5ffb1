package io.geolocsft.prompt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;

/** JSON as training texts have it: one line with a space behind each colon and comma. */
final class JsonLine {

  private static final ObjectWriter WRITER =
      JsonMapper.builder()
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build()
          .writer(
              new DefaultPrettyPrinter(
                      Separators.createDefaultInstance()
                          .withRootSeparator("")
                          .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                          .withObjectEntrySpacing(Separators.Spacing.AFTER)
                          .withObjectEmptySeparator("")
                          .withArrayValueSpacing(Separators.Spacing.AFTER)
                          .withArrayEmptySeparator(""))
                  .withArrayIndenter(new DefaultPrettyPrinter.NopIndenter())
                  .withObjectIndenter(new DefaultPrettyPrinter.NopIndenter()));

  private JsonLine() {}

  /** The line of an object whose values are text, numbers, lists, maps and nodes of JSON. */
  static String of(Map<String, Object> object) {
    try {
      return WRITER.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Such values are always JSON", e);
    }
  }
}
