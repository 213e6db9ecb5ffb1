package io.geolocsft.report.draw;

import static com.google.common.base.Preconditions.checkState;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML and SVG of which every text and attribute is escaped. Element and attribute names are
 * this package's own words; everything else may be hostile.
 */
public final class Markup {

  private static final char REPLACEMENT = '\uFFFD';

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Opens an element with attributes as name, value, name, value. */
  public Markup open(String element, String... attributes) {
    tag(element, attributes);
    out.append('>');
    open.push(element);
    return this;
  }

  /** Closes the innermost open element. */
  public Markup close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  public Markup text(String text) {
    escape(text);
    return this;
  }

  /** A whole element with nothing but text in it. */
  public Markup element(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close();
  }

  /** A void element of HTML, or an element of SVG without content. */
  public Markup leaf(String element, String... attributes) {
    tag(element, attributes);
    out.append("/>");
    return this;
  }

  /** Text of this package's own resources, already in the form that it needs. */
  public Markup trusted(String own) {
    out.append(own);
    return this;
  }

  /** The whole text. */
  public String finish() {
    checkState(open.isEmpty(), "still open: %s", open);
    return out.toString();
  }

  private void tag(String element, String... attributes) {
    checkState(attributes.length % 2 == 0, "attributes of %s come in pairs", element);
    out.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      out.append('"');
    }
  }

  private void escape(String text) {
    text.codePoints().forEach(this::escape);
  }

  private void escape(int codePoint) {
    switch (codePoint) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      default -> {
        if (isUnsafe(codePoint)) {
          out.append(REPLACEMENT);
        } else {
          out.appendCodePoint(codePoint);
        }
      }
    }
  }

  /** Characters that no document may hold, and those that reorder the text around them. */
  private static boolean isUnsafe(int codePoint) {
    boolean control = Character.isISOControl(codePoint) && codePoint != '\n' && codePoint != '\t';
    boolean lone = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    boolean reorders =
        (codePoint >= 0x202A && codePoint <= 0x202E)
            || (codePoint >= 0x2066 && codePoint <= 0x2069);
    boolean none = (codePoint & 0xFFFE) == 0xFFFE;
    return control || lone || reorders || none;
  }
}
