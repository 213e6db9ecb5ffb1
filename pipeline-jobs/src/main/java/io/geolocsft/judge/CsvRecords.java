package io.geolocsft.judge;

import com.google.common.collect.AbstractIterator;
import com.google.common.io.CharSource;
import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;
import io.geolocsft.failure.DataException;
import io.geolocsft.stage.ingest.listing.TextFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The records of a CSV file as rows: the line in which each begins, what is wrong with it, and the
 * fields that are asked for.
 */
final class CsvRecords extends AbstractIterator<Row> {

  /** A quote that nobody closes would take the rest of the file. */
  private static final int MOST_CHARACTERS = 1 << 22;

  /** Read after the file: it is a record of its own unless a quote was not closed. */
  private static final String END = "\uE000end";

  /** As many as Spark splits a row into. */
  private static final int MOST_COLUMNS = 20_480;

  /**
   * How the file is written.
   *
   * @param headerLines lines down to and with the header
   * @param width how many columns it has
   * @param positions of the fields that are asked for
   */
  record Layout(int headerLines, char separator, int width, int[] positions)
      implements Serializable {}

  private final String location;
  private final Layout layout;
  private final CsvParser parser;
  private final BufferedReader reader;
  private boolean isOpen;

  CsvRecords(String location, BufferedReader reader, Layout layout) {
    this.location = location;
    this.reader = reader;
    this.layout = layout;
    parser = new CsvParser(settings(layout));
  }

  private static CsvParserSettings settings(Layout layout) {
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setDelimiter(layout.separator());
    settings.getFormat().setQuoteEscape('"');
    settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.STOP_AT_DELIMITER);
    settings.setCommentProcessingEnabled(false);
    settings.setLineSeparatorDetectionEnabled(true);
    settings.setReadInputOnSeparateThread(false);
    settings.setSkipEmptyLines(false); // or lines would be counted wrongly
    settings.setMaxColumns(MOST_COLUMNS);
    settings.setMaxCharsPerColumn(MOST_CHARACTERS);
    return settings;
  }

  @Override
  protected Row computeNext() {
    try {
      if (!isOpen) {
        open();
      }
      while (true) {
        long line = layout.headerLines() + parser.getContext().currentLine() + 1;
        String[] fields = parser.parseNext();
        if (isEnd(line, fields)) {
          return endOfData();
        }
        if (!isBlank(fields)) {
          return row(line, fields);
        }
      }
    } catch (TextParsingException e) {
      if (e.getCause() instanceof IOException damage) {
        throw TextFile.damaged(location, damage);
      }
      throw unclosed(layout.headerLines() + e.getLineIndex() + 1, e);
    } catch (IOException e) {
      throw TextFile.damaged(location, e);
    }
  }

  private void open() throws IOException {
    for (int i = 0; i < layout.headerLines(); i++) {
      reader.readLine();
    }
    CharSource file =
        new CharSource() {
          @Override
          public Reader openStream() {
            return reader;
          }
        };
    parser.beginParsing(CharSource.concat(file, CharSource.wrap("\n" + END)).openStream());
    isOpen = true;
  }

  private boolean isEnd(long line, String[] fields) {
    String last = fields == null ? END : fields[fields.length - 1];
    if (last == null || !last.endsWith(END)) {
      return false;
    }
    if (!last.equals(END)) {
      throw unclosed(line, null);
    }
    return true;
  }

  private DataException unclosed(long line, Exception cause) {
    return new DataException(
        String.format(
            Locale.ROOT,
            "%s line %d: a quoted text without an end, or one of more than %d characters: correct"
                + " it, or write the file as JSON Lines",
            location,
            line,
            MOST_CHARACTERS),
        cause);
  }

  private static boolean isBlank(String[] fields) {
    return fields.length == 0 || fields.length == 1 && fields[0] == null;
  }

  private Row row(long line, String[] fields) {
    Object[] values = new Object[2 + layout.positions().length];
    values[0] = line;
    if (fields.length != layout.width() && !isBlankBeyond(fields)) {
      values[1] =
          String.format(
              Locale.ROOT,
              "%d fields where the header has %d (a decimal comma?)",
              fields.length,
              layout.width());
      return RowFactory.create(values);
    }
    for (int i = 0; i < layout.positions().length; i++) {
      values[2 + i] = fields[layout.positions()[i]];
    }
    return RowFactory.create(values);
  }

  /** Separators at the end of a line, as spreadsheets leave them. */
  private boolean isBlankBeyond(String[] fields) {
    if (fields.length < layout.width()) {
      return false;
    }
    for (int i = layout.width(); i < fields.length; i++) {
      if (fields[i] != null) {
        return false;
      }
    }
    return true;
  }
}
