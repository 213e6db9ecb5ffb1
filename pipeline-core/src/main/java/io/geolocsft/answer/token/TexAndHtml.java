package io.geolocsft.answer.token;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text without the ways in which TeX and HTML write what plain text can say.
 *
 * <p>Every repetition is bounded or possessive, so that the work stays linear whatever the text.
 */
public final class TexAndHtml {

  private static final Pattern ENTITY = Pattern.compile("&(#[xX]?[0-9a-fA-F]{1,6}|[A-Za-z]{2,8});");

  private static final Map<String, String> ENTITIES =
      Map.ofEntries(
          Map.entry("deg", "°"),
          Map.entry("prime", "'"),
          Map.entry("Prime", "\""),
          Map.entry("apos", "'"),
          Map.entry("rsquo", "'"),
          Map.entry("lsquo", "'"),
          Map.entry("quot", "\""),
          Map.entry("rdquo", "\""),
          Map.entry("ldquo", "\""),
          Map.entry("minus", "\u2212"),
          Map.entry("ndash", "\u2013"),
          Map.entry("mdash", "\u2014"),
          Map.entry("hyphen", "\u2010"),
          Map.entry("plus", "+"),
          Map.entry("comma", ","),
          Map.entry("period", "."),
          Map.entry("colon", ":"),
          Map.entry("amp", "&"),
          Map.entry("lt", "<"),
          Map.entry("gt", ">"),
          Map.entry("nbsp", " "),
          Map.entry("thinsp", " "),
          Map.entry("ensp", " "),
          Map.entry("emsp", " "),
          Map.entry("plusmn", "\u00B1"),
          Map.entry("shy", "\u00AD"));

  private static final Pattern DEGREES =
      Pattern.compile(
          "(?:\\{\\}\\s?+)?+\\^\\s?+\\{?+\\s?+(?:\\\\(?:circ|degree|deg)(?![A-Za-z])|°|o(?![A-Za-z]))\\s?+\\}?+"
              + "|\\\\(?:degree|textdegree|deg|circ)(?![A-Za-z])(?:\\{\\})?+"
              + "|<sup>\\s?+[o0°]\\s?+</sup>");
  private static final Pattern SECONDS =
      Pattern.compile(
          "\\^\\s?+\\{?+\\s?+\\\\prime\\s?+\\\\prime\\s?+\\}?+|\\\\(?:arcsecond|second)(?![A-Za-z])");
  private static final Pattern MINUTES =
      Pattern.compile("\\^\\s?+\\{?+\\s?+\\\\prime\\s?+\\}?+|\\\\(?:prime|arcminute)(?![A-Za-z])");

  /** Commands that only shape what stands in their braces. */
  private static final Pattern SHAPES =
      Pattern.compile(
          "\\\\(?:text|mathrm|mathbf|mathit|operatorname|textbf|textit|textrm|textsf|mbox|hbox|left|right|big|Big)(?![A-Za-z])");

  private static final Pattern SPACES =
      Pattern.compile("\\\\(?:[,;:! \\[\\]()]|q?quad(?![A-Za-z]))|(?<=[°'\"])~");

  /** A closing dollar is not followed by a digit, as in Pandoc, or two prices would be one. */
  private static final Pattern MATHS =
      Pattern.compile("\\$(?=\\S)([^$\\n]{1,120}?)(?<=\\S)\\$(?!\\d)");

  private TexAndHtml() {}

  /** The characters that HTML's entities stand for. */
  public static String withoutEntities(String text) {
    if (text.indexOf('&') < 0) {
      return text;
    }
    String once = ENTITY.matcher(text).replaceAll(TexAndHtml::character);
    return ENTITY.matcher(once).replaceAll(TexAndHtml::character);
  }

  private static String character(MatchResult entity) {
    String name = entity.group(1);
    String character = name.startsWith("#") ? numbered(name.substring(1)) : ENTITIES.get(name);
    return character == null ? "$0" : Matcher.quoteReplacement(character);
  }

  private static String numbered(String number) {
    boolean hex = number.startsWith("x") || number.startsWith("X");
    try {
      int code = Integer.parseInt(hex ? number.substring(1) : number, hex ? 16 : 10);
      return Character.isValidCodePoint(code) ? Character.toString(code) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** What a text in TeX would print. */
  public static String withoutTex(String text) {
    String plain = DEGREES.matcher(text).replaceAll("°");
    if (plain.indexOf('\\') >= 0) {
      plain = SECONDS.matcher(plain).replaceAll("\"");
      plain = MINUTES.matcher(plain).replaceAll("'");
      plain = SHAPES.matcher(plain).replaceAll("");
      plain = SPACES.matcher(plain).replaceAll(" ");
    }
    return plain.indexOf('$') < 0
        ? plain
        : MATHS.matcher(plain.replace("$$", " ")).replaceAll(" $1 ");
  }
}
