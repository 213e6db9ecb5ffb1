package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TestEmbeddedSpark {

  @AfterEach
  void clear() {
    System.clearProperty("spark.master");
    System.clearProperty("spark.sql.shuffle.partitions");
  }

  @Test
  void withoutSettingsItIsALocalSession() {
    SparkConf settings = EmbeddedSpark.settings("x");
    assertThat(settings.get("spark.master")).isEqualTo("local[*,4]");
    assertThat(settings.get("spark.ui.enabled")).isEqualTo("false");
    assertThat(settings.get("spark.sql.shuffle.partitions")).isEqualTo("8");
  }

  @Test
  void whatTheUserHasSetStays() {
    System.setProperty("spark.sql.shuffle.partitions", "31");
    assertThat(EmbeddedSpark.settings("x").get("spark.sql.shuffle.partitions")).isEqualTo("31");
  }

  @Test
  void aClusterKeepsItsOwnSettings() {
    System.setProperty("spark.master", "spark://host:7077");
    SparkConf settings = EmbeddedSpark.settings("x");
    assertThat(settings.get("spark.master")).isEqualTo("spark://host:7077");
    assertThat(settings.contains("spark.sql.shuffle.partitions")).isFalse();
    assertThat(settings.contains("spark.driver.host")).isFalse();
    // Without it what is kept in memory has 200 partitions, however few its rows are.
    assertThat(settings.get("spark.sql.optimizer.canChangeCachedPlanOutputPartitioning"))
        .isEqualTo("true");
  }
}
