package io.geolocsft.answer;

import java.util.regex.Pattern;

/**
 * A model's text with one way of writing where people have many: digits of any script, signs,
 * degrees and minutes of any typography, LaTeX and Markdown.
 */
final class AnswerText {

  private static final Pattern DASHES =
      Pattern.compile("[\u2212\u2010\u2011\u2012\u2013\u207B\uFE63\uFF0D]");

  /** A long dash is a sign only between a label's colon and a number. */
  private static final Pattern LONG_DASH =
      Pattern.compile("(?<=[:=]\\s{0,4})[\u2014\u2015]\\s{0,3}+(?=[\\d.])");

  private static final Pattern INVISIBLE =
      Pattern.compile("[\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]");
  private static final Pattern SPACES = Pattern.compile("[\u00A0\u2000-\u200A\u202F\u3000]|&nbsp;");
  private static final Pattern DEGREES = Pattern.compile("[\u02DA\u2218\u2070]|&deg;|&#176;");
  private static final Pattern EMPHASIS = Pattern.compile("\\*\\*|`");
  private static final Pattern ESCAPED_COMMA = Pattern.compile("(?<=\\d)%2[Cc](?=[+-]?\\.?\\d)");

  private static final Pattern LATEX_DEGREES =
      Pattern.compile(
          "(?:\\{\\})?+\\^\\s?+\\{?+\\s?+(?:\\\\circ|\\\\degree|\u00B0)\\s?+\\}?+"
              + "|\\\\(?:degree|textdegree|deg|circ)(?![A-Za-z])");
  private static final Pattern LATEX_SECONDS =
      Pattern.compile("\\^\\s?+\\{?+\\s?+\\\\prime\\s?+\\\\prime\\s?+\\}?+");
  private static final Pattern LATEX_MINUTES =
      Pattern.compile("\\^\\s?+\\{?+\\s?+\\\\prime\\s?+\\}?+");
  private static final Pattern LATEX_TEXT =
      Pattern.compile("\\\\(?:text|textbf|textrm|mathrm|mathbf|mathit)\\s?+\\{([^{}]{0,60}+)\\}");
  private static final Pattern LATEX_SPACES =
      Pattern.compile("\\\\(?:[,;:! \\[\\]()]|q?quad(?![A-Za-z]))|(?<=[\u00B0'\"])~");

  /** A closing dollar is not followed by a digit, as in Pandoc, or two prices would be one. */
  private static final Pattern LATEX_MATHS =
      Pattern.compile("\\$(?=\\S)([^$\\n]{1,120}?)(?<=\\S)\\$(?!\\d)");

  private AnswerText() {}

  /** With every dash that can be a minus as one, and nothing else changed. */
  static String dashed(String text) {
    return DASHES.matcher(text).replaceAll("-").strip();
  }

  /** A dashed text with all else that is read alike written alike. */
  static String plain(String dashed) {
    String ascii = isAscii(dashed) ? dashed : typography(dashed);
    String latex = ascii.indexOf('\\') < 0 && ascii.indexOf('$') < 0 ? ascii : latex(ascii);
    String entities = latex.indexOf('&') < 0 ? latex : entities(latex);
    String marked = EMPHASIS.matcher(entities).replaceAll(" ");
    return ESCAPED_COMMA.matcher(marked).replaceAll(",").strip();
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }

  private static String typography(String text) {
    String visible = INVISIBLE.matcher(text).replaceAll("");
    String spaced = SPACES.matcher(visible).replaceAll(" ");
    StringBuilder latin = new StringBuilder(spaced.length());
    spaced.codePoints().map(AnswerText::latin).forEach(latin::appendCodePoint);
    String degrees = DEGREES.matcher(latin).replaceAll("\u00B0");
    return LONG_DASH.matcher(degrees).replaceAll("-");
  }

  /** Digits of any script, full-width forms, and the separators of Arabic and Chinese. */
  private static int latin(int c) {
    if (c >= 0xFF01 && c <= 0xFF5E) {
      return c - 0xFEE0;
    }
    if (c > 127 && Character.isDigit(c)) {
      return '0' + Character.digit(c, 10);
    }
    return switch (c) {
      case 0x066B -> '.';
      case 0x060C, 0x3001 -> ',';
      case 0x061B -> ';';
      case 0x02B9, 0x00B4 -> '\'';
      case 0x02BA, 0x201C -> '"';
      default -> c;
    };
  }

  private static String latex(String text) {
    String degrees = LATEX_DEGREES.matcher(text).replaceAll("\u00B0");
    String seconds = LATEX_SECONDS.matcher(degrees).replaceAll("\"");
    String minutes = LATEX_MINUTES.matcher(seconds).replaceAll("'");
    String words = LATEX_TEXT.matcher(minutes).replaceAll("$1");
    String spaced = LATEX_SPACES.matcher(words).replaceAll(" ");
    return LATEX_MATHS.matcher(spaced).replaceAll(" $1 ");
  }

  private static String entities(String text) {
    String degrees = DEGREES.matcher(text).replaceAll("\u00B0");
    return SPACES.matcher(degrees).replaceAll(" ");
  }
}
