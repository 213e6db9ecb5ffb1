package io.geolocsft.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.engine.EngineException;
import com.google.common.io.ByteStreams;
import io.geolocsft.FailingFileSystem;
import io.geolocsft.OddFolder;
import io.geolocsft.SparkFixture;
import io.geolocsft.cli.console.Console;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.files.Locations;
import io.geolocsft.json.UnusableFileException;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.Shell;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestFailure {

  @TempDir(factory = OddFolder.class)
  Path folder;

  private SparkSession spark;
  private Path table;

  @BeforeEach
  void write() {
    spark = SparkFixture.session();
    table = folder.resolve("tables/cells");
    spark
        .range(20_000)
        .selectExpr("id", "sha2(cast(id as string), 256) AS text")
        .coalesce(1)
        .write()
        .parquet(table.toString());
  }

  @AfterEach
  void mend() {
    FailingFileSystem.mend();
  }

  private Path part() throws IOException {
    try (var files = Files.list(table)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  private Dataset<Row> rows(String scheme) {
    return Locations.reader(spark).schema("id BIGINT, text STRING").parquet(scheme + table);
  }

  private static Failure failureOf(Dataset<Row> rows) {
    Throwable thrown = catchThrowable(rows::collectAsList);
    assertThat(thrown).isNotNull();
    return Failure.of(thrown);
  }

  private void assertDamaged(Dataset<Row> rows) throws IOException {
    Failure failure = failureOf(rows);
    assertThat(failure.exitCode()).as(failure.message()).isEqualTo(ExitCode.DATA);
    assertThat(failure.message())
        .startsWith("file:" + part() + " is missing, damaged")
        .contains("Run the stage select again with --force");
  }

  @Test
  void aTruncatedPartIsDamagedData() throws IOException {
    byte[] whole = Files.readAllBytes(part());
    replace(Arrays.copyOf(whole, whole.length / 2));
    assertDamaged(rows(""));
  }

  @Test
  void aForeignPartIsDamagedData() throws IOException {
    replace("id,text\n1,a\n".repeat(50).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertDamaged(rows(""));
  }

  /**
   * Told by Spark, which reads the footer, and by Parquet, in words that name the path as it is.
   */
  @Test
  void aDamagedFooterIsDamagedData() throws IOException {
    byte[] whole = Files.readAllBytes(part());
    replace(Arrays.copyOf(whole, whole.length / 2));
    Failure failure =
        Failure.of(catchThrowable(() -> Locations.reader(spark).parquet(table.toString())));
    assertThat(failure.message()).startsWith("file:" + part() + " is missing, damaged");
    Throwable ofParquet =
        catchThrowable(
            () ->
                ParquetFileReader.open(
                    HadoopInputFile.fromPath(
                        new org.apache.hadoop.fs.Path(part().toUri()), new Configuration())));
    assertThat(Failure.of(ofParquet).message()).startsWith("file:" + part() + " is missing");
  }

  @Test
  void hadoopsChecksumTellsOfDamage() throws IOException {
    byte[] bytes = Files.readAllBytes(part());
    Arrays.fill(bytes, 100, bytes.length / 2, (byte) 0xff);
    Files.write(part(), bytes);
    assertDamaged(rows(""));
    Throwable ofHadoop =
        catchThrowable(
            () ->
                ByteStreams.exhaust(
                    FileSystem.getLocal(new Configuration())
                        .open(new org.apache.hadoop.fs.Path(part().toUri()))));
    assertThat(Failure.of(ofHadoop).message()).startsWith("file:" + part() + " is missing");
  }

  @Test
  void aPartThatIsGoneIsNamed() throws IOException {
    Dataset<Row> rows = rows("");
    rows.queryExecution().executedPlan();
    Path gone = part();
    Files.delete(gone);
    assertThat(failureOf(rows).message()).startsWith("file:" + gone + " is missing");
    assertThat(Failure.of(catchThrowable(() -> spark.read().parquet("/nowhere/a, b"))).message())
        .startsWith("file:/nowhere/a, b is missing");
  }

  /** Of an exception that an executor cannot send, only this text reaches the driver. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[FAILED_READ_FILE.NO_HINT] Encountered error while reading file file:///a/Größe:%20%231%20%5Ba%5D,%20100%25/p.parquet.  SQLSTATE: KD001",
        "[FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER] Encountered error while reading file file:/a/Größe: #1 [a], 100%/p.parquet. Could not read footer. Please ensure",
        "Can not read value at 1 in block -1 in file file:/a/Größe: #1 [a], 100%/p.parquet",
      })
  void theTextAloneTells(String text) {
    String lost = "Job aborted: Lost task 0.0 (TID 3) (192.0.2.2 executor 1): " + text;
    assertThat(NamedFile.in(List.of(new IllegalStateException(lost))))
        .contains("file:/a/Größe: #1 [a], 100%/p.parquet");
  }

  /** Whole by its footer, but its pages are no longer what they were. */
  @Test
  void aPartWithDamagedPagesIsDamagedData() throws IOException {
    byte[] bytes = Files.readAllBytes(part());
    Arrays.fill(bytes, 100, bytes.length / 2, (byte) 0xff);
    replace(bytes);
    assertDamaged(rows(""));
  }

  /** Of these Parquet's reader overflows its stack, and Spark names no file. */
  @Test
  void pagesThatNestWithoutEndAreDamagedData() throws IOException {
    byte[] bytes = Files.readAllBytes(part());
    Arrays.fill(bytes, 4, bytes.length / 2, (byte) 0x5a);
    replace(bytes);
    assertThat(failureOf(rows("")).exitCode()).isEqualTo(ExitCode.DATA);
  }

  @Test
  void aCutGzipIsDamagedData() throws IOException {
    Path csv = folder.resolve("table, 1 [b].csv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(csv))) {
      for (int i = 0; i < 50_000; i++) {
        out.write(
            String.format(Locale.ROOT, "%d,%x%n", i, i * 2654435761L)
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    byte[] bytes = Files.readAllBytes(csv);
    Files.write(csv, Arrays.copyOf(bytes, bytes.length / 2));
    Failure failure =
        failureOf(Locations.reader(spark).schema("a INT, b STRING").csv(csv.toString()));
    assertThat(failure.exitCode()).as(failure.message()).isEqualTo(ExitCode.DATA);
    assertThat(failure.message())
        .startsWith("file:" + csv + " is missing")
        .contains("Get a complete copy");
  }

  @Test
  void aFileSystemThatFailsIsNoDamage() throws IOException {
    FailingFileSystem.fail(
        part().getFileName().toString(),
        in -> {
          throw new SocketTimeoutException("Read timed out");
        });
    Failure failure = failureOf(rows("failing://"));
    assertThat(failure.exitCode()).as(failure.message()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(failure.message()).contains("Read timed out");
  }

  /** S3A's kind of EOFException. */
  private static final class LostConnection extends EOFException {
    private static final long serialVersionUID = 1L;

    LostConnection() {
      super("http channel closed");
    }
  }

  @Test
  void aLostConnectionIsNoDamage() throws IOException {
    FailingFileSystem.fail(
        part().getFileName().toString(), FailingFileSystem.failsAfter(0, new LostConnection()));
    Failure failure = failureOf(rows("failing://"));
    assertThat(failure.exitCode()).as(failure.message()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(failure.message()).contains("http channel closed");
  }

  @Test
  void aModelsDamagedFileIsData() {
    Failure failure =
        Failure.of(
            new IllegalStateException("a task", new UnusableFileException("config.json: x")));
    assertThat(List.of(failure.exitCode(), failure.message()))
        .containsExactly(ExitCode.DATA, "config.json: x");
  }

  private void replace(byte[] bytes) throws IOException {
    Path part = part();
    // Hadoop's checksum would tell first.
    Files.deleteIfExists(part.resolveSibling("." + part.getFileName() + ".crc"));
    Files.write(part, bytes);
  }

  @Test
  void whatASignalEndsIsNoFailure() {
    StringWriter err = new StringWriter();
    Console console = new Console(new PrintWriter(err), new PrintWriter(err), false);
    Exception ended = new IOException(new Shell.ExitCodeException(130, ""));
    assertThat(Failure.tell(ended, console)).isEqualTo(130);
    assertThat(err.toString()).isEmpty();
    assertThat(Failure.tell(new Shell.ExitCodeException(1, "no"), console))
        .isEqualTo(ExitCode.ENVIRONMENT);
  }

  @Test
  void thatPyTorchFailsIsNoBug() {
    EngineException natives = new EngineException("no", new UnsatisfiedLinkError("GLIBC_2.99"));
    assertThat(Failure.of(natives).exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(Failure.of(natives).message()).contains("GLIBC_2.99", "GEOLOCSFT_NATIVES");
    Failure full = Failure.of(new EngineException("CUDA out of memory. Tried to allocate"));
    assertThat(full.message()).contains("model.dtype: bfloat16");
  }
}
