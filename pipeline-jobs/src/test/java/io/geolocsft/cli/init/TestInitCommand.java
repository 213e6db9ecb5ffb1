package io.geolocsft.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import io.geolocsft.cli.GeoLocSft;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestInitCommand {

  private static final int ROWS = 900;

  @TempDir private Path folder;
  private Path images;
  private Path file;
  private final StringWriter out = new StringWriter();

  @BeforeEach
  void prepare() throws IOException {
    SparkFixture.session();
    images = Files.createDirectories(folder.resolve("My data: #1/images"));
    file = folder.resolve("first.yaml");
  }

  private int init(String... options) {
    List<String> arguments = new ArrayList<>(List.of("init", images.toString()));
    arguments.addAll(List.of("--to", file.toString()));
    arguments.addAll(List.of(options));
    Console console = new Console(new PrintWriter(out), new PrintWriter(out), false);
    return GeoLocSft.commandLine(StageList.standard(), console)
        .execute(arguments.toArray(String[]::new));
  }

  private PipelineConfig written() {
    assertThat(file).as(out.toString()).exists();
    return ConfigReader.read(file, List.of(), Map.of());
  }

  private Path table(String name, String separator) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(String.join(separator, "Image ID", "GPS_Lat", "LNG", "Lat", "user", "seq"));
    for (int i = 0; i < ROWS; i++) {
      lines.add(
          String.format(
              Locale.ROOT,
              String.join(separator, "%d", "x", "%.3f", "%s", "u%d", "s%d"),
              i,
              i % 30 / 10.0,
              i == 7 ? "none" : String.valueOf(40 + i / 300.0),
              i % 9,
              i / 2));
    }
    return Files.write(images.resolveSibling(name), lines);
  }

  @Test
  void theTableBesideTheImagesIsFound() throws IOException {
    Files.writeString(images.resolveSibling("a notes.csv"), "something,else\n1,2\n");
    Path table = table("places.csv", ";");
    assertThat(init("--model", "../run/data/gemma3-small")).as(out.toString()).isZero();
    PipelineConfig config = written();
    assertThat(config.run().name()).isEqualTo("my-data-1");
    assertThat(config.ingest().images()).isEqualTo(images.toString());
    assertThat(config.ingest().table()).isEqualTo(table.toString());
    assertThat(config.ingest().columns().image()).isEqualTo("Image ID");
    assertThat(config.ingest().columns().latitude()).isEqualTo("Lat");
    assertThat(config.ingest().columns().longitude()).isEqualTo("LNG");
    assertThat(config.ingest().columns().author()).isEqualTo("user");
    assertThat(config.select().count()).isEqualTo((ROWS - 1) / 3);
    assertThat(config.select().rules().maxPerSequence()).isEqualTo(1);
    assertThat(Path.of(config.model().path())).isAbsolute().exists();
    assertThat(file)
        .content()
        .contains("900 rows in the table, 899 of them with coordinates", "450 sequences, 9 authors")
        .contains("on average");
    assertThat(out.toString()).contains("doctor --conf");
    theHeldOutImagesAreUncommented();
  }

  private void theHeldOutImagesAreUncommented() throws IOException {
    Files.writeString(file, Files.readString(file).replaceAll("(?m)^# (benchmarks:|  - )", "$1"));
    PipelineConfig config = written();
    assertThat(config.holdout().count()).isEqualTo((ROWS - 1) / 10);
    assertThat(config.sft().warmupSteps()).isEqualTo(3 * 19 / 10);
    assertThat(config.benchmarks().get(0).images())
        .isEqualTo(Path.of("out/my-data-1/tables/holdout").toAbsolutePath().toString());
  }

  @Test
  void parquetIsReadAndImagesAloneAreEnough() throws IOException {
    Path csv = table("t.csv", ",");
    Path parquet = folder.resolve("t.parquet");
    SparkFixture.session()
        .read()
        .option("header", "true")
        .csv(csv.toString())
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(parquet.toString());
    Files.delete(csv);
    assertThat(init("--table", parquet.toString())).as(out.toString()).isZero();
    assertThat(written().ingest().table()).isEqualTo(parquet.toString());
    Files.delete(file);
    Files.writeString(images.resolve("a.jpg"), "x");
    assertThat(init()).as(out.toString()).isZero();
    assertThat(written().ingest().table()).isEmpty();
    assertThat(file).content().contains("they are read from EXIF");
    assertThat(out.toString()).contains("No table with coordinates is in " + images);
  }

  @Test
  void whatIsThereIsKept() throws IOException {
    Files.writeString(file, "mine");
    assertThat(init()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(file).hasContent("mine");
    assertThat(out.toString()).contains("is there already");
  }

  @Test
  void aTableOfSomethingElseIsNamed() throws IOException {
    Path table = Files.writeString(folder.resolve("b.csv"), "something,else\n1,2\n");
    assertThat(init("--table", table.toString())).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(out.toString()).contains("b.csv has no columns that look like an image");
    Files.delete(images);
    assertThat(init()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(out.toString()).contains("There is no folder");
    assertThat(file).doesNotExist();
  }
}
