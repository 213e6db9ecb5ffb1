package io.geolocsft.answer;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Coordinates in the links of maps and in geo URIs (RFC 5870).
 *
 * <p>The pin of a link comes before the view around it. Yandex and 2GIS write the longitude first;
 * links of other unknown order are not read.
 */
final class MapLink {

  private static final String NUMBER = "[-+]?\\d{1,9}+(?:\\.\\d{1,25}+)?+";
  private static final String LAT = "(?<lat>" + NUMBER + ")";
  private static final String LON = "(?<lon>" + NUMBER + ")";
  private static final String ENDS = "(?![\\d]|\\.\\d)";

  private static final List<Pattern> LABELLED =
      List.of(
          Pattern.compile("!3d" + LAT + "!4d" + LON + ENDS),
          Pattern.compile(
              "(?i)[?&;](?:m?lat|latitude)=" + LAT + "&(?:m?lon|lng|long|longitude)=" + LON + ENDS),
          Pattern.compile(
              "(?i)[?&;](?:m?lon|lng|long|longitude)=" + LON + "&(?:m?lat|latitude)=" + LAT + ENDS),
          Pattern.compile("(?i)^geo:(?!0,0(?:\\?|$))" + LAT + "," + LON + ENDS));
  private static final List<Pattern> LONGITUDE_FIRST =
      List.of(
          Pattern.compile("(?i)[?&](?:pt|whatshere\\[point\\]|ll|m)=" + LON + "," + LAT + ENDS),
          Pattern.compile("(?i)/geo/(?:\\d+/)?" + LON + "," + LAT + ENDS));
  private static final List<Pattern> PAIRS =
      List.of(
          Pattern.compile(
              "(?i)[?&#](?:q|query|destination|daddr|coordinate|address|pin|marker)=(?:loc:|geo:)?"
                  + LAT
                  + "[,+\\s]{1,2}?"
                  + LON
                  + ENDS),
          Pattern.compile("(?i)/(?:place|search|dir)/" + LAT + ",\\s?" + LON + ENDS));
  private static final List<Pattern> VIEWS =
      List.of(
          Pattern.compile(
              "(?i)[?&](?:sll|ll|latlng|map|cbll|viewpoint|center|near)="
                  + LAT
                  + ",\\s?"
                  + LON
                  + ENDS),
          Pattern.compile("(?i)[?&](?:cp|sp=point\\.|where1)=?" + LAT + "[~_,]" + LON + ENDS),
          Pattern.compile("@" + LAT + ",\\s?" + LON + ENDS),
          Pattern.compile("#(?:map=)?\\d{1,2}+(?:\\.\\d{1,9}+)?+/" + LAT + "/" + LON + ENDS));

  private static final Answer CUT = Answer.without(AnswerStatus.TRUNCATED);

  private MapLink() {}

  /**
   * The answer that a link gives.
   *
   * @param last whether the text ends with the link, and may have been cut there
   */
  static Optional<Answer> read(String link, boolean last) {
    return read(decoded(link)).map(found -> last && found.isCut() ? CUT : found.answer());
  }

  private static Optional<Found> read(String plain) {
    String host = plain.toLowerCase(Locale.ROOT);
    if (host.contains("yandex.") || host.contains("2gis.")) {
      return first(LONGITUDE_FIRST, plain, AnswerStatus.LABELLED);
    }
    if (host.contains("amap.com") || host.contains("baidu.com") || host.contains("mapbox.com")) {
      return Optional.empty();
    }
    return first(LABELLED, plain, AnswerStatus.LABELLED)
        .or(() -> first(PAIRS, plain, AnswerStatus.PAIR))
        .or(() -> first(VIEWS, plain, AnswerStatus.LABELLED));
  }

  /**
   * What a pattern found.
   *
   * @param rest characters behind it
   * @param decimals of the first number and of the second
   */
  private record Found(Answer answer, int rest, int decimals, int lastDecimals) {

    static Found of(Matcher found, int length, AnswerStatus status) {
      boolean latitudeFirst = found.start("lat") < found.start("lon");
      String first = found.group(latitudeFirst ? "lat" : "lon");
      String last = found.group(latitudeFirst ? "lon" : "lat");
      Answer answer =
          Answer.at(
              status,
              Double.parseDouble(found.group("lat")),
              Double.parseDouble(found.group("lon")));
      return new Found(answer, length - found.end(), decimals(first), decimals(last));
    }

    private static int decimals(String number) {
      int point = number.indexOf('.');
      return point < 0 ? 0 : number.length() - point - 1;
    }

    boolean isCut() {
      return rest == 0 && Cut.isShort(decimals, lastDecimals);
    }
  }

  private static Optional<Found> first(List<Pattern> patterns, String link, AnswerStatus status) {
    return patterns.stream()
        .map(pattern -> pattern.matcher(link))
        .filter(Matcher::find)
        .findFirst()
        .map(found -> Found.of(found, link.length(), status));
  }

  private static String decoded(String link) {
    try {
      return URLDecoder.decode(link.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return link;
    }
  }
}
