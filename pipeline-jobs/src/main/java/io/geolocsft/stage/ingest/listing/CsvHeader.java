package io.geolocsft.stage.ingest.listing;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;
import io.geolocsft.failure.DataException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The line of a CSV file that names its columns. Comments may stand above it, and Excel's {@code
 * sep=;}.
 *
 * @param lines how many lines there are down to and with it
 * @param separator by which the columns that are asked for are found in it
 * @param names of the columns, in their order
 */
public record CsvHeader(int lines, char separator, List<String> names) {

  private static final Pattern STATED =
      Pattern.compile("\"?sep=(.)\"?[,;\t ]*", Pattern.CASE_INSENSITIVE);
  private static final List<Character> SEPARATORS = List.of(',', ';', '\t', '|');
  private static final String COMMENT = "#";

  /** As many as Spark splits a row into. */
  private static final int MOST_COLUMNS = 20_480;

  /**
   * Looks for some columns.
   *
   * @param head the file's first lines
   * @param suits whether all columns that must be there are among some names
   * @throws DataException if there is no header
   */
  public static CsvHeader find(
      TableLocation table, List<String> head, Predicate<List<String>> suits) {
    Optional<Character> stated = head.stream().findFirst().flatMap(CsvHeader::stated);
    List<Character> separators = stated.map(List::of).orElse(SEPARATORS);
    for (int i = stated.isPresent() ? 1 : 0; i < head.size(); i++) {
      String line = unmarked(head.get(i));
      if (line.startsWith(COMMENT)) {
        Optional<CsvHeader> commented = commented(suits, i + 1, line, separators);
        if (commented.isPresent()) {
          return commented.get();
        }
      } else if (!line.isBlank()) {
        return best(suits, of(i + 1, line, separators));
      }
    }
    throw new DataException(
        "%s has no header in its first line; write one, or set %s to another file"
            .formatted(table.location(), table.setting()));
  }

  private static Optional<Character> stated(String line) {
    Matcher stated = STATED.matcher(unmarked(line));
    return stated.matches() ? Optional.of(stated.group(1).charAt(0)) : Optional.empty();
  }

  private static String unmarked(String line) {
    return line.replace(NumberedLines.BYTE_ORDER_MARK, "");
  }

  /** A header may look like a comment, with or without the sign being of its first name. */
  private static Optional<CsvHeader> commented(
      Predicate<List<String>> suits, int lines, String line, List<Character> separators) {
    return Stream.of(line, line.substring(COMMENT.length()))
        .flatMap(one -> of(lines, one, separators).stream())
        .filter(header -> suits.test(header.names))
        .findFirst();
  }

  private static List<CsvHeader> of(int lines, String line, List<Character> separators) {
    return separators.stream()
        .map(separator -> new CsvHeader(lines, separator, split(line, separator)))
        .toList();
  }

  /** The first by which all columns are found, else the one that finds the most. */
  private static CsvHeader best(Predicate<List<String>> suits, List<CsvHeader> headers) {
    return headers.stream()
        .filter(header -> suits.test(header.names))
        .findFirst()
        .or(() -> headers.stream().max(Comparator.comparing(header -> header.names.size())))
        .orElseThrow();
  }

  /** As Spark splits the rows, but that no name is changed where two are alike. */
  private static List<String> split(String line, char separator) {
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setDelimiter(separator);
    settings.getFormat().setQuoteEscape('"');
    settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.STOP_AT_DELIMITER);
    settings.setCommentProcessingEnabled(false);
    settings.setMaxColumns(MOST_COLUMNS);
    settings.setMaxCharsPerColumn(-1);
    settings.setNullValue("");
    settings.setEmptyValue("");
    try {
      String[] names = new CsvParser(settings).parseLine(line);
      return names == null ? List.of() : Stream.of(names).map(String::strip).toList();
    } catch (TextParsingException e) {
      return List.of();
    }
  }

  /** For messages: empty of the usual one. */
  public String form() {
    return separator == ','
        ? ""
        : " (separated by %s)".formatted(separator == '\t' ? "tabs" : "'" + separator + "'");
  }
}
