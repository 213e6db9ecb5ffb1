package io.geolocsft.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.failure.ConfigException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestLocations {

  @ParameterizedTest
  @ValueSource(strings = {"", "file://out/run"})
  void whatIsNoLocationIsNamed(String given) {
    assertThatThrownBy(() -> Locations.given(given))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("'%s' is not a path or URI: ", given);
  }

  @ParameterizedTest
  @CsvSource({
    "file:///a b/100% #1, /a b/100% #1",
    "file:/a, /a",
    "a: b, ./a: b",
    "s3a://bucket/a b, /a b"
  })
  void aLocationMeansItself(String given, String path) {
    assertThat(Locations.given(given).toUri().getPath()).isEqualTo(path);
  }
}
