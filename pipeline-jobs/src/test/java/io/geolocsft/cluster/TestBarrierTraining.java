package io.geolocsft.cluster;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.config.ConfigFixture;
import io.geolocsft.failure.ConfigException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestBarrierTraining {

  private static final String CLUSTER = "spark://host:7077";

  @ParameterizedTest
  @CsvSource({
    "local[4], 2, spark.x=1, sft.ranks is 2",
    CLUSTER + ", 2, spark.dynamicAllocation.enabled=true, spark.dynamicAllocation.enabled",
    CLUSTER + ", 1, spark.dynamicAllocation.enabled=true, spark.dynamicAllocation.enabled",
    CLUSTER + ", 2, spark.network.crypto.enabled=true, sft.unencrypted_ring",
    CLUSTER + ", 2, spark.ssl.enabled=true, sft.unencrypted_ring",
    CLUSTER + ", 2, spark.ssl.rpc.enabled=true, sft.unencrypted_ring",
  })
  void refusesWhatRanksCannotRunBeside(String master, int ranks, String setting, String words) {
    assertThatThrownBy(() -> check(master, ranks, setting))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({
    "local[4], 1, spark.dynamicAllocation.enabled=true",
    CLUSTER + ", 8, spark.dynamicAllocation.enabled=false",
    CLUSTER + ", 1, spark.network.crypto.enabled=true",
  })
  void takesTheRest(String master, int ranks, String setting) {
    assertThatNoException().isThrownBy(() -> check(master, ranks, setting));
  }

  private static void check(String master, int ranks, String setting) {
    String[] pair = setting.split("=");
    SparkConf conf = new SparkConf(false).set("spark.master", master).set(pair[0], pair[1]);
    BarrierTraining.check(conf, ConfigFixture.with("sft.ranks=" + ranks).sft());
  }
}
