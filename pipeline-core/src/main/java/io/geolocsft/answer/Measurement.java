package io.geolocsft.answer;

import java.util.regex.Pattern;

/** Numbers that measure something other than a place: exposures, lengths, prices, scores. */
final class Measurement {

  private static final int LOOK_BACK = 40;
  private static final int LOOK_AHEAD = 40;

  private static final Pattern NAMED =
      Pattern.compile(
          "(?:(?<![a-z])f\\s?+/?+\\s?+|\u0192\\s?+/?+\\s?+|[$\u20AC\u00A3\u00A5]\\s?+"
              + "|(?<![a-z])(?:iso|aperture|exposure|shutter(?:\\sspeed)?|focal\\slength|zoom"
              + "|version|v|confidence|probabilit(?:y|ies)|scores?|ratings?|temperatures?|prices?"
              + "|costs?|ratios?)(?:\\s(?:is|are|of|was|were|at|from))?+\\s{0,2}+[:=]?+\\s{0,2}+)\\z",
          Pattern.CASE_INSENSITIVE);

  /** Units whose case tells them from hemispheres and words. */
  private static final String SYMBOLS =
      "(?-i:s|ms|mm|cm|dm|m|km|nm|mi|ft|yd|h|hrs?|mins?|g|kg|lbs?|k?Hz|[MG]Hz|fps|MP|px|[kKMG]B|EV"
          + "|[hk]?Pa|m?bar)";

  private static final String WORDS =
      "seconds?|secs?|minutes?|hours?|days?|weeks?|months?|years?"
          + "|(?:milli|centi|kilo)?met(?:er|re)s?|miles?|feet|inch(?:es)?|yards?|percent"
          + "|(?:mega)?pixels?|degrees\\s(?:celsius|fahrenheit)|dollars?|euros?|million|billion"
          + "|people|inhabitants|o'clock|[ap]\\.?m";

  private static final Pattern WITH_UNIT =
      Pattern.compile(
          "\\A\\s{0,3}+(?:%|\u2030|\u2103|\u2109|\u20AC|\u00B0\\s?+(?-i:[CF])(?![a-z])|(?:"
              + SYMBOLS
              + "|"
              + WORDS
              + ")(?![a-z])|(?:,\\s?+)?+(?:and|or|to|x|\u00D7)\\s{1,3}+[+-]?+\\d{1,9}+\\.\\d)",
          Pattern.CASE_INSENSITIVE);

  private Measurement() {}

  /** Whether the numbers between two places of a text are named so, or carry a unit. */
  static boolean isAt(String text, int start, int end) {
    String before = text.substring(Math.max(0, start - LOOK_BACK), start);
    String after = text.substring(end, Math.min(text.length(), end + LOOK_AHEAD));
    return NAMED.matcher(before).find() || WITH_UNIT.matcher(after).find();
  }
}
