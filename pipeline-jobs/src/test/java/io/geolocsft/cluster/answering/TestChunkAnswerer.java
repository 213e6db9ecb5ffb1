package io.geolocsft.cluster.answering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.base.Throwables;
import com.google.common.collect.Lists;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.geolocsft.FailingFileSystem;
import io.geolocsft.SparkFixture;
import io.geolocsft.cli.TinyModel;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.answering.Answering.Answerer;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestChunkAnswerer {

  private static final AtomicInteger OPENED = new AtomicInteger();

  @TempDir Path folder;

  private SparkSession spark;
  private Answering answering;
  private ChunkAnswerer chunk;

  @BeforeEach
  void prepare() throws IOException {
    spark = SparkFixture.session();
    TinyModel.write(folder.resolve("model"));
    PipelineConfig config =
        ConfigReader.parse(
            """
            run: {name: chunk}
            ingest: {images: images}
            model: {path: %s, device: cpu, dtype: float32}
            infer: {max_new_tokens: 48, batch_size: 2}
            """
                .formatted(folder.resolve("model")));
    answering =
        new Answering(
            ModelSpec.base(config.model(), 1),
            List.of(new Answerer("base", true)),
            "cpu",
            config.examples(),
            config.infer(),
            1,
            new ImageBytes(spark.sessionState().newHadoopConf(), 1 << 20));
    chunk = chunk(answering);
  }

  private ChunkAnswerer chunk(Answering models) throws IOException {
    return new ChunkAnswerer(
        models,
        HadoopFiles.below(folder.resolve("kept").toString(), spark.sessionState().newHadoopConf()),
        AnswerCounts.in(spark.sparkContext()));
  }

  @AfterEach
  void mend() {
    FailingFileSystem.mend();
  }

  @Test
  void aBadImageIsAnErrorOfItsKindAndOthersAreAnswered() throws IOException {
    ChunkAnswerer.Request good = query("good.png");
    ChunkAnswerer.Request changed = query("changed.png");
    Files.writeString(folder.resolve("changed.png"), "something else");
    ChunkAnswerer.Request gone = query("gone.png");
    Files.delete(folder.resolve("gone.png"));
    List<ChunkAnswerer.Line> lines = answers(good, changed, gone);
    assertThat(lines)
        .extracting(ChunkAnswerer.Line::imageId, ChunkAnswerer.Line::errorKind)
        .containsExactly(
            tuple("good.png", null),
            tuple("changed.png", "changed_image"),
            tuple("gone.png", "missing_file"));
    assertThat(lines.get(0).text()).startsWith("<answer>");
    assertThat(lines.get(1).error()).contains("changed.png has different bytes");
  }

  @Test
  void aFailingFileSystemFailsTheTaskAndFreezesNothing() throws IOException {
    ChunkAnswerer.Request good = query("good.png");
    ChunkAnswerer.Request away = query("away.png");
    FailingFileSystem.fail(
        "away.png",
        in -> {
          throw new SocketTimeoutException("Read timed out");
        });
    assertThatThrownBy(() -> answers(good, away))
        .satisfies(
            thrown ->
                assertThat(Throwables.getRootCause(thrown))
                    .isInstanceOf(SocketTimeoutException.class));
    assertThat(chunk.kept()).isZero();
    FailingFileSystem.mend();
    assertThat(answers(good, away)).extracting(ChunkAnswerer.Line::error).containsOnlyNulls();
    assertThat(chunk.kept()).isEqualTo(1);
  }

  @Test
  void modelsOfOneTowerOpenAnImageOnce() throws IOException {
    ChunkAnswerer.Request image = query("shared.png");
    OPENED.set(0);
    FailingFileSystem.fail(
        "shared.png",
        in -> {
          OPENED.incrementAndGet();
          return in;
        });
    chunk =
        chunk(
            new Answering(
                answering.spec(),
                List.of(new Answerer("one", true), new Answerer("other", false)),
                "cpu",
                answering.texts(),
                answering.settings(),
                1,
                answering.images()));
    List<ChunkAnswerer.Line> lines = answers(image);
    assertThat(lines).extracting(ChunkAnswerer.Line::model).containsExactly("one", "other");
    assertThat(lines.get(0).text()).isEqualTo(lines.get(1).text());
    assertThat(OPENED).hasValue(1);
  }

  private ChunkAnswerer.Request query(String name) throws IOException {
    Path image = folder.resolve(name);
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
    String sha256 = MoreFiles.asByteSource(image).hash(Hashing.sha256()).toString();
    return new ChunkAnswerer.Request("photos", name, "failing://" + image, sha256);
  }

  /** In a task, as everywhere. */
  private List<ChunkAnswerer.Line> answers(ChunkAnswerer.Request... queries) {
    ChunkAnswerer own = chunk;
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(List.of(queries), 1)
        .mapPartitions(
            rows -> own.answers(List.of(new ChunkAnswerer.Chunk(0, Lists.newArrayList(rows)))))
        .collect();
  }
}
