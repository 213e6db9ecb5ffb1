package io.geolocsft.ml;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import com.google.common.base.Joiner;
import io.geolocsft.cluster.BarrierTraining;
import io.geolocsft.cluster.ExampleTokens;
import io.geolocsft.cluster.RankRun;
import io.geolocsft.cluster.RankWork;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.ml.param.SchemaRules;
import io.geolocsft.ml.param.SettingParams;
import io.geolocsft.ml.param.TrainingParams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the stages that train have in common: rows in, a work folder, and a model that answers.
 *
 * @param <S> the stage
 */
abstract class GemmaTraining<S extends GemmaTraining<S>> extends Estimator<GemmaSftModel>
    implements TrainingParams<S>, DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(GemmaTraining.class);

  /** How often a row's prompt shows its image; once where the column is missing. */
  private static final String VIEWS = "image_views";

  /** A row's tokens, which take the place of its texts. */
  private static final String TOKENS = "token_ids";

  private final String uid;

  GemmaTraining(String uid) {
    this.uid = uid;
    setSharedDefaults();
  }

  @Override
  public String uid() {
    return uid;
  }

  /**
   * What each rank does.
   *
   * @param model that is loaded
   * @param run what ranks share
   */
  abstract RankWork work(ModelSettings model, RankRun run);

  /** What ranks read. */
  abstract StructType rows();

  /**
   * Trains.
   *
   * @throws ConfigException if a param is not allowed, the message names all of them; or if the
   *     work folder holds another run's checkpoints
   */
  @Override
  public GemmaSftModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    return copyValues(new GemmaSftModel(uid, trained(dataset)), ParamMap.empty());
  }

  /** Of a temporary folder only the result is left, until this process ends. */
  private HadoopFiles trained(Dataset<?> dataset) {
    ModelSettings model = SettingParams.read(this, ModelSettings.class);
    HadoopFiles files = workFiles(dataset.sparkSession());
    String kept = "";
    try {
      RankWork work = work(model, run(files, dataset.sparkSession()));
      HadoopFiles result = BarrierTraining.run(tokens(dataset), work);
      kept = RankWork.RESULT;
      return result;
    } finally {
      if (!isSet(workFolder())) {
        clear(files, kept);
      }
    }
  }

  private RankRun run(HadoopFiles files, SparkSession spark) {
    String id = isSet(runId()) ? $(runId()) : uid;
    return new RankRun(
        (long) $(seed()),
        ImageBytes.of(spark),
        files,
        isSet(featureFolder()) ? files($(featureFolder()), spark) : files.in("features"),
        id,
        id);
  }

  /**
   * @param contradictions why, by setting
   */
  static void requireNone(Map<String, String> contradictions) {
    if (!contradictions.isEmpty()) {
      throw new ConfigException(Joiner.on("; ").withKeyValueSeparator(": ").join(contradictions));
    }
  }

  /** The rows' own tokens, or those of their texts. */
  private Dataset<Row> tokens(Dataset<?> dataset) {
    List<Column> columns = new ArrayList<>();
    columns.add(col($(idCol())).as("image_id"));
    columns.add(col($(uriCol())).as("uri"));
    columns.add(col("sha256"));
    columns.add(views(dataset));
    boolean isReady = isThere(dataset.schema(), TOKENS);
    columns.add(col(isReady ? TOKENS : "prompt"));
    columns.add(col(isReady ? "target_tokens" : "target_text"));
    for (StructField further : further()) {
      columns.add(col(further.name()));
    }
    Dataset<Row> rows = dataset.select(columns.toArray(Column[]::new));
    return isReady
        ? rows
        : rows.mapPartitions(
            new ExampleTokens($(path()), SettingParams.read(this, ExampleSettings.class).layout()),
            Encoders.row(rows()));
  }

  /** Columns that ranks read beside what all trainings do. */
  private StructField[] further() {
    StructField[] all = rows().fields();
    return Arrays.copyOfRange(all, ExampleTokens.ROWS.size(), all.length);
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
          : files(Files.createTempDirectory("geolocsft-training").toString(), spark);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a temporary work folder", e);
    }
  }

  static HadoopFiles files(String folder, SparkSession spark) {
    try {
      return HadoopFiles.below(folder, spark.sessionState().newHadoopConf());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot reach the folder " + folder, e);
    }
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
    for (StructField further : further()) {
      SchemaRules.require(schema, further.name(), further.dataType());
    }
    return GemmaSftModel.withOutput(schema);
  }
}
