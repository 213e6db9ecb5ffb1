package io.geolocsft.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TestTextTable {

  @Test
  void columnsAreAligned() {
    TextTable table =
        new TextTable(List.of("stage", "rows"), List.of(List.of("a", "1"), List.of("longer", "")));
    assertThat(table.text().lines())
        .containsExactly("stage   rows", "------  ----", "a       1", "longer");
  }

  /** An ideograph and an emoji take two cells of a terminal, a combining mark none. */
  @Test
  void columnsAreAlignedByWhatATerminalShows() {
    TextTable table =
        new TextTable(
            List.of("place", "n"),
            List.of(
                List.of("\u6771\u4eac", "1"),
                List.of("Co\u0302te", "2"),
                List.of("\ud83d\udcf7", "3"),
                List.of("plain", "4")));
    assertThat(table.text().lines())
        .containsExactly(
            "place  n",
            "-----  -",
            "\u6771\u4eac   1",
            "Co\u0302te   2",
            "\ud83d\udcf7     3",
            "plain  4");
  }

  @Test
  void controlCharactersAreShown() {
    TextTable table =
        new TextTable(List.of("text", "n"), List.of(List.of("a\tb\n\u001b[2J\r", "1")));
    assertThat(table.text().lines())
        .containsExactly("text             n", "---------------  -", "a\\tb\\n\\x1b[2J\\r  1");
  }

  /** Every cell is looked at so many times, however many rows there are. */
  @Test
  void theWorkGrowsWithTheRows() {
    assertThat(looks(400)).isLessThanOrEqualTo(2 * looks(200));
  }

  private static long looks(int count) {
    AtomicLong looks = new AtomicLong();
    List<List<String>> rows =
        new AbstractList<>() {
          @Override
          public List<String> get(int index) {
            looks.incrementAndGet();
            return List.of("a", "b");
          }

          @Override
          public int size() {
            return count;
          }
        };
    assertThat(new TextTable(List.of("x", "y"), rows).text().lines()).hasSize(count + 2);
    return looks.get();
  }
}
