package io.geolocsft.answer;

import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A text of {@code answers.tsv} and what must be read.
 *
 * @param status the expected one
 * @param point latitude and longitude; empty where there is no point
 * @param kind what the case shows
 */
record AnswerCase(String text, AnswerStatus status, List<Double> point, String kind) {

  private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9A-F]{4})");

  static List<AnswerCase> all() {
    try {
      return Resources.readLines(
              Resources.getResource(AnswerCase.class, "answers.tsv"), StandardCharsets.UTF_8)
          .stream()
          .filter(line -> line.contains("\t"))
          .map(AnswerCase::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static AnswerCase of(String line) {
    List<String> columns = Splitter.on('\t').splitToList(line);
    List<Double> point =
        columns.subList(2, 4).stream()
            .filter(number -> !number.isEmpty())
            .map(Double::valueOf)
            .toList();
    return new AnswerCase(
        unescaped(columns.get(0)), AnswerStatus.valueOf(columns.get(1)), point, columns.get(4));
  }

  private static String unescaped(String text) {
    return ESCAPE
        .matcher(text.replace('⏎', '\n').replace('␉', '\t'))
        .replaceAll(escape -> Character.toString(Integer.parseInt(escape.group(1), 16)));
  }

  @Override
  public String toString() {
    return text;
  }
}
