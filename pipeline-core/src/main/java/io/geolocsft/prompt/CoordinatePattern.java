package io.geolocsft.prompt;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** Not the middle of a word or of another number. */
  private static final String NUMBER_STARTS = "(?<![\\w.+-])";

  /** The number does not go on, has no decimal comma and no exponent. */
  private static final String NUMBER_ENDS = "(?!\\d|[.,]\\d|[eE][+-]?\\d)";

  private static final String SPACES = "\\s{0,9}+";
  private static final String DEGREES = "\\s{0,3}+(?:°|º|degrees|deg)?+\\s{0,3}+";
  private static final String SIXTIETHS = "[0-5]?\\d(?:\\.\\d{1,20}+)?+";

  /** Between a label and its number: punctuation and a few filling words. */
  private static final String GAP =
      "[^\\d+\\-.a-z]{0,12}+"
          + "(?:(?:is|of|at|approximately|about|around|roughly)[^\\d+\\-.a-z]{1,8}+){0,3}+";

  private static final String NORTH_SOUTH = "(?:(?-i:[NS])|north|south)(?![a-z])";
  private static final String EAST_WEST = "(?:(?-i:[EW])|east|west)(?![a-z])";

  /** {@code <answer>lat: 12.34, lon: -56.78</answer>}. */
  static final CoordinatePattern STRICT =
      new CoordinatePattern(
          Pattern.compile(
              "<answer>"
                  + SPACES
                  + "lat:"
                  + SPACES
                  + number("lat1")
                  + SPACES
                  + "[,;]?+"
                  + SPACES
                  + "lon:"
                  + SPACES
                  + number("lon1")
                  + SPACES
                  + "</answer>"));

  /** Both numbers labelled, in either order. */
  static final CoordinatePattern LABELLED =
      eitherOrder(
          "(?<![a-z])lat(?:itude)?(?![a-z])"
              + GAP
              + angle("lat%1$d")
              + "(?<lat%1$dhemisphere>"
              + NORTH_SOUTH
              + ")?+(?!"
              + EAST_WEST
              + ")",
          "(?<![a-z])(?:longitude|long|lon|lng)(?![a-z])"
              + GAP
              + angle("lon%1$d")
              + "(?<lon%1$dhemisphere>"
              + EAST_WEST
              + ")?+(?!"
              + NORTH_SOUTH
              + ")",
          "[^\\d]{0,40}?");

  /** Both numbers with their hemisphere, in either order. */
  static final CoordinatePattern HEMISPHERES =
      eitherOrder(
          angle("lat%1$d") + "(?<lat%1$dhemisphere>" + NORTH_SOUTH + ")",
          angle("lon%1$d") + "(?<lon%1$dhemisphere>" + EAST_WEST + ")",
          "[\\s,;/|]{0,8}+(?:and\\s{1,3}+)?+");

  /** Two decimal fractions that are no part of a longer list nor a JSON array (GeoJSON's order). */
  static final CoordinatePattern DECIMAL_PAIR =
      new CoordinatePattern(
          Pattern.compile(
              NUMBER_STARTS
                  + "(?<!\\d[,;]\\s{0,3})(?<!\\[\\s{0,3})(?<lat1>"
                  + SIGN
                  + "\\d{1,9}+\\.\\d{1,20}+)\\s{0,3}+°?+\\s{0,3}+[,;/]?+"
                  + SPACES
                  + "(?<![\\d.])(?<lon1>"
                  + SIGN
                  + "\\d{1,9}+\\.\\d{1,20}+)(?!\\d|\\.\\d|[eE][+-]?\\d|\\s{0,5}[,;]\\s{0,5}[+-]?\\d)"));

  /** A text that is nothing but two numbers. */
  static final CoordinatePattern ONLY_PAIR =
      new CoordinatePattern(
          Pattern.compile(
              "\\A(?:<answer>|\\()?+"
                  + SPACES
                  + "(?<lat1>"
                  + SIGN
                  + DIGITS
                  + ")(?:\\s{0,3}+°?+\\s{0,3}+[,;/]|\\s)"
                  + SPACES
                  + "(?<lon1>"
                  + SIGN
                  + DIGITS
                  + ")\\s{0,3}+°?+\\s{0,3}+(?:</answer>|\\))?+\\.?+\\z"));

  private final Pattern pattern;

  private CoordinatePattern(Pattern pattern) {
    this.pattern = pattern;
  }

  private static String number(String name) {
    return NUMBER_STARTS + "(?<" + name + ">" + SIGN + DIGITS + ")" + NUMBER_ENDS;
  }

  /** Degrees, or degrees with minutes and seconds. */
  private static String angle(String name) {
    return number(name)
        + DEGREES
        + "(?:(?<"
        + name
        + "minutes>"
        + SIXTIETHS
        + ")\\s{0,3}+['′’]\\s{0,3}+(?:(?<"
        + name
        + "seconds>"
        + SIXTIETHS
        + ")\\s{0,3}+(?:[\"″”]|'')\\s{0,3}+)?+)?+";
  }

  /** The two angles in either order; {@code %1$d} in their group names becomes the order's. */
  private static CoordinatePattern eitherOrder(String latitude, String longitude, String between) {
    String latitudeFirst = latitude.formatted(1) + between + longitude.formatted(1);
    String longitudeFirst = longitude.formatted(2) + between + latitude.formatted(2);
    return new CoordinatePattern(
        Pattern.compile(latitudeFirst + "|" + longitudeFirst, Pattern.CASE_INSENSITIVE));
  }

  /**
   * The answer that the last match in a text gives; empty without a match, or if a sign contradicts
   * its hemisphere.
   */
  Optional<Answer> read(String text, AnswerStatus status) {
    Matcher matcher = pattern.matcher(text);
    int last = -1;
    while (matcher.find()) {
      last = matcher.start();
    }
    return last >= 0 && matcher.find(last) ? answer(matcher, text, status) : Optional.empty();
  }

  private static Optional<Answer> answer(Matcher matcher, String text, AnswerStatus status) {
    if (isCut(matcher, text)) {
      return Optional.of(Answer.without(AnswerStatus.TRUNCATED));
    }
    int order = matcher.group("lat1") != null ? 1 : 2;
    OptionalDouble latitude = degrees(matcher, "lat" + order);
    OptionalDouble longitude = degrees(matcher, "lon" + order);
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
        Math.abs(Double.parseDouble(number))
            + optional(matcher, name + "minutes") / 60
            + optional(matcher, name + "seconds") / 3600;
    boolean negative = number.startsWith("-");
    char hemisphere = hemisphere(matcher, name + "hemisphere");
    if (hemisphere == 'S' || hemisphere == 'W') {
      return OptionalDouble.of(-size);
    }
    if (negative && hemisphere != ' ') {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(negative ? -size : size);
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
