package io.geolocsft.answer;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A textual form of a latitude and a longitude, as a regular expression.
 *
 * <p>Every repetition is bounded, and possessive where it can be, so that matching stays linear in
 * the text's length whatever the text.
 */
final class CoordinatePattern {

  /** Unsigned, e.g. {@code 12}, {@code 12.5}, {@code .5}. */
  private static final String DIGITS = "(?:\\d{1,9}+(?:\\.\\d{1,20}+)?+|\\.\\d{1,20}+)";

  private static final String SIGN = "[+-]?+";

  /** Behind a label's colon a sign may stand apart; elsewhere a dash there is none. */
  private static final String LABELLED_SIGN =
      "(?:[+-]?+|(?<=(?:[:=]|is)[\"'\\s]{0,4})[+-]\\s{1,3}+)";

  /** Not the middle of a word or of another number. */
  private static final String NUMBER_STARTS = "(?<![\\w.+-])";

  /** The number does not go on, has no decimal comma and no exponent. */
  private static final String NUMBER_ENDS = "(?!\\d|[.,]\\d|[eE][+-]?\\d)";

  /** The same where a comma may separate two numbers. */
  private static final String PAIRED_NUMBER_ENDS = "(?!\\d|\\.\\d|[eE][+-]?\\d)";

  private static final String SPACES = "\\s{0,9}+";
  private static final String DEGREES = "\\s{0,3}+(?:°|º|degrees|deg)?+\\s{0,3}+";
  private static final String SIXTIETHS = "[0-5]?\\d(?:\\.\\d{1,20}+)?+";
  private static final String MINUTES = "\\s{0,3}+(?:['′’]|minutes?|min(?![a-z]))";
  private static final String SECONDS = "\\s{0,3}+(?:[\"″”]|''|′′|’’|seconds?|sec(?![a-z]))";

  /** Decimal minutes behind whole degrees need no mark, as geocachers write them. */
  private static final String UNMARKED_MINUTES =
      "(?<=(?<![\\d.])\\d{1,3}[°º]\\s{0,3}\\d{1,2}\\.\\d{1,6})";

  /** Between a label and its number: punctuation and a few filling words. */
  private static final String GAP =
      "[^\\d+\\-.a-z]{0,12}+"
          + "(?:(?:is|of|at|approximately|about|around|roughly)[^\\d+\\-.a-z]{1,8}+){0,3}+";

  /** The same behind the labels of both, and the rule below a table's head. */
  private static final String PAIR_GAP =
      "[^\\d+\\-.a-z]{0,16}+"
          + "(?:(?:is|are|of|at|approximately|about|around|roughly|coordinates?)[^\\d+\\-.a-z]{1,8}+){0,3}+"
          + "(?:-{2,60}+[\\s:|]{1,8}+){0,2}+";

  private static final String NORTH_SOUTH = "(?:(?-i:[NS])|north|south)(?![a-z])";
  private static final String EAST_WEST = "(?:(?-i:[EW])|east|west)(?![a-z])";
  private static final String HEMISPHERE = "(?:(?-i:[NSEW])|north|south|east|west)(?![a-z])";

  /** A decimal comma is one right before a degree sign or a hemisphere; else it may separate. */
  private static final String COMMA_DIGITS =
      "\\d{1,3}+,\\d{1,20}+(?=\\s{0,3}(?:°|º|" + HEMISPHERE + "))";

  private static final String LATITUDE = "(?<![a-z])lat(?:itude)?(?:\\.(?=\\s))?+(?![a-z])";
  private static final String LONGITUDE =
      "(?<![a-z])(?:longitude|long|lon|lng)(?:\\.(?=\\s))?+(?![a-z])";

  /** {@code <answer>lat: 12.34, lon: -56.78</answer>}. */
  static final CoordinatePattern STRICT =
      new CoordinatePattern(
          0,
          false,
          "<answer>"
              + SPACES
              + "lat:"
              + SPACES
              + NUMBER_STARTS
              + number("lat%1$d", SIGN)
              + NUMBER_ENDS
              + SPACES
              + "[,;]?+"
              + SPACES
              + "lon:"
              + SPACES
              + NUMBER_STARTS
              + number("lon%1$d", SIGN)
              + NUMBER_ENDS
              + SPACES
              + "</answer>");

  /** Both numbers labelled, in either order. */
  static final CoordinatePattern LABELLED =
      new CoordinatePattern(
          Pattern.CASE_INSENSITIVE,
          false,
          labelled("lat", LATITUDE, NORTH_SOUTH, EAST_WEST)
              + "[^\\d]{0,40}?"
              + labelled("lon", LONGITUDE, EAST_WEST, NORTH_SOUTH),
          labelled("lon", LONGITUDE, EAST_WEST, NORTH_SOUTH)
              + "[^\\d]{0,40}?"
              + labelled("lat", LATITUDE, NORTH_SOUTH, EAST_WEST));

  /** Both labels, and then both numbers in their order. */
  static final CoordinatePattern LABELLED_PAIR =
      new CoordinatePattern(
          Pattern.CASE_INSENSITIVE,
          false,
          labelledPair("lat", LATITUDE, "lon", LONGITUDE),
          labelledPair("lon", LONGITUDE, "lat", LATITUDE));

  /** Both numbers with their hemisphere before or behind them, in either order. */
  static final CoordinatePattern HEMISPHERES =
      new CoordinatePattern(
          Pattern.CASE_INSENSITIVE,
          false,
          behind("lat", NORTH_SOUTH) + between() + behind("lon", EAST_WEST),
          behind("lon", EAST_WEST) + between() + behind("lat", NORTH_SOUTH),
          before("lat", NORTH_SOUTH) + between() + before("lon", EAST_WEST) + noMoreHemisphere(),
          before("lon", EAST_WEST) + between() + before("lat", NORTH_SOUTH) + noMoreHemisphere());

  /**
   * Notations that fix the order: WKT and GeoJSON points (longitude first), geo URIs (RFC 5870) and
   * the links of Google Maps (latitude first).
   */
  static final CoordinatePattern NOTATIONS =
      new CoordinatePattern(
          Pattern.CASE_INSENSITIVE,
          false,
          "(?<![a-z])POINT\\s{0,3}+(?:ZM?|M)?+\\s{0,3}+\\(\\s{0,5}+"
              + number("lon%1$d", SIGN)
              + "\\s{1,5}+"
              + number("lat%1$d", SIGN)
              + "[\\s)]",
          "\"type\"\\s{0,5}+:\\s{0,5}+\"Point\"[^{}\\[\\]]{0,80}?\"coordinates\"\\s{0,5}+:\\s{0,9}+\\[\\s{0,9}+"
              + number("lon%1$d", SIGN)
              + "\\s{0,9}+,\\s{0,9}+"
              + number("lat%1$d", SIGN)
              + "\\s{0,9}+[,\\]]",
          "(?<![a-z])geo:(?!0,0\\?q=)"
              + number("lat%1$d", SIGN)
              + ","
              + number("lon%1$d", SIGN)
              + PAIRED_NUMBER_ENDS,
          "@(?<lat%1$d>[+-]?+\\d{1,3}+\\.\\d{1,20}+),(?<lon%1$d>[+-]?+\\d{1,3}+\\.\\d{1,20}+)"
              + PAIRED_NUMBER_ENDS,
          "!3d" + number("lat%1$d", SIGN) + "!4d" + number("lon%1$d", SIGN) + PAIRED_NUMBER_ENDS);

  /**
   * Two decimal fractions that are not part of a longer list nor a JSON array (GeoJSON's order).
   */
  static final CoordinatePattern DECIMAL_PAIR =
      new CoordinatePattern(
          0,
          true,
          NUMBER_STARTS
              + "(?<!\\d[,;]\\s{0,3})(?<!\\[\\s{0,3})(?<lat%1$d>"
              + SIGN
              + "\\d{1,9}+\\.\\d{1,20}+)\\s{0,3}+°?+\\s{0,3}+[,;/]?+"
              + SPACES
              + "(?<![\\d.])(?<lon%1$d>"
              + SIGN
              + "\\d{1,9}+\\.\\d{1,20}+)(?!\\d|\\.\\d|[eE][+-]?\\d|\\s{0,5}[,;]\\s{0,5}[+-]?\\d)");

  /** The same with decimal commas and a semicolon, unless these may separate thousands. */
  static final CoordinatePattern COMMA_PAIR =
      new CoordinatePattern(
          0,
          true,
          NUMBER_STARTS
              + "(?<!\\d[,;]\\s{0,3})(?<!\\[\\s{0,3})"
              + "(?![+-]?\\d{1,3},\\d{3};\\s{0,9}[+-]?\\d{1,3},\\d{3}(?!\\d))(?<lat%1$d>"
              + SIGN
              + "\\d{1,3}+,\\d{2,20}+)\\s{0,3}+°?+\\s{0,3}+;"
              + SPACES
              + "(?<lon%1$d>"
              + SIGN
              + "\\d{1,3}+,\\d{2,20}+)(?!\\d|[.,]\\d|\\s{0,5}[,;]\\s{0,5}[+-]?\\d)");

  /** A text that is nothing but two numbers. */
  static final CoordinatePattern ONLY_PAIR =
      new CoordinatePattern(
          0,
          false,
          "\\A(?:<answer>|\\()?+"
              + SPACES
              + number("lat%1$d", SIGN)
              + "(?:\\s{0,3}+°?+\\s{0,3}+[,;/]|\\s)"
              + SPACES
              + number("lon%1$d", SIGN)
              + "\\s{0,3}+°?+\\s{0,3}+(?:</answer>|\\))?+\\.?+\\z");

  private final Pattern pattern;
  private final int alternatives;
  private final boolean bare;

  /**
   * @param bare whether nothing but the numbers says that they are coordinates
   * @param alternatives whose groups' names hold {@code %1$d}, which becomes their number
   */
  private CoordinatePattern(int flags, boolean bare, String... alternatives) {
    this.alternatives = alternatives.length;
    this.bare = bare;
    this.pattern =
        Pattern.compile(
            IntStream.range(0, alternatives.length)
                .mapToObj(i -> alternatives[i].replace("%1$d", Integer.toString(i + 1)))
                .collect(Collectors.joining("|")),
            flags);
  }

  private static String number(String name, String sign) {
    return "(?<" + name + ">" + sign + DIGITS + ")";
  }

  /** Degrees, or degrees with minutes and seconds, from the first digit on. */
  private static String angle(String name, String sign) {
    return "(?<"
        + name
        + ">"
        + sign
        + "(?:"
        + COMMA_DIGITS
        + "|"
        + DIGITS
        + "))"
        + NUMBER_ENDS
        + DEGREES
        + "(?:(?<"
        + name
        + "minutes>"
        + SIXTIETHS
        + ")(?:"
        + MINUTES
        + "|"
        + UNMARKED_MINUTES
        + ")\\s{0,3}+(?:(?<"
        + name
        + "seconds>"
        + SIXTIETHS
        + ")"
        + SECONDS
        + "\\s{0,3}+)?+)?+";
  }

  private static String hemisphere(String name, String hemisphere) {
    return "(?<" + name + "hemisphere>" + hemisphere + ")";
  }

  /** A label and its angle, which may have a hemisphere before or behind it, but no other's. */
  private static String labelled(String axis, String label, String own, String other) {
    String name = axis + "%1$d";
    return label
        + GAP
        + "(?:(?<"
        + name
        + "before>"
        + own
        + ")[\\s:]{0,3}+|"
        + NUMBER_STARTS
        + ")"
        + angle(name, LABELLED_SIGN)
        + hemisphere(name, own)
        + "?+(?!"
        + other
        + ")";
  }

  private static String labelledPair(
      String first, String firstLabel, String second, String secondLabel) {
    return firstLabel
        + "\\s{0,3}+[,;/|&]?+\\s{0,3}+(?:and\\s{1,3}+)?+"
        + secondLabel
        + PAIR_GAP
        + NUMBER_STARTS
        + number(first + "%1$d", SIGN)
        + PAIRED_NUMBER_ENDS
        + "\\s{0,3}+[°º]?+\\s{0,3}+(?:[,;/|]\\s{0,9}+|(?<=\\s)(?:and\\s{1,3}+)?+)"
        + number(second + "%1$d", SIGN)
        + PAIRED_NUMBER_ENDS
        + "(?!\\s{0,3}[°º]?\\s{0,3}"
        + HEMISPHERE
        + ")";
  }

  private static String behind(String axis, String hemisphere) {
    String name = axis + "%1$d";
    String word = axis.equals("lat") ? "latitude" : "longitude";
    return NUMBER_STARTS
        + "(?<!\\d,)"
        + angle(name, SIGN)
        + hemisphere(name, hemisphere)
        + "(?:\\s{1,3}+"
        + word
        + ")?+";
  }

  /** The angle must have a fraction or a degree sign: {@code E40, N11} are roads. */
  private static String before(String axis, String hemisphere) {
    String name = axis + "%1$d";
    return "(?<!\\w)(?<"
        + name
        + "before>"
        + hemisphere
        + ")[\\s:]{0,3}+(?=[+-]?+\\d{1,3}+(?:[.,]\\d|\\s{0,3}(?:°|º|deg)))"
        + angle(name, SIGN);
  }

  private static String between() {
    return "[\\s,;/|]{0,8}+(?:and\\s{1,3}+)?+";
  }

  /** What follows is not a hemisphere of the number before it. */
  private static String noMoreHemisphere() {
    return "(?!\\s{0,3}" + HEMISPHERE + "(?!\\s{0,3}[\\d+.-]))";
  }

  /**
   * The answer that the last match in a text gives; empty without a match, or if a sign contradicts
   * its hemisphere.
   */
  Optional<Answer> read(String text, AnswerStatus status) {
    Matcher matcher = pattern.matcher(text);
    int last = -1;
    while (matcher.find()) {
      if (!bare || !Measurement.isAt(text, matcher.start(), matcher.end())) {
        last = matcher.start();
      }
    }
    return last >= 0 && matcher.find(last) ? answer(matcher, text, status) : Optional.empty();
  }

  private Optional<Answer> answer(Matcher matcher, String text, AnswerStatus status) {
    if (isCut(matcher, text)) {
      return Optional.of(Answer.without(AnswerStatus.TRUNCATED));
    }
    int matched =
        IntStream.rangeClosed(1, alternatives)
            .filter(i -> matcher.group("lat" + i) != null)
            .findFirst()
            .orElseThrow();
    OptionalDouble latitude = degrees(matcher, "lat" + matched);
    OptionalDouble longitude = degrees(matcher, "lon" + matched);
    return latitude.isPresent() && longitude.isPresent()
        ? Optional.of(Answer.at(status, latitude.getAsDouble(), longitude.getAsDouble()))
        : Optional.empty();
  }

  /** Whether an answer or JSON object that was begun ends with the number. */
  private static boolean isCut(Matcher matcher, String text) {
    return matcher.end() == text.length()
        && Character.isDigit(text.charAt(text.length() - 1))
        && (text.lastIndexOf("<answer>") > text.lastIndexOf("</answer>") || text.contains("{"));
  }

  /** Signed degrees; empty if a negative number is said to be north or east. */
  private static OptionalDouble degrees(Matcher matcher, String name) {
    String number = matcher.group(name);
    double size =
        Math.abs(value(number))
            + optional(matcher, name + "minutes") / 60
            + optional(matcher, name + "seconds") / 3600;
    boolean negative = number.startsWith("-");
    char before = hemisphere(matcher, name + "before");
    char hemisphere = hemisphere(matcher, name + "hemisphere");
    if (before != ' ' && hemisphere != ' ' && before != hemisphere) {
      return OptionalDouble.empty();
    }
    char said = before == ' ' ? hemisphere : before;
    if (said == 'S' || said == 'W') {
      return OptionalDouble.of(-size);
    }
    if (negative && said != ' ') {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(negative ? -size : size);
  }

  /** A number whose sign may stand apart and whose decimals may follow a comma. */
  private static double value(String number) {
    return Double.parseDouble(number.replaceAll("\\s", "").replace(',', '.'));
  }

  private static double optional(Matcher matcher, String name) {
    return has(matcher, name) ? Double.parseDouble(matcher.group(name)) : 0;
  }

  private static char hemisphere(Matcher matcher, String name) {
    return has(matcher, name) ? Character.toUpperCase(matcher.group(name).charAt(0)) : ' ';
  }

  private static boolean has(Matcher matcher, String name) {
    return matcher.pattern().pattern().contains("(?<" + name + ">") && matcher.group(name) != null;
  }
}
