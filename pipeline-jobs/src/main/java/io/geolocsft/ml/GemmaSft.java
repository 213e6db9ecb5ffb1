package io.geolocsft.ml;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import com.google.common.base.Joiner;
import io.geolocsft.cluster.BarrierTraining;
import io.geolocsft.cluster.ExampleTokens;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.RankRun;
import io.geolocsft.cluster.TrainingRank;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.config.SftSettings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fine-tunes a Gemma 3 on images with a prompt and a target text each, in a barrier stage through
 * DJL; the loss counts the target's tokens alone. The rows need the columns of the table {@code
 * examples}: {@code prompt}, {@code target_text} and {@code sha256} (of the image's bytes, the key
 * of its cached features) beside id and uri. With the column {@code image_views}, INT, a prompt
 * also shows the crops of an oblong image, as pan and scan counts them. With the columns {@code
 * token_ids}, ARRAY of INT, and {@code target_tokens}, INT, of the same table the texts are not
 * needed: they are not made into tokens again.
 *
 * <p>With {@code workFolder} set, a run that was killed resumes from its newest checkpoint there.
 */
public final class GemmaSft extends Estimator<GemmaSftModel>
    implements SftParams<GemmaSft>, DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(GemmaSft.class);

  /** How often a row's prompt shows its image; once where the column is missing. */
  private static final String VIEWS = "image_views";

  /** A row's tokens, which take the place of its texts. */
  private static final String TOKENS = "token_ids";

  private final String uid;

  public GemmaSft() {
    this(Identifiable$.MODULE$.randomUID("gemmaSft"));
  }

  /** Spark ML copies and loads a stage by this constructor. */
  public GemmaSft(String uid) {
    this.uid = uid;
    setSharedDefaults();
    SettingParams.setDefaults(this, SftSettings.class);
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> workFolder() {
    return new Param<>(
        uid,
        "workFolder",
        "folder on any Hadoop file system that driver and executors see, for checkpoints, log and"
            + " result; a temporary one of this machine without it, which is gone when this"
            + " process ends: save the model");
  }

  public GemmaSft setWorkFolder(String folder) {
    return SettingParams.put(this, workFolder(), folder);
  }

  public Param<String> featureFolder() {
    return new Param<>(
        uid,
        "featureFolder",
        "folder on such a file system for the images' vision features, which serve later trainings"
            + " of the same model on the same images; of one training at a time; in the work"
            + " folder without it");
  }

  public GemmaSft setFeatureFolder(String folder) {
    return SettingParams.put(this, featureFolder(), folder);
  }

  public Param<String> runId() {
    return new Param<>(uid, "runId", "of the run, for the training log; the stage's uid without");
  }

  public GemmaSft setRunId(String id) {
    return SettingParams.put(this, runId(), id);
  }

  /**
   * @throws ConfigException if a param is not allowed, the message names all of them; or if the
   *     work folder holds another run's checkpoints
   */
  @Override
  public GemmaSftModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    TrainingRank rank = trainingRank(dataset.sparkSession());
    return copyValues(new GemmaSftModel(uid, trained(tokens(dataset), rank)), ParamMap.empty());
  }

  /** The rows' own tokens, or those of their texts. */
  private Dataset<Row> tokens(Dataset<?> dataset) {
    List<Column> image =
        List.of(
            col($(idCol())).as("image_id"),
            col($(uriCol())).as("uri"),
            col("sha256"),
            views(dataset));
    if (isThere(dataset.schema(), TOKENS)) {
      return select(dataset, image, col(TOKENS), col("target_tokens"));
    }
    ExampleTokens tokens =
        new ExampleTokens($(path()), SettingParams.read(this, ExampleSettings.class).layout());
    return select(dataset, image, col("prompt"), col("target_text"))
        .mapPartitions(tokens, Encoders.row(ExampleTokens.ROWS));
  }

  private static Dataset<Row> select(Dataset<?> dataset, List<Column> image, Column... others) {
    return dataset.select(Stream.concat(image.stream(), Stream.of(others)).toArray(Column[]::new));
  }

  /** Of a temporary folder only the result is left, until this process ends. */
  private HadoopFiles trained(Dataset<Row> rows, TrainingRank rank) {
    if (isSet(workFolder())) {
      return BarrierTraining.run(rows, rank);
    }
    String kept = "";
    try {
      HadoopFiles result = BarrierTraining.run(rows, rank);
      kept = TrainingRank.RESULT;
      return result;
    } finally {
      clear(rank.run().files(), kept);
    }
  }

  private static void clear(HadoopFiles files, String kept) {
    try {
      for (String name : files.list("").keySet()) {
        if (!name.equals(kept)) {
          files.delete(name);
        }
      }
      if (kept.isEmpty()) {
        files.delete("");
      } else {
        files.deleteAtExit();
      }
    } catch (IOException e) {
      LOG.warn("Cannot delete the temporary folder {}", files.folder(), e);
    }
  }

  private static Column views(Dataset<?> dataset) {
    return isThere(dataset.schema(), VIEWS)
        ? coalesce(col(VIEWS), lit(1)).as(VIEWS)
        : lit(1).as(VIEWS);
  }

  private static boolean isThere(StructType schema, String column) {
    return Arrays.asList(schema.fieldNames()).contains(column);
  }

  private HadoopFiles workFiles(SparkSession spark) {
    try {
      return isSet(workFolder())
          ? files($(workFolder()), spark)
          : files(Files.createTempDirectory("geolocsft-sft").toString(), spark);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a temporary work folder", e);
    }
  }

  private static HadoopFiles files(String folder, SparkSession spark) {
    try {
      return HadoopFiles.below(folder, spark.sessionState().newHadoopConf());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot reach the folder " + folder, e);
    }
  }

  private TrainingRank trainingRank(SparkSession spark) {
    ModelSettings model = SettingParams.read(this, ModelSettings.class);
    SftSettings settings = SettingParams.read(this, SftSettings.class);
    Map<String, String> contradictions = settings.contradictions(model);
    if (!contradictions.isEmpty()) {
      throw new ConfigException(Joiner.on("; ").withKeyValueSeparator(": ").join(contradictions));
    }
    HadoopFiles files = workFiles(spark);
    return new TrainingRank(
        ModelSpec.base(model, (long) $(seed())),
        model.device(),
        settings,
        new RankRun(
            (long) $(seed()),
            ImageBytes.of(spark),
            files,
            isSet(featureFolder()) ? files($(featureFolder()), spark) : files.in("features"),
            isSet(runId()) ? $(runId()) : uid,
            isSet(runId()) ? $(runId()) : uid));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    for (String column : List.of($(idCol()), $(uriCol()), "sha256")) {
      SchemaRules.require(schema, column, DataTypes.StringType);
    }
    if (isThere(schema, TOKENS)) {
      SchemaRules.require(schema, TOKENS, DataTypes.createArrayType(DataTypes.IntegerType));
      SchemaRules.require(schema, "target_tokens", DataTypes.IntegerType);
    } else {
      SchemaRules.require(schema, "prompt", DataTypes.StringType);
      SchemaRules.require(schema, "target_text", DataTypes.StringType);
    }
    if (isThere(schema, VIEWS)) {
      SchemaRules.require(schema, VIEWS, DataTypes.IntegerType);
    }
    return GemmaSftModel.withOutput(schema);
  }

  @Override
  public GemmaSft copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  public static MLReader<GemmaSft> read() {
    return ModelFiles.paramsReader(GemmaSft::new, GemmaSft.class);
  }

  public static GemmaSft load(String path) {
    return read().load(path);
  }
}
