package io.geolocsft.cli.console;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jline.utils.WCWidth;

/**
 * Lines of aligned columns below a header. Widths are those of a terminal, where an ideograph takes
 * two cells and a combining mark none. Control characters are shown, not sent.
 */
public record TextTable(List<String> header, List<List<String>> rows) {

  public TextTable {
    header = shown(header);
    rows = rows.stream().map(TextTable::shown).toList();
  }

  public String text() {
    int[] widths = widths();
    List<String> ruler = IntStream.of(widths).mapToObj("-"::repeat).toList();
    return Stream.concat(Stream.of(header, ruler), rows.stream())
        .map(cells -> line(cells, widths))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private int[] widths() {
    int[] widths = new int[header.size()];
    Stream.concat(Stream.of(header), rows.stream())
        .forEach(
            cells -> {
              for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(cells.get(i)));
              }
            });
    return widths;
  }

  private static String line(List<String> cells, int[] widths) {
    return IntStream.range(0, cells.size())
        .mapToObj(i -> cells.get(i) + " ".repeat(widths[i] - width(cells.get(i))))
        .collect(Collectors.joining("  "))
        .stripTrailing();
  }

  /** Cells of a terminal. */
  private static int width(String text) {
    return text.codePoints().map(WCWidth::wcwidth).filter(cells -> cells > 0).sum();
  }

  private static List<String> shown(List<String> cells) {
    return cells.stream().map(TextTable::shown).toList();
  }

  private static String shown(String text) {
    return text.chars().noneMatch(Character::isISOControl)
        ? text
        : text.codePoints().mapToObj(TextTable::shown).collect(Collectors.joining());
  }

  private static String shown(int codePoint) {
    return switch (codePoint) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default ->
          Character.isISOControl(codePoint)
              ? String.format(Locale.ROOT, "\\x%02x", codePoint)
              : Character.toString(codePoint);
    };
  }
}
