package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Captions from a server that fails, asked for by processes that are killed. {@code -Dcaptions}
 * says how many, of which the recipe has 2,700, and {@code -Dkills} how often.
 */
class ITCaptions {

  private static final int IMAGES = Integer.getInteger("captions", 100);
  private static final int KILLS = Integer.getInteger("kills", 1);
  private static final String KEY = "sk-of-the-caption-test-8151623";

  private static final String CONFIGURATION =
      """
      run: {name: captions, seed: 3, id: captions-1}
      ingest: {images: train, table: train.csv}
      bin: {min_images: 1}
      select: {count: %d, rules: {min_side: 8, min_blur: 0, min_contrast: 0, min_entropy: 0, max_brightness: 255, near_duplicate_bits: 0}}
      caption:
        source: endpoint
        attempts: 2
        max_error_share: 0.3
        endpoint: {model: any, concurrency: 16, image_side: 64}
      examples: {target: json}
      model: {path: '%s'}
      """;

  @TempDir private static Path folder;

  private final Path output = folder.resolve("out");

  @BeforeAll
  static void prepare() throws IOException {
    Path model = Path.of("..", "run", "data", "gemma3-small").toAbsolutePath();
    Files.writeString(
        folder.resolve("run.yaml"), String.format(Locale.ROOT, CONFIGURATION, IMAGES, model));
    NoisyImages.write(folder, "train", IMAGES, 1);
  }

  private ForkedCall call(String keySetting, String... options) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("run", "--to", "examples", "--conf", folder.resolve("run.yaml").toString()));
    arguments.addAll(List.of("--output", output.toString(), "--set", keySetting));
    arguments.addAll(List.of(options));
    return ForkedCall.start(folder, Map.of("CAPTION_KEY", KEY), arguments);
  }

  @Test
  void everyAnswerIsPaidForOnceAndTheKeyIsNowhere() throws Exception {
    Path keyFile = Files.writeString(Files.createTempFile("caption", ".key"), KEY + "\n");
    String byFile = "caption.endpoint.key_file=" + keyFile;
    String byVariable = "caption.endpoint.key_environment=CAPTION_KEY";
    try (FaultyEndpoint server = new FaultyEndpoint(0.25, GeoCaptions::mixed)) {
      String url = "caption.endpoint.url=" + server.url();
      for (int kill = 1; kill <= KILLS; kill++) {
        int paid = kill * IMAGES / (KILLS + 1);
        call(kill % 2 == 1 ? byFile : byVariable, "--set", url)
            .killWhen(() -> server.paid() > paid);
      }
      TinyRun.Call last = call(byVariable, "--set", url).ended();
      assertThat(last.code()).as(last.toString()).isEqualTo(ExitCode.DONE);
      assertThat(server.authorizations()).containsExactly("Bearer " + KEY);

      List<Row> ledger = rows(Tables.CAPTION_LEDGER);
      assertThat(server.paid()).isEqualTo(ledger.size());
      long accepted = ledger.stream().filter(row -> row.getAs("ruling").equals("accepted")).count();
      assertThat(accepted).isBetween(IMAGES * 7 / 10L, IMAGES - 1L);
      assertThat(rows(Tables.CAPTIONS)).hasSize((int) accepted);
      assertThat(rows(Tables.EXAMPLES)).hasSize((int) accepted);
      assertThat(rows(Tables.errorsOf("caption"))).hasSize((int) (IMAGES - accepted));

      TinyRun.Call again = call(byFile, "--set", url).ended();
      assertThat(again.err()).contains("caption: skipped");
      assertThat(server.paid()).isEqualTo(ledger.size());
    } finally {
      Files.delete(keyFile);
    }
    assertThat(filesWithTheKey()).isEmpty();
  }

  private List<Row> rows(TableSchema table) {
    return TableStore.open(SparkFixture.session(), output.toString()).read(table).collectAsList();
  }

  /** In tables, answers, logs and what Spark left of killed processes. */
  private static List<Path> filesWithTheKey() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).filter(ITCaptions::holdsTheKey).toList();
    }
  }

  private static boolean holdsTheKey(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(KEY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
