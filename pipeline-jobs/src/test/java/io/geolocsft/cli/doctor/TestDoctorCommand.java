package io.geolocsft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import io.geolocsft.cli.GeoLocSft;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.failure.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestDoctorCommand {

  private static final Path MODEL =
      Path.of("..", "run", "data", "gemma3-small").toAbsolutePath().normalize();

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();

  @BeforeAll
  static void startSpark() {
    SparkFixture.session();
  }

  private int doctor(String... options) {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "doctor";
    System.arraycopy(options, 0, arguments, 1, options.length);
    Console console = new Console(new PrintWriter(out), new PrintWriter(out), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(arguments);
  }

  private String configuration(Path model) throws IOException {
    return Files.writeString(
            folder.resolve("my run.yaml"),
            """
            run: {name: mine}
            ingest: {images: images, table: table.csv}
            model: {path: '%s', dtype: float32}
            """
                .formatted(model))
        .toString();
  }

  private List<String> lines(String level) {
    return out.toString().lines().filter(line -> line.startsWith(level + " ")).toList();
  }

  @Test
  void theMachineAloneIsLookedAtWithoutAConfiguration() {
    assertThat(doctor()).isEqualTo(ExitCode.DONE);
    assertThat(lines("ok")).hasSize(3);
    assertThat(out.toString())
        .contains("ok       java", "ok       pytorch", "Nothing is in the way.");
  }

  @Test
  void whatARunNeedsIsThere() throws IOException {
    Files.createDirectories(folder.resolve("images"));
    Files.writeString(folder.resolve("images/a.jpg"), "x");
    Files.writeString(folder.resolve("table.csv"), "image,latitude,longitude\na.jpg,1,2\n");
    String output = folder.resolve("out").toString();
    assertThat(doctor("--conf", configuration(MODEL), "--output", output))
        .as(out.toString())
        .isEqualTo(ExitCode.DONE);
    assertThat(lines("error")).isEmpty();
    assertThat(out.toString()).contains("3 million parameters", "stage sft", "stage report");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void everyProblemIsToldOnce() throws IOException {
    Files.createDirectories(folder.resolve("images"));
    assertThat(doctor("--conf", configuration(folder.resolve("no model"))))
        .isEqualTo(ExitCode.DATA);
    assertThat(lines("warning"))
        .hasSize(2)
        .anyMatch(line -> line.contains("images (ingest) is empty"))
        .anyMatch(line -> line.contains("nothing is measured"));
    assertThat(lines("error"))
        .anyMatch(line -> line.contains("table.csv (ingest)"))
        .anyMatch(line -> line.contains("There is no folder"))
        .anyMatch(line -> line.contains("the same as model"));
    assertThat(out.toString()).doesNotContain("bug in geolocsft");
  }

  @Test
  void aWrongConfigurationIsAFinding() {
    assertThat(doctor("--conf", folder.resolve("none.yaml").toString()))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(lines("error")).singleElement().asString().contains("There is no configuration");
    assertThat(lines("ok")).hasSize(3);
  }
}
