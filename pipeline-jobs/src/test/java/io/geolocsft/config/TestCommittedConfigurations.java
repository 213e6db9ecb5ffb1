package io.geolocsft.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.InLocale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loads every file in {@code conf/}. */
class TestCommittedConfigurations {

  private static final Path CONF = Path.of("../conf");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void theFileLoads(Path file) {
    PipelineConfig config = ConfigReader.read(file, List.of(), Map.of());
    assertThat(file.getFileName().toString()).isEqualTo(config.run().name() + ".yaml");
  }

  @ParameterizedTest
  @MethodSource("io.geolocsft.InLocale#others")
  void theyReadAndHashTheSameInEveryLocale(Locale locale) throws Exception {
    for (Path file : files()) {
      Callable<PipelineConfig> read =
          () -> ConfigReader.read(file, List.of("sft.learning_rate=1.5e-5"), Map.of());
      PipelineConfig config = InLocale.call(locale, read);
      assertThat(config).isEqualTo(InLocale.call(Locale.ROOT, read));
      for (Function<Object, String> text :
          List.<Function<Object, String>>of(Settings::yaml, Settings::hash)) {
        assertThat(InLocale.call(locale, () -> text.apply(config)))
            .isEqualTo(InLocale.call(Locale.ROOT, () -> text.apply(config)));
      }
    }
  }

  @Test
  void theTwoFilesOfTheReadmeAreThere() throws IOException {
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .contains("quickstart.yaml", "geolocsft-12b.yaml");
  }

  @Test
  void the12bFileIsThePapersRecipe() {
    PipelineConfig config =
        ConfigReader.read(CONF.resolve("geolocsft-12b.yaml"), List.of(), Map.of());
    SftSettings sft = config.sft();
    assertThat(config.select().count()).isEqualTo(2700);
    assertThat(config.examples().maxTokens()).isEqualTo(10_000);
    assertThat(config.model().dtype()).isEqualTo("bfloat16");
    assertThat(sft.rank()).isEqualTo(16);
    assertThat(sft.alpha()).isEqualTo(32);
    assertThat(sft.learningRate()).isEqualTo(2e-5);
    assertThat(sft.schedule()).isEqualTo("cosine");
    assertThat(sft.warmupSteps()).isEqualTo(20);
    assertThat(sft.epochs()).isEqualTo(3);
    assertThat(sft.ranks() * sft.microBatchSize()).isEqualTo(sft.batchSize()).isEqualTo(16);
  }
}
