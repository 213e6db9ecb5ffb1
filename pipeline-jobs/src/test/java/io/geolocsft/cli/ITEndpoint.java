package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that fails in every way answers for 2,000 images, of a run that is killed twice. */
class ITEndpoint {

  private static final int IMAGES = 2_000;
  private static final int CONCURRENCY = 48;

  private static final String CONFIGURATION =
      """
      run: {name: endpoint, seed: 3, id: endpoint-1}
      ingest: {images: train, table: train.csv}
      benchmarks: [{name: photos, images: photos, table: photos.csv}]
      bin: {min_images: 1}
      model: {path: none}
      infer:
        models: [endpoint]
        batch_size: 64
        endpoint: {model: any, concurrency: 48, image_side: 64}
      """;

  @TempDir private static Path folder;

  @BeforeAll
  static void prepare() throws Exception {
    Files.writeString(folder.resolve("run.yaml"), CONFIGURATION);
    NoisyImages.write(folder, "train", 40, 1);
    NoisyImages.write(folder, "photos", IMAGES, 2);
    Path prepared = folder.resolve("prepared");
    requireDone(
        call(prepared, "run", "--to", "bin", "--set", "infer.endpoint.url=http://unused").ended());
  }

  private static ForkedCall call(Path output, String command, String... options)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--conf", folder.resolve("run.yaml").toString()));
    arguments.addAll(List.of("--output", output.toString()));
    arguments.addAll(List.of(options));
    return ForkedCall.start(folder, arguments);
  }

  private static void requireDone(TinyRun.Call call) {
    assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void everyAnswerIsPaidForOnce() throws Exception {
    Path disturbed = folder.resolve("disturbed");
    Path undisturbed = folder.resolve("undisturbed");
    NoisyImages.copy(folder.resolve("prepared"), disturbed);
    NoisyImages.copy(disturbed, undisturbed);
    try (FaultyEndpoint faulty = new FaultyEndpoint(0.25)) {
      String url = "infer.endpoint.url=" + faulty.url();
      call(disturbed, "infer", "--set", url).killWhen(() -> faulty.paid() > IMAGES / 5);
      call(disturbed, "infer", "--set", url).killWhen(() -> faulty.paid() > IMAGES / 2);
      requireDone(call(disturbed, "infer", "--set", url).ended());
      assertThat(faulty.paid()).isEqualTo(IMAGES);
      assertThat(faulty.sent()).isBetween(IMAGES, IMAGES + 2 * 2 * CONCURRENCY);
    }
    try (FaultyEndpoint faultless = new FaultyEndpoint(1e-9)) {
      String url = "infer.endpoint.url=" + faultless.url();
      requireDone(call(undisturbed, "infer", "--set", url).ended());
      assertThat(faultless.sent()).isEqualTo(IMAGES);
    }
    List<String> answers = answers(disturbed);
    assertThat(answers).hasSize(IMAGES).isEqualTo(answers(undisturbed));
    assertThat(disturbed.resolve(".scratch")).doesNotExist();
  }

  private static List<String> answers(Path output) {
    return TableStore.open(SparkFixture.session(), output.toString())
        .read(Tables.CANDIDATES)
        .collectAsList()
        .stream()
        .map(Row::mkString)
        .sorted()
        .toList();
  }

  @Test
  void whatIsWrongWithTheServerIsToldAtOnce() throws Exception {
    Path output = folder.resolve("wrong");
    NoisyImages.copy(folder.resolve("prepared"), output);
    TinyRun.Call keyless =
        call(
                output,
                "infer",
                "--set",
                "infer.endpoint.url=http://127.0.0.1:9",
                "--set",
                "infer.endpoint.key_environment=NO_SUCH_KEY_HERE")
            .ended();
    assertThat(keyless.code()).as(keyless.toString()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(keyless.err()).contains("NO_SUCH_KEY_HERE is not set");
    TinyRun.Call away =
        call(
                output,
                "infer",
                "--set",
                "infer.endpoint.url=http://127.0.0.1:9",
                "--set",
                "infer.endpoint.patience_seconds=2")
            .ended();
    assertThat(away.code()).as(away.toString()).isEqualTo(ExitCode.ENVIRONMENT);
    TinyRun.Call nameless = call(output, "infer").ended();
    assertThat(nameless.code()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(nameless.err()).contains("infer.endpoint.url");
  }
}
