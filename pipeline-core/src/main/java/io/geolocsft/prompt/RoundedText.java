package io.geolocsft.prompt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Texts whose coordinates are made coarser, for handing them on: numbers with more decimals are
 * rounded half to even, wherever they stand. In JSON that is so in its texts and its numbers.
 *
 * @param decimals that are left, 0 to 8
 */
public record RoundedText(int decimals) implements Serializable {

  /** Neither a part of a longer number, such as a version, nor one without decimals. */
  private static final Pattern NUMBER = Pattern.compile("(?<![\\d.])\\d{1,17}\\.\\d+(?!\\.?\\d)");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  public RoundedText {
    if (decimals < 0 || decimals > 8) {
      throw new IllegalArgumentException("Coordinates keep 0 to 8 decimals, not " + decimals);
    }
  }

  /** The text with coarser numbers. */
  public String of(String text) {
    if (text.stripLeading().startsWith("{")) {
      try {
        Map<String, Object> rounded = new LinkedHashMap<>();
        JSON.readTree(text)
            .properties()
            .forEach(each -> rounded.put(each.getKey(), of(each.getValue())));
        return JsonLine.of(rounded);
      } catch (JsonProcessingException e) {
        return plain(text);
      }
    }
    return plain(text);
  }

  private JsonNode of(JsonNode node) {
    if (node.isObject()) {
      ObjectNode rounded = JSON.createObjectNode();
      node.properties().forEach(each -> rounded.set(each.getKey(), of(each.getValue())));
      return rounded;
    }
    if (node.isArray()) {
      ArrayNode rounded = JSON.createArrayNode();
      node.forEach(each -> rounded.add(of(each)));
      return rounded;
    }
    if (node.isBigDecimal()) {
      return DecimalNode.valueOf(round(node.decimalValue()));
    }
    return node.isTextual() ? TextNode.valueOf(plain(node.textValue())) : node;
  }

  private String plain(String text) {
    return NUMBER
        .matcher(text)
        .replaceAll(number -> round(new BigDecimal(number.group())).toPlainString());
  }

  private BigDecimal round(BigDecimal number) {
    return number.scale() <= decimals ? number : number.setScale(decimals, RoundingMode.HALF_EVEN);
  }
}
