package io.geolocsft.cli.show;

import io.geolocsft.table.ColumnMeaning;
import io.geolocsft.table.TableSchema;
import java.util.List;
import org.apache.spark.sql.types.StructField;

/** What tables and their columns mean, in Markdown. */
final class DictionaryPage {

  private final List<TableSchema> tables;

  DictionaryPage(List<TableSchema> tables) {
    this.tables = List.copyOf(tables);
  }

  String markdown() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Tables

        Each is a folder of Parquet files below `tables/` of the output folder. Latitudes and longitudes are degrees on WGS 84, times UTC. Columns are only ever added.
        """);
    tables.forEach(table -> describe(page, table));
    return page.toString();
  }

  private static void describe(StringBuilder page, TableSchema table) {
    page.append("\n## ").append(table.name()).append("\n\n").append(table.about()).append(".");
    if (!table.key().isEmpty()) {
      page.append(" Key: `").append(String.join("`, `", table.key())).append("`.");
    }
    page.append("\n\n| column | type | what it means |\n|---|---|---|\n");
    StructField[] fields = table.struct().fields();
    for (int i = 0; i < fields.length; i++) {
      ColumnMeaning meaning = table.meanings().get(i);
      page.append("| `").append(meaning.name()).append("` | ");
      page.append(fields[i].dataType().catalogString().replace(",", ", ")).append(" | ");
      page.append(meaning.comment().replace("|", "\\|"));
      meaning.refers().ifPresent(target -> page.append(". In `").append(target).append('`'));
      page.append(" |\n");
    }
  }
}
