package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TestTextTable {

  @Test
  void columnsAreAligned() {
    TextTable table =
        new TextTable(List.of("stage", "rows"), List.of(List.of("a", "1"), List.of("longer", "")));
    assertThat(table.text().lines())
        .containsExactly("stage   rows", "------  ----", "a       1", "longer");
  }
}
