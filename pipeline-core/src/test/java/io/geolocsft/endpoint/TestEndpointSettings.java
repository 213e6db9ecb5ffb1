package io.geolocsft.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestEndpointSettings {

  private static final String SECRET = "sk-secret-4711";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "http://gpu:8000, http://gpu:8000/v1",
    "http://gpu:8000/, http://gpu:8000/v1",
    "http://gpu:8000/v1, http://gpu:8000/v1",
    "http://gpu:8000/v1//, http://gpu:8000/v1",
    "' HTTPS://api.example.com/openai/v1/ ', https://api.example.com/openai/v1",
    "http://[::1]:8000/v1/chat/completions, http://[::1]:8000/v1",
  })
  void addressesAsPeopleWriteThem(String written, String meant) {
    EndpointSettings settings = EndpointSettings.of(written, "m");
    assertThat(settings.url()).isEqualTo(meant);
    assertThat(EndpointSettings.of(settings.url(), "m")).isEqualTo(settings);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://user:sk-secret-4711@host/v1",
        "https://sk-secret-4711@host/v1",
        "https://host/v1?api-key=sk-secret-4711",
        "https://host/v1#sk-secret-4711",
        "https://host name/sk-secret-4711",
        "sk-secret-4711",
        "ftp://host/sk-secret-4711",
        "http:///sk-secret-4711",
      })
  void whatMayHoldASecretIsRefusedAndNotRepeated(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EndpointSettings.of(url, "m"))
        .withMessageContaining("url")
        .withNoCause()
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
  }

  @Test
  void valuesOutOfTheirRangesAreNamed() {
    EndpointSettings good = EndpointSettings.of("http://h", "m");
    assertThatThrownBy(() -> EndpointSettings.of("http://h", " ")).hasMessageContaining("model");
    assertThatThrownBy(() -> good.withPace(0, 0)).hasMessageContaining("concurrency");
    assertThatThrownBy(() -> good.withPace(1, -1)).hasMessageContaining("requests_per_minute");
    assertThatThrownBy(() -> good.withLimits(Duration.ZERO, Duration.ofSeconds(1)))
        .hasMessageContaining("timeout");
    assertThatThrownBy(() -> good.withLimits(Duration.ofSeconds(1), Duration.ofDays(2)))
        .hasMessageContaining("patience");
    assertThatThrownBy(() -> ImageForm.within(0, 90)).hasMessageContaining("image_side");
    assertThatThrownBy(() -> ImageForm.within(10, 101)).hasMessageContaining("jpeg_quality");
  }

  @Test
  void theyTravelWithoutTheKey() throws Exception {
    Path file = Files.writeString(folder.resolve("key"), SECRET + "\n");
    EndpointSettings settings =
        EndpointSettings.of("http://h", "m").withKey(KeySource.file(file.toString()));
    assertThat(settings.key().read()).isEqualTo(SECRET);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(settings);
    }
    assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
    assertThat(settings.toString()).doesNotContain(SECRET);
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(settings);
    }
  }

  @Test
  void theKeyOfAVariable() throws Exception {
    KeySource source = KeySource.environment("MY_KEY");
    assertThat(source.read(name -> name.equals("MY_KEY") ? " " + SECRET + "\n" : null))
        .isEqualTo(SECRET);
    assertThatThrownBy(() -> source.read(name -> null))
        .isInstanceOf(UnusableEndpointException.class)
        .hasMessageContaining("MY_KEY is not set")
        .hasMessageContaining("spark.executorEnv.MY_KEY");
    assertThat(KeySource.NONE.read(name -> SECRET)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "sk-secret-4711 x", "sk-secret-4711\u0001", "sk-sécret-4711"})
  void aKeyThatIsNone(String content) {
    assertThatThrownBy(() -> KeySource.environment("K").read(name -> content))
        .isInstanceOf(UnusableEndpointException.class)
        .hasMessageContaining("variable K")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("4711"));
  }

  @Test
  void theFirstLineOfAFileCounts() throws Exception {
    Path file = Files.writeString(folder.resolve("key"), "  " + SECRET + " \r\nsomething else\n");
    assertThat(KeySource.file(file.toString()).read()).isEqualTo(SECRET);
    Files.writeString(file, "\n" + SECRET);
    assertThatThrownBy(() -> KeySource.file(file.toString()).read())
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> KeySource.file(folder + "/none").read())
        .isInstanceOf(UnusableEndpointException.class)
        .hasMessageContaining("key_file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-secret-4711", "sk_secret_4711", "A B", "1A"})
  void aKeyInThePlaceOfAName(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeySource.environment(name))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(name));
  }

  @Test
  void onePlaceForAKey() {
    assertThatIllegalArgumentException().isThrownBy(() -> new KeySource("A", "b"));
  }
}
