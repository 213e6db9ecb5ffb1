package io.geolocsft.published;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.Resources;
import io.geolocsft.evaluate.Convention;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** All {@link PublishedResult}s that this program knows of. */
public final class PublishedResults {

  private static final String FILE = "published_results.csv";

  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setCommentMarker('#').setHeader().setSkipHeaderRecord(true).get();

  private static final List<PublishedResult> ALL = read();

  private PublishedResults() {}

  /** Of one benchmark, in whatever case its name is written. */
  public static List<PublishedResult> of(String benchmark) {
    String name = benchmark.toLowerCase(Locale.ROOT);
    return ALL.stream().filter(result -> result.benchmark().equals(name)).toList();
  }

  /** The benchmarks of which there are any, alphabetically. */
  public static List<String> benchmarks() {
    return ALL.stream().map(PublishedResult::benchmark).distinct().sorted().toList();
  }

  private static List<PublishedResult> read() {
    try (Reader text =
        new StringReader(
            Resources.toString(Resources.getResource(PublishedResults.class, FILE), UTF_8))) {
      return FORMAT.parse(text).stream().map(PublishedResults::result).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + FILE, e);
    }
  }

  private static PublishedResult result(CSVRecord row) {
    SortedMap<Double, Double> accuracy = new TreeMap<>();
    for (double km : Convention.USUAL_THRESHOLDS_KM) {
      BigDecimal percent = new BigDecimal(row.get(Long.toString((long) km)));
      accuracy.put(km, percent.movePointLeft(2).doubleValue());
    }
    return new PublishedResult(
        row.get("method"),
        known(row, "paper"),
        row.get("benchmark"),
        known(row, "images")
            .map(Long::parseLong)
            .map(OptionalLong::of)
            .orElse(OptionalLong.empty()),
        known(row, "convention"),
        accuracy);
  }

  private static Optional<String> known(CSVRecord row, String column) {
    return Optional.of(row.get(column)).filter(text -> !text.isEmpty());
  }
}
