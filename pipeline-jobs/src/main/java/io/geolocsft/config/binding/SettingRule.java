package io.geolocsft.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import io.geolocsft.files.Locations;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * What one setting may be.
 *
 * @param type of the value, or of a list's elements
 * @param defaultValue in YAML; null if the setting is required
 */
public record SettingRule(
    Class<?> type,
    String defaultValue,
    Range range,
    OneOf oneOf,
    Matches matches,
    Location location) {

  public static SettingRule of(RecordComponent component) {
    Default standard = component.getAnnotation(Default.class);
    return new SettingRule(
        component.getType() == List.class
            ? RecordBinder.elementType(component)
            : component.getType(),
        standard == null ? null : standard.value(),
        component.getAnnotation(Range.class),
        component.getAnnotation(OneOf.class),
        component.getAnnotation(Matches.class),
        component.getAnnotation(Location.class));
  }

  /** A value; null if the text is not allowed. */
  public record Reading(Object value) {}

  public Reading read(JsonNode node, Origin origin) {
    if (!node.isValueNode()) {
      return new Reading(null);
    }
    if (type == String.class) {
      return new Reading(node.isTextual() ? text(node.textValue(), origin) : null);
    }
    // Numbers may come as text: from the command line, and because YAML takes 2e-5 for one.
    String written = node.asText().trim();
    if (type == boolean.class) {
      return new Reading(truth(written));
    }
    return new Reading(node.isBoolean() ? null : number(written));
  }

  /** What is allowed, in words. */
  String allowed() {
    if (oneOf != null) {
      return String.join(", ", words());
    }
    if (matches != null) {
      return matches.meaning();
    }
    if (location != null) {
      return location.local()
          ? "a path or file: URI of this and every executor's machine"
          : "a path or URI";
    }
    return type == String.class ? "a text" : type == boolean.class ? "true, false" : numbers();
  }

  private List<String> words() {
    Stream<String> names =
        Stream.of(oneOf.names())
            .flatMap(type -> Stream.of(type.getEnumConstants()))
            .map(constant -> constant.name().toLowerCase(Locale.ROOT));
    return Stream.concat(Stream.of(oneOf.value()), names).toList();
  }

  private String numbers() {
    String kind = type == Double.class || type == double.class ? "a number" : "a whole number";
    if (range == null) {
      return kind;
    }
    if (Double.isFinite(range.min()) && Double.isFinite(range.max())) {
      return "%s from %s to %s".formatted(kind, plain(range.min()), plain(range.max()));
    }
    List<String> bounds = new ArrayList<>();
    addBound(bounds, "above", range.above());
    addBound(bounds, "of at least", range.min());
    addBound(bounds, "below", range.below());
    addBound(bounds, "of at most", range.max());
    return bounds.isEmpty() ? kind : kind + " " + String.join(" and ", bounds);
  }

  private static void addBound(List<String> bounds, String words, double value) {
    if (Double.isFinite(value)) {
      bounds.add(words + " " + plain(value));
    }
  }

  private static String plain(double value) {
    return new BigDecimal(String.valueOf(value)).stripTrailingZeros().toPlainString();
  }

  private String text(String written, Origin origin) {
    if (oneOf != null && !words().contains(written)) {
      return null;
    }
    if (matches != null && !written.matches(matches.value())) {
      return null;
    }
    return location == null ? written : resolve(written, origin);
  }

  private String resolve(String written, Origin origin) {
    if (written.isEmpty()) {
      return location.optional() ? written : null;
    }
    if (List.of(location.builtIn()).contains(written)) {
      return written;
    }
    try {
      Path path = Locations.path(written);
      String scheme = path.toUri().getScheme();
      if (scheme == null || scheme.equals("file")) {
        return local(path, origin);
      }
      return location.local() ? null : written;
    } catch (IllegalArgumentException e) {
      // Neither a path nor a URI.
      return null;
    }
  }

  private static String local(Path path, Origin origin) {
    return origin.folder().resolve(path.toUri().getPath()).toAbsolutePath().normalize().toString();
  }

  private static Boolean truth(String written) {
    return written.equals("true") ? Boolean.TRUE : written.equals("false") ? Boolean.FALSE : null;
  }

  private Number number(String written) {
    try {
      BigDecimal value = new BigDecimal(written.replace("_", ""));
      return isOutOfRange(value.doubleValue()) ? null : convert(value);
    } catch (NumberFormatException | ArithmeticException e) {
      return null;
    }
  }

  private boolean isOutOfRange(double value) {
    return Double.isInfinite(value)
        || (range != null
            && (value < range.min()
                || value > range.max()
                || value <= range.above()
                || value >= range.below()));
  }

  private Number convert(BigDecimal value) {
    if (type == int.class || type == Integer.class) {
      return value.intValueExact();
    }
    if (type == long.class || type == Long.class) {
      return value.longValueExact();
    }
    return value.doubleValue();
  }
}
