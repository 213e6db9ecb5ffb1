package io.geolocsft.image.naming;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestIdRule {

  @ParameterizedTest
  @CsvSource({
    "EXACT, a/b.jpg, a/b.jpg",
    "EXACT, photos:a/b.jpg, photos:a/b.jpg",
    "WITHOUT_EXTENSION, a/b.JPEG, a/b",
    "WITHOUT_EXTENSION, a/b.c.jpg, a/b.c",
    "WITHOUT_EXTENSION, 12345.678, 12345.678",
    "WITHOUT_EXTENSION, photos:./a/b.jpg, a/b",
    "WITHOUT_FOLDERS, a\\b.jpg, b.jpg",
    "WITHOUT_FOLDERS, https://host/a/b.jpg, b.jpg",
    "WITHOUT_BOTH, /data/a/b.png, b",
    "FLAT, 45/77/3228511372.jpg, 45_77_3228511372.jpg",
    "FLAT_WITHOUT_EXTENSION, 45/77/3228511372.jpg, 45_77_3228511372",
  })
  void names(IdRule rule, String id, String key) {
    assertThat(rule.key(id)).isEqualTo(key);
  }
}
