package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.table.ColumnMeaning;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The joins that are tried first, in DuckDB: by the declared keys no row is lost or doubled. */
class ITTableKeys {

  private Connection duck;
  private List<TableSchema> tables;

  @BeforeEach
  void openTables() throws IOException, SQLException {
    Path output = TinyRun.shared().finished();
    tables = TinyRun.tables(output).stream().flatMap(name -> Tables.named(name).stream()).toList();
    duck = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = duck.createStatement()) {
      for (TableSchema table : tables) {
        statement.execute(
            "CREATE VIEW %s AS SELECT * FROM '%s/tables/%s/**/*.parquet'"
                .formatted(table.name(), output, table.name()));
      }
    }
  }

  @AfterEach
  void close() throws SQLException {
    duck.close();
  }

  private long number(String query) throws SQLException {
    try (Statement statement = duck.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getLong(1);
    }
  }

  @Test
  void noTwoRowsHaveOneKey() throws SQLException {
    assertThat(tables).hasSizeGreaterThan(15);
    for (TableSchema table : tables) {
      if (!table.key().isEmpty()) {
        String key = String.join(", ", table.key());
        assertThat(
                number(
                    "SELECT count(*) FROM (SELECT DISTINCT %s FROM %s)"
                        .formatted(key, table.name())))
            .as(table.name())
            .isEqualTo(number("SELECT count(*) FROM " + table.name()));
      }
    }
  }

  /** Of a column whose values are listed, and of one that refers to another table. */
  @Test
  void valuesAndReferencesAreThoseThatAreDeclared() throws SQLException {
    for (TableSchema table : tables) {
      for (ColumnMeaning column : table.meanings()) {
        String all = String.join("', '", column.values());
        assertThat(
                column.values().isEmpty()
                    ? 0
                    : number(
                        "SELECT count(*) FROM %s WHERE %s NOT IN ('%s')"
                            .formatted(table.name(), column.name(), all)))
            .as("%s.%s", table.name(), column.name())
            .isZero();
        if (column.refers().isPresent()) {
          String[] target = column.refers().get().split("\\.", 2);
          assertThat(
                  number(
                      "SELECT count(*) FROM %s WHERE %s NOT IN (SELECT %s FROM %s)"
                          .formatted(table.name(), column.name(), target[1], target[0])))
              .as("%s.%s", table.name(), column.name())
              .isZero();
        }
      }
    }
  }

  @Test
  void everyTrainingImageHasItsLeaf() throws SQLException {
    long images = number("SELECT count(*) FROM binned WHERE split = 'train'");
    assertThat(
            number(
                "SELECT count(*) FROM binned JOIN cells USING (leaf_cell_id) WHERE split = 'train'"))
        .isEqualTo(images)
        .isEqualTo(number("SELECT sum(image_count) FROM cells"));
    assertThat(number("SELECT count(*) FROM partition JOIN cells USING (leaf_cell_id)"))
        .isEqualTo(number("SELECT count(*) FROM cells"));
  }

  @Test
  void chosenAndRejectedImagesAreThoseOfTheCatalogue() throws SQLException {
    for (String table : List.of("selection", "rejections")) {
      long rows = number("SELECT count(*) FROM " + table);
      assertThat(rows).isPositive();
      assertThat(number("SELECT count(*) FROM binned JOIN %s USING (image_id)".formatted(table)))
          .isEqualTo(rows);
      assertThat(
              number(
                  "SELECT count(*) FROM binned JOIN %s USING (image_id, cell_id, leaf_cell_id)"
                      .formatted(table)))
          .isEqualTo(rows);
      assertThat(number("SELECT count(*) FROM cells JOIN %s USING (leaf_cell_id)".formatted(table)))
          .isEqualTo(rows);
    }
  }

  @Test
  void everyAnswerHasItsCandidates() throws SQLException {
    assertThat(
            number(
                "SELECT count(*) FROM predictions JOIN candidates USING (benchmark, model, image_id)"))
        .isPositive()
        .isEqualTo(number("SELECT count(*) FROM candidates"))
        .isEqualTo(number("SELECT sum(candidates) FROM predictions"));
    assertThat(number("SELECT count(DISTINCT (run_id, run_name)) FROM metrics")).isEqualTo(1);
    assertThat(number("SELECT count(*) FROM metrics WHERE run_id = 'tiny-1' AND run_name = 'tiny'"))
        .isEqualTo(number("SELECT count(*) FROM metrics"));
  }
}
