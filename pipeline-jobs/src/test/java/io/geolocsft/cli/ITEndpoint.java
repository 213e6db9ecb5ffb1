package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
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
    images("train", 40, 1);
    images("photos", IMAGES, 2);
    Path prepared = folder.resolve("prepared");
    requireDone(
        call(prepared, "run", "--to", "bin", "--set", "infer.endpoint.url=http://unused").ended());
  }

  private static void images(String name, int count, long seed) throws IOException {
    Random random = new Random(seed);
    Files.createDirectories(folder.resolve(name));
    List<String> lines = new ArrayList<>(List.of("image,latitude,longitude"));
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < 256; pixel++) {
        image.setRGB(pixel % 16, pixel / 16, random.nextInt(1 << 24));
      }
      ImageIO.write(image, "png", folder.resolve(name).resolve(i + ".png").toFile());
      lines.add(
          String.format(
              Locale.ROOT,
              "%d.png,%.4f,%.4f",
              i,
              random.nextDouble(45, 50),
              random.nextDouble(5, 20)));
    }
    Files.write(folder.resolve(name + ".csv"), lines);
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
    copy(folder.resolve("prepared"), disturbed);
    copy(disturbed, undisturbed);
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

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void whatIsWrongWithTheServerIsToldAtOnce() throws Exception {
    Path output = folder.resolve("wrong");
    copy(folder.resolve("prepared"), output);
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
