package io.geolocsft.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TestEmbeddedSpark {

  @AfterEach
  void clear() {
    System.clearProperty("spark.master");
    System.clearProperty("spark.sql.shuffle.partitions");
    System.clearProperty("spark.executorEnv.OMP_WAIT_POLICY");
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
  void threadsOfExecutorsSleepWhileTheyWait() {
    // The tests' own environment has it from the build, which says PASSIVE unless its user did not.
    String own = System.getenv().getOrDefault("OMP_WAIT_POLICY", "PASSIVE");
    assertThat(EmbeddedSpark.settings("x").get("spark.executorEnv.OMP_WAIT_POLICY")).isEqualTo(own);
    System.setProperty("spark.executorEnv.OMP_WAIT_POLICY", "ACTIVE");
    assertThat(EmbeddedSpark.settings("x").get("spark.executorEnv.OMP_WAIT_POLICY"))
        .isEqualTo("ACTIVE");
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
