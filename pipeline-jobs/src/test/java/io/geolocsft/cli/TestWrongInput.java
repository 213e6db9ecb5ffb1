package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.FullFileSystem;
import io.geolocsft.SparkFixture;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user gets wrong, each with the exit code and the words that name the place. */
class TestWrongInput {

  @TempDir Path folder;

  private final StringWriter err = new StringWriter();

  @BeforeEach
  void setUp() throws IOException {
    SparkFixture.session();
    System.setProperty("spark.hadoop.fs.full.impl", FullFileSystem.class.getName());
    System.setProperty("full", "true");
    System.setProperty("spark.hadoop.fs.denied.impl", DeniedFileSystem.class.getName());
    System.setProperty("spark.hadoop.fs.lost.impl", "no.such.FileSystem");
    Path images = Files.createDirectories(folder.resolve("images"));
    ImageIO.write(
        new BufferedImage(80, 80, BufferedImage.TYPE_INT_RGB),
        "png",
        images.resolve("a.png").toFile());
    Files.createDirectory(folder.resolve("empty"));
    Files.createDirectory(folder.resolve("model"));
    Path torn = Files.createDirectory(folder.resolve("torn"));
    Files.writeString(torn.resolve("a.png"), "no image");
    Files.writeString(folder.resolve("good.csv"), "image,latitude,longitude\na.png,1,2\n");
    Files.writeString(folder.resolve("lat.csv"), "image,lat,longitude\na.png,1,2\n");
    Files.writeString(folder.resolve("header.csv"), "image,latitude,longitude\n");
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("run.json"), "{\"run\": \"other\"}");
    Files.writeString(
        folder.resolve("run.yaml"),
        """
        run: {name: wrong}
        ingest: {images: images, table: good.csv}
        model: {path: model}
        """);
  }

  @AfterEach
  void clear() {
    System.clearProperty("full");
    System.clearProperty("spark.hadoop.fs.full.impl");
    System.clearProperty("spark.hadoop.fs.lost.impl");
    System.clearProperty("spark.hadoop.fs.denied.impl");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | ingest | --output out |",
        "2 | ingest | --output out --set ingest.imags=x | ingest.imags: unknown setting; did you mean ingest.images?",
        "2 | ingest | --output out --set ingest.max_error_share=much | allowed: a number from 0 to 1",
        "2 | ingest | --output out --set ingest.images=DIR/none | There is no file or folder DIR/none",
        "3 | ingest | --output out --set ingest.table=DIR/lat.csv | latitude",
        "3 | ingest | --output out --set ingest.table=DIR/header.csv | header.csv",
        "3 | ingest | --output out --set ingest.images=DIR/empty | The folder DIR/empty is empty",
        "3 | ingest | --output out --set ingest.images=DIR/empty --set ingest.table= | DIR/empty",
        "3 | ingest | --output out --set ingest.images=DIR/torn | good.csv line 2",
        "4 | ingest | --output full://DIR/out | No space left on device: free some",
        "2 | ingest | --output DIR/other | belongs to the run 'other', not to 'wrong'",
        "2 | run    | --output out | model",
        "3 | ingest | --dry-run --output out --set ingest.table=DIR/lat.csv | latitude",
        "2 | ingest | --dry-run --output DIR/good.csv/out | lies below a file",
        "2 | ingest | --output DIR/good.csv/out | lies below a file",
        "2 | ingest | --output denied://DIR/out | cannot be written",
        "2 | ingest | --dry-run --output denied://DIR/out | cannot be written",
        "2 | ingest | --output gs://bucket/out | No FileSystem for scheme \"gs\"",
        "2 | ingest | --output lost://bucket/out | Class no.such.FileSystem not found",
        "2 | ingest | --output out --set ingest.images=lost://x/images | --packages org.apache.hadoop:hadoop-aws:",
      })
  void isAnsweredInOneClearMessage(int code, String command, String options, String message) {
    String[] line =
        "%s --conf DIR/run.yaml %s"
            .formatted(command, options)
            .replace("--output out", "--output DIR/out")
            .replace("DIR", folder.toString())
            .split(" ");
    assertThat(call(line)).as(err.toString()).isEqualTo(code);
    if (message != null) {
      assertThat(err.toString()).contains(message.replace("DIR", folder.toString()));
    }
    assertThat(afterError().lines().count()).isLessThan(6);
    assertThat(err.toString()).doesNotContain("\tat ");
  }

  /** The local disk as {@code denied:///path}, to which nobody may write. */
  public static final class DeniedFileSystem extends RawLocalFileSystem {

    @Override
    public URI getUri() {
      return URI.create("denied:///");
    }

    @Override
    public void access(org.apache.hadoop.fs.Path path, FsAction mode)
        throws AccessControlException {
      throw new AccessControlException("Permission denied: user=somebody, access=WRITE");
    }

    @Override
    public boolean mkdirs(org.apache.hadoop.fs.Path path) throws AccessControlException {
      throw new AccessControlException("Permission denied: user=somebody, access=WRITE");
    }
  }

  /** Without the lines of progress before it. */
  private String afterError() {
    int at = err.toString().indexOf("error: ");
    return at < 0 ? "" : err.toString().substring(at);
  }

  private int call(String... line) {
    Console console = new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(line);
  }
}
