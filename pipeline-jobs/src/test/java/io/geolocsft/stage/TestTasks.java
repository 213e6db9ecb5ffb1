package io.geolocsft.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.ConfigFixture;
import io.geolocsft.stage.bin.Bin;
import io.geolocsft.stage.select.Select;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Few rows make few tasks, also with the 200 partitions of a cluster's shuffles. */
class TestTasks {

  private final SparkSession spark = SparkFixture.session();

  @TempDir Path folder;

  @Test
  void aSmallCatalogueTakesFewTasks() throws Exception {
    TableStore tables = TableStore.open(spark, folder.toString());
    tables.publish(
        Tables.CATALOGUE,
        spark.createDataFrame(CatalogueFixture.skewed(3, 1_660), Tables.CATALOGUE.struct()));
    tables.publish(
        Tables.errorsOf("ingest"), spark.createDataFrame(List.<Row>of(), Tables.ERRORS.struct()));
    StageContext context =
        StageContext.quiet(
            spark,
            ConfigFixture.with(
                "bin.min_images=2",
                "bin.max_images=60",
                "bin.level=6",
                "select.count=300",
                "select.rules.max_per_author=40",
                "select.rules.max_per_sequence=40",
                "select.rules.max_at_one_point=40",
                "select.rules.min_sequence_meters=10"),
            tables);
    spark.conf().set("spark.sql.shuffle.partitions", "200");
    try (TaskCounts counts = new TaskCounts(spark)) {
      new Bin().run(context);
      long bin = counts.tasks();
      new Select().run(context);
      long select = counts.tasks() - bin;
      assertThat(bin).isLessThan(40);
      assertThat(select).isLessThan(400);
    } finally {
      spark.conf().set("spark.sql.shuffle.partitions", "3");
    }
  }
}
