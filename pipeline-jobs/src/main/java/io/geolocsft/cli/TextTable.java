package io.geolocsft.cli;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Lines of aligned columns below a header. */
record TextTable(List<String> header, List<List<String>> rows) {

  String text() {
    List<String> ruler =
        IntStream.range(0, header.size()).mapToObj(i -> "-".repeat(width(i))).toList();
    return Stream.concat(Stream.of(header, ruler), rows.stream())
        .map(this::line)
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private String line(List<String> cells) {
    return IntStream.range(0, cells.size())
        .mapToObj(i -> cells.get(i) + " ".repeat(width(i) - cells.get(i).length()))
        .collect(Collectors.joining("  "))
        .stripTrailing();
  }

  private int width(int column) {
    return Stream.concat(Stream.of(header), rows.stream())
        .mapToInt(cells -> cells.get(column).length())
        .max()
        .orElse(0);
  }
}
