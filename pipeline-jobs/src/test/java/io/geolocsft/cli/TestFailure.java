package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.geolocsft.FailingFileSystem;
import io.geolocsft.SparkFixture;
import io.geolocsft.json.UnusableFileException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestFailure {

  @TempDir Path folder;

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
    return spark.read().schema("id BIGINT, text STRING").parquet(scheme + table);
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
        .contains(part().getFileName().toString())
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
    Path csv = folder.resolve("table.csv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(csv))) {
      for (int i = 0; i < 50_000; i++) {
        out.write(
            String.format(Locale.ROOT, "%d,%x%n", i, i * 2654435761L)
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    byte[] bytes = Files.readAllBytes(csv);
    Files.write(csv, Arrays.copyOf(bytes, bytes.length / 2));
    Failure failure = failureOf(spark.read().schema("a INT, b STRING").csv(csv.toString()));
    assertThat(failure.exitCode()).as(failure.message()).isEqualTo(ExitCode.DATA);
    assertThat(failure.message()).contains("table.csv.gz").contains("Take a whole copy");
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
}
