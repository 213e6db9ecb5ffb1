package io.geolocsft.ml;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.geolocsft.FailingFileSystem;
import io.geolocsft.FullFileSystem;
import io.geolocsft.OddFolder;
import io.geolocsft.SparkFixture;
import io.geolocsft.cli.ForkedCall;
import io.geolocsft.cli.TinyModel;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.StoppedTrainingException;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.training.Checkpoints;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestGemmaSft {

  private static final String PROMPT = "Where was this image taken?";

  private static final StructType EXAMPLES =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("uri", DataTypes.StringType)
          .add("sha256", DataTypes.StringType)
          .add("target_text", DataTypes.StringType)
          .add("latitude", DataTypes.DoubleType)
          .add("longitude", DataTypes.DoubleType);

  @TempDir(factory = OddFolder.class)
  static Path folder;

  /** Spark's own stages take paths for patterns. */
  @TempDir static Path plain;

  private static SparkSession spark;
  private static Dataset<Row> examples;

  @BeforeAll
  static void makeExamples() throws IOException {
    spark = SparkFixture.session();
    TinyModel.write(folder.resolve("model"));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Path image = image(i);
      double latitude = -35 + 10 * i;
      rows.add(
          RowFactory.create(
              "image " + i,
              image.toString(),
              MoreFiles.asByteSource(image).hash(Hashing.sha256()).toString(),
              String.format(Locale.ROOT, "<answer>lat: %.1f, lon: 5.0</answer>", latitude),
              latitude,
              5.0));
    }
    examples = spark.createDataFrame(rows, EXAMPLES);
  }

  private static Path image(int number) throws IOException {
    return image(number, 48, 48);
  }

  private static Path image(int number, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    pen.setColor(new Color(30 * number % 256, 255 - 30 * number % 256, 100));
    pen.fillRect(0, 0, width, height / 2);
    pen.dispose();
    Path file = folder.resolve("image-" + number + ".png");
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private static GemmaSft sft() {
    return new GemmaSft()
        .setPath(folder.resolve("model").toString())
        .setDevice("cpu")
        .setDtype("float32")
        .setRank(4)
        .setLearningRate(1e-2)
        .setWarmupSteps(0)
        .setEpochs(2)
        .setBatchSize(4)
        .setMicroBatchSize(4)
        .setSeed(3);
  }

  @Test
  void aPipelineFineTunesAnswersAndIsTheSameWhenLoaded() throws Exception {
    SQLTransformer asked =
        new SQLTransformer().setStatement("SELECT *, '" + PROMPT + "' AS prompt FROM __THIS__");
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {asked, sft()});
    PipelineModel model = pipeline.fit(examples);
    GemmaSftModel tuned = (GemmaSftModel) model.stages()[1];
    assertThat(tuned.files().list("")).containsKey("adapter_model.safetensors");
    tuned.setPrompt(PROMPT).setCandidates(2).setMaxNewTokens(12).setAnswerBatchSize(3);
    Dataset<Row> answered = model.transform(examples);
    List<String> answers = answers(answered);
    assertThat(answers).hasSize(8).allMatch(text -> text.startsWith("image "));
    assertThat(answered.first().<Row>getList(answered.schema().fieldIndex("answers"))).hasSize(2);
    assertThat(answered.columns())
        .containsExactly(
            "image_id",
            "uri",
            "sha256",
            "target_text",
            "latitude",
            "longitude",
            "prompt",
            "answers",
            "answer_latitude",
            "answer_longitude",
            "answer_error");
    double error = new GeolocationEvaluator().setMetricName("mean_error_km").evaluate(answered);
    assertThat(error).isBetween(0.0, 20_038.0);
    String place = plain.resolve("saved").toString();
    model.write().overwrite().save(place);
    assertThat(answers(PipelineModel.load(place).transform(examples.repartition(3))))
        .isEqualTo(answers);
  }

  @Test
  void whatWasTunedIsTrainedOnByRewards() throws IOException {
    Dataset<Row> asked = examples.withColumn("prompt", lit(PROMPT));
    GemmaSftModel tuned = sft().fit(asked);
    GemmaGrpo grpo =
        new GemmaGrpo()
            .setPath(folder.resolve("model").toString())
            .setDevice("cpu")
            .setDtype("float32")
            .setDecimals(1)
            .setModel(tuned)
            .setAnswers(3)
            .setTemperature(1.5)
            .setLearningRate(1e-2)
            .setBatchSize(4)
            .setMicroBatchSize(4)
            .setSeed(3);
    GemmaSftModel rewarded = grpo.fit(asked);
    assertThat(adapter(rewarded)).hasSameSizeAs(adapter(tuned)).isNotEqualTo(adapter(tuned));
    assertThat((double) rewarded.getOrDefault(rewarded.temperature())).isEqualTo(1);
    rewarded.setPrompt(PROMPT);
    assertThat(rewarded.transform(asked).where("answer_latitude IS NOT NULL").count()).isEqualTo(8);
    GemmaSftModel otherwise =
        grpo.copy(ParamMap.empty())
            .setRewards("geoscore", "{kind: thresholds, thresholds_km: [500], weight: 2}")
            .fit(asked);
    assertThat(adapter(otherwise)).isNotEqualTo(adapter(rewarded));
    assertThatThrownBy(() -> grpo.setRewards("{kind: distance}").fit(asked))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("rewards", "distance", "geoscore");
    assertThatThrownBy(() -> grpo.setRewards("{kind").fit(asked))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("rewards", "{kind");
    assertThatThrownBy(() -> new GemmaGrpo().setPath("model").fit(asked))
        .hasMessageContaining("adapterFolder");
    assertThatThrownBy(() -> grpo.fit(asked.drop("latitude")))
        .hasMessageContaining("no column 'latitude'");
  }

  /** Two crops behind the whole image, in training and in answering. */
  @Test
  void cropsOfAnOblongImageAreShownToo() throws IOException {
    Path wide = image(8, 600, 300);
    Dataset<Row> shown =
        examples
            .limit(2)
            .withColumn("prompt", lit(PROMPT))
            .withColumn("uri", lit(wide.toString()))
            .withColumn(
                "sha256", lit(MoreFiles.asByteSource(wide).hash(Hashing.sha256()).toString()));
    GemmaSft sft = sft().setBatchSize(2).setMicroBatchSize(2).setTargetModules("q_proj", "v_proj");
    GemmaSftModel whole = sft.fit(shown);
    GemmaSftModel cropped = sft.fit(shown.withColumn("image_views", lit(3)));
    assertThat(adapter(cropped)).isNotEqualTo(adapter(whole));
    assertThat(new String(adapter(cropped), StandardCharsets.ISO_8859_1))
        .contains("q_proj", "v_proj")
        .doesNotContain("k_proj", "down_proj");
    cropped.setPrompt(PROMPT).setPanAndScan(true).setConstrained(true).setMaxNewTokens(48);
    List<Row> answers =
        cropped.transform(shown).select("answer_latitude", "answer_error").collectAsList();
    assertThat(answers).hasSize(2).allMatch(row -> !row.isNullAt(0) && row.isNullAt(1));
  }

  @Test
  void anImageThatCannotBeReadIsAnError() {
    GemmaSftModel model =
        sft().fit(examples.withColumn("prompt", lit(PROMPT))).setPrompt(PROMPT).setMaxNewTokens(4);
    Dataset<Row> missing = examples.limit(1).withColumn("uri", lit("/nowhere.png"));
    Row row = model.transform(missing).select("answers", "answer_latitude", "answer_error").first();
    assertThat(row.getList(0)).isEmpty();
    assertThat(row.isNullAt(1)).isTrue();
    assertThat(row.getString(2)).contains("/nowhere.png");
  }

  /** Neither an answer nor an error of the image. */
  @Test
  void aFileSystemThatFailsEndsTheJob() {
    GemmaSftModel model =
        sft().fit(examples.withColumn("prompt", lit(PROMPT))).setPrompt(PROMPT).setMaxNewTokens(4);
    Dataset<Row> away = examples.limit(1).withColumn("uri", concat(lit("failing://"), col("uri")));
    FailingFileSystem.fail(
        "image-0.png",
        in -> {
          throw new SocketTimeoutException("Read timed out");
        });
    try {
      assertThatThrownBy(() -> model.transform(away).collectAsList())
          .hasRootCauseInstanceOf(SocketTimeoutException.class);
    } finally {
      FailingFileSystem.mend();
    }
    assertThat(model.transform(away).first().<String>getAs("answer_error")).isNull();
  }

  /** What no other try would mend ends at once. */
  @Test
  void aRowThatNothingCanBeLearnedFromIsNotTriedAgain() {
    Dataset<Row> rows =
        examples.withColumn("token_ids", array(lit(1))).withColumn("target_tokens", lit(5));
    assertThatThrownBy(() -> sft().fit(rows))
        .isExactlyInstanceOf(StoppedTrainingException.class)
        .hasMessageMatching("(?s)Example image \\d has 1 tokens.*prompt or target is empty.*");
  }

  @Test
  void ofATemporaryFolderTheResultIsLeft() throws IOException {
    GemmaSftModel model = sft().fit(examples.withColumn("prompt", lit(PROMPT)));
    Path result = Path.of(URI.create(model.files().folder()).getPath());
    try (var left = Files.list(result.getParent())) {
      assertThat(left).containsExactly(result);
    }
  }

  /** Of a fit that fails at once, of one that succeeds with the process that may read its model. */
  @Test
  void noTemporaryFolderIsLeft() throws Exception {
    Path temporary = Files.createDirectory(plain.resolve("temporary"));
    List<String> command = new ArrayList<>(ForkedCall.java("-Djava.io.tmpdir=" + temporary));
    command.addAll(List.of(Fits.class.getName(), plain.resolve("fits").toString()));
    Path told = plain.resolve("fits.txt");
    Process fits =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(told.toFile()).start();
    try {
      assertThat(fits.waitFor(3, TimeUnit.MINUTES)).isTrue();
    } finally {
      fits.destroyForcibly();
    }
    assertThat(fits.exitValue()).as(Files.readString(told)).isZero();
    assertThat(Files.readString(told))
        .contains("failed, left []", "trained, left [geolocsft-training");
    try (var left = Files.list(temporary)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith("geolocsft-training"));
    }
  }

  /** A fit that fails and one that succeeds, in a process of its own. */
  static final class Fits {

    private Fits() {}

    public static void main(String[] arguments) throws IOException {
      folder = Files.createDirectories(Path.of(arguments[0]));
      makeExamples();
      Dataset<Row> rows = examples.withColumn("prompt", lit(PROMPT));
      try {
        sft().fit(rows.withColumn("sha256", lit("0".repeat(64))));
      } catch (StoppedTrainingException e) {
        System.out.println("failed, left " + left());
      }
      sft().fit(rows);
      System.out.println("trained, left " + left());
    }

    private static List<String> left() throws IOException {
      try (var all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
        return all.map(path -> path.getFileName().toString())
            .filter(name -> name.startsWith("geolocsft-training"))
            .toList();
      }
    }
  }

  /** One task asks two models in turn. */
  @Test
  void twoModelsMayStandInOnePipeline() {
    Dataset<Row> rows = examples.withColumn("prompt", lit(PROMPT)).coalesce(1);
    GemmaSftModel one = sft().fit(rows).setPrompt(PROMPT).setMaxNewTokens(4).setAnswerBatchSize(3);
    GemmaSftModel other = sft().setSeed(9).fit(rows).setPrompt(PROMPT).setMaxNewTokens(4);
    Dataset<Row> first =
        one.transform(rows)
            .drop("answer_latitude", "answer_longitude", "answer_error")
            .withColumnRenamed("answers", "first_answers");
    assertThat(other.transform(first).count()).isEqualTo(8);
    assertThat(other.transform(first).where("answers IS NULL").count()).isZero();
  }

  @Test
  void anImageOfOtherBytesIsNeitherTrainedOnNorAnswered() {
    Dataset<Row> rows = examples.withColumn("prompt", lit(PROMPT));
    GemmaSftModel model = sft().fit(rows).setPrompt(PROMPT).setMaxNewTokens(4);
    Dataset<Row> changed = rows.withColumn("sha256", lit("0".repeat(64)));
    assertThatThrownBy(() -> sft().fit(changed))
        .isInstanceOf(StoppedTrainingException.class)
        .hasMessageContaining("image 0 can no longer be used")
        .hasMessageContaining("has different bytes than when it was ingested");
    assertThat(model.transform(changed).first().<String>getAs("answer_error"))
        .contains("has different bytes");
  }

  @Test
  void aWorkFolderIsResumed() throws IOException {
    Path work = Files.createDirectories(folder.resolve("work"));
    GemmaSft sft = sft().setWorkFolder(work.toString()).setCheckpointSteps(1);
    Dataset<Row> rows = examples.withColumn("prompt", lit(PROMPT));
    byte[] first = adapter(sft.fit(rows));
    HadoopFiles files = HadoopFiles.below(work.toString(), spark.sessionState().newHadoopConf());
    assertThat(Checkpoints.newest(files)).isEqualTo(4);
    assertThat(adapter(sft.fit(rows))).isEqualTo(first);
    assertThat(adapter(sft.setMicroBatchSize(2).fit(rows))).isEqualTo(first);
    assertThatThrownBy(() -> sft.setSeed(4).setLearningRate(0.5).fit(rows))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "run.seed (3 there, 4 here), sft.learning_rate (0.01 there, 0.5 here)")
        .hasMessageContaining("another work folder");
  }

  @Test
  void aWholeModelNamesTheTypeThatItIsWrittenIn() throws IOException {
    Path wide = folder.resolve("wide");
    TinyModel.write(wide);
    Path config = wide.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("bfloat16", "float32"));
    Dataset<Row> rows = examples.withColumn("prompt", lit(PROMPT));
    GemmaSftModel model = sft().setPath(wide.toString()).setAdapter("none").fit(rows);
    try (InputStream written = model.files().open("config.json")) {
      assertThat(new String(written.readAllBytes(), StandardCharsets.UTF_8))
          .contains("\"bfloat16\"")
          .doesNotContain("float32");
    }
  }

  /** The next training does not even open the images. */
  @Test
  void featuresServeTheNextTraining() throws IOException {
    String features = folder.resolve("features").toString();
    Dataset<Row> rows = examples.withColumn("prompt", lit(PROMPT));
    sft().setFeatureFolder(features).fit(rows);
    byte[] expected = adapter(sft().setLearningRate(2e-3).fit(rows));
    Path image = folder.resolve("image-0.png");
    Path aside = Files.move(image, folder.resolve("aside.png"));
    try {
      GemmaSft next = sft().setLearningRate(2e-3);
      assertThat(adapter(next.setFeatureFolder(features).fit(rows))).isEqualTo(expected);
      assertThatThrownBy(() -> sft().fit(rows)).hasMessageContaining("image 0");
    } finally {
      Files.move(aside, image);
    }
  }

  /** No local path leads there, so that files come and go through Hadoop alone. */
  @Test
  void theWorkFolderMayLieOnAnyFileSystem() throws IOException {
    spark.conf().set("fs.full.impl", FullFileSystem.class.getName());
    String work = "full://" + folder.resolve("elsewhere");
    Dataset<Row> rows = examples.withColumn("prompt", lit(PROMPT));
    GemmaSft sft = sft().setCheckpointSteps(2).setValidationShare(0.25).setValidationSteps(2);
    byte[] expected = adapter(sft.fit(rows));
    GemmaSftModel model = sft.setWorkFolder(work).fit(rows);
    assertThat(adapter(model)).isEqualTo(expected);
    assertThat(model.files().folder()).startsWith("full:");
    HadoopFiles files = HadoopFiles.below(work, spark.sessionState().newHadoopConf());
    assertThat(files.list("checkpoints")).containsKey("step-00000004");
    assertThat(files.list("features")).hasSize(1);
    assertThat(files.list("training_log")).isNotEmpty();
    assertThat(adapter(sft.fit(rows))).as("goes on").isEqualTo(expected);
    model.setPrompt(PROMPT).setMaxNewTokens(4);
    assertThat(answers(model.transform(examples))).hasSize(8);
  }

  @Test
  void whatIsNotAllowedIsToldBeforeAnyWork() {
    Dataset<Row> rows = examples.withColumn("prompt", lit(PROMPT));
    assertThatThrownBy(() -> sft().setRank(0).setSchedule("steps").fit(rows))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rank: 0 is not allowed")
        .hasMessageContaining("schedule: \"steps\" is not allowed; allowed: cosine");
    assertThatThrownBy(() -> sft().fit(examples))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There is no column 'prompt'");
    assertThatThrownBy(() -> new GemmaSft().fit(rows))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("path: is required");
  }

  @Test
  void randomWeightsCarryNoAdapter() throws IOException {
    Dataset<Row> rows = examples.withColumn("prompt", lit(PROMPT));
    assertThatThrownBy(() -> sft().setWeights("random").fit(rows))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("model.weights: is random, which needs sft.adapter: none");
    Path adapter = Files.createDirectories(folder.resolve("an adapter"));
    Files.writeString(adapter.resolve("adapter_config.json"), "{}");
    HadoopFiles files = HadoopFiles.below(adapter.toString(), spark.sessionState().newHadoopConf());
    ModelSettings random =
        new ModelSettings(folder.resolve("model").toString(), "random", "cpu", "float32");
    ModelSpec base = ModelSpec.base(random, 1);
    assertThatThrownBy(() -> base.with(files))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("model.weights: random cannot carry the adapter");
    Files.writeString(adapter.resolve("config.json"), "{}");
    assertThat(base.with(files).randomSeed()).isEqualTo(ModelSpec.LOADED);
  }

  private static byte[] adapter(GemmaSftModel model) throws IOException {
    try (InputStream in = model.files().open("adapter_model.safetensors")) {
      return in.readAllBytes();
    }
  }

  /** Texts and rounded probabilities: the sums of another batch differ in their last digits. */
  private static List<String> answers(Dataset<Row> answered) {
    return answered
        .selectExpr(
            """
            concat(image_id, '|', to_json(transform(answers,
                a -> struct(a.text, round(a.log_probability, 3), a.parse_status))))""")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }
}
