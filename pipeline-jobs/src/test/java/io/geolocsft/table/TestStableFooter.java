package io.geolocsft.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.SparkFixture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestStableFooter {

  private final SparkSession spark = SparkFixture.session();

  @TempDir Path folder;

  /** Another JVM may have written the lists the other way round. */
  @Test
  void anyOrderOfEncodingsBecomesTheSameFile() throws IOException {
    Path file = written();
    byte[] content = Files.readAllBytes(file);
    byte[] reversed = reversed(content);
    assertThat(reversed).hasSameSizeAs(content).isNotEqualTo(content);
    byte[] first = stable(file, content);
    assertThat(stable(file, reversed)).isEqualTo(first);
    assertThat(stable(file, first)).isEqualTo(first);
    assertThat(spark.read().parquet(file.toString()).orderBy("id").collectAsList())
        .hasSize(3_000)
        .last()
        .hasToString("[2999,name 4,2999.5]");
  }

  @Test
  void aBrokenFileIsNoSurprise() throws IOException {
    Path file = written();
    byte[] content = Files.readAllBytes(file);
    int middle = content.length - 60;
    Arrays.fill(content, middle, middle + 20, (byte) -1);
    assertThatThrownBy(() -> stable(file, content)).isInstanceOf(IOException.class);
  }

  private byte[] stable(Path file, byte[] content) throws IOException {
    // Written through Hadoop, which keeps a checksum beside the file.
    FileSystem fs = FileSystem.getLocal(spark.sessionState().newHadoopConf());
    try (var out = fs.create(new org.apache.hadoop.fs.Path(file.toUri()))) {
      out.write(content);
    }
    StableFooter.in(fs, new org.apache.hadoop.fs.Path(file.getParent().toUri()));
    return Files.readAllBytes(file);
  }

  private Path written() throws IOException {
    String place = folder.resolve("rows").toString();
    spark
        .range(3_000)
        .selectExpr("id", "concat('name ', id % 5) AS name", "id + 0.5D AS number")
        .coalesce(1)
        .write()
        .parquet(place);
    try (Stream<Path> files = Files.list(Path.of(place))) {
      return files.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  private static byte[] reversed(byte[] content) throws IOException {
    int tail = content.length - 8;
    int length = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(tail);
    FileMetaData metadata =
        Util.readFileMetaData(new ByteArrayInputStream(content, tail - length, length));
    for (RowGroup group : metadata.getRow_groups()) {
      for (ColumnChunk chunk : group.getColumns()) {
        List<?> encodings = chunk.getMeta_data().getEncodings();
        assertThat(encodings).hasSizeGreaterThan(1);
        Collections.reverse(encodings);
      }
    }
    ByteArrayOutputStream footer = new ByteArrayOutputStream();
    Util.writeFileMetaData(metadata, footer);
    byte[] changed = content.clone();
    System.arraycopy(footer.toByteArray(), 0, changed, tail - length, length);
    return changed;
  }
}
