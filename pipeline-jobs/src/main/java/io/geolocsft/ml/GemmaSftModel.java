package io.geolocsft.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;

import com.google.common.collect.Iterators;
import com.google.common.collect.Streams;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.answering.Answering;
import io.geolocsft.cluster.answering.Answering.AnsweredCandidate;
import io.geolocsft.cluster.answering.Answering.Answerer;
import io.geolocsft.cluster.answering.Answering.Query;
import io.geolocsft.cluster.answering.Answering.Reply;
import io.geolocsft.cluster.answering.ModelStream;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.InferSettings;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.ml.param.GemmaParams;
import io.geolocsft.ml.param.SchemaRules;
import io.geolocsft.ml.param.SettingParams;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A fine-tuned Gemma 3 that says where images were taken. Adds {@code answers}, an array of
 * candidates ({@code text}, {@code latitude}, {@code longitude}, {@code log_probability}, {@code
 * parse_status}), the greedy one first; its point as {@code answer_latitude} and {@code
 * answer_longitude}, null where its text holds none; and {@code answer_error}, why an image cannot
 * be used: it is not there, is damaged or, with a column {@code sha256}, no longer has those bytes.
 * A file system that fails ends the job instead.
 */
public final class GemmaSftModel extends Model<GemmaSftModel>
    implements GemmaParams<GemmaSftModel>, MLWritable {

  private static final long serialVersionUID = 1L;

  private static final StructType CANDIDATE =
      new StructType()
          .add("text", DataTypes.StringType, false)
          .add("latitude", DataTypes.DoubleType, true)
          .add("longitude", DataTypes.DoubleType, true)
          .add("log_probability", DataTypes.DoubleType, false)
          .add("parse_status", DataTypes.StringType, false);

  /** Of the images' bytes; a column that need not be there. */
  private static final String SHA256 = "sha256";

  private static final ArrayType CANDIDATES = DataTypes.createArrayType(CANDIDATE, false);

  private final String uid;
  private final HadoopFiles tuned;

  GemmaSftModel(String uid, HadoopFiles tuned) {
    this.uid = uid;
    this.tuned = tuned;
    setSharedDefaults();
    SettingParams.setDefaults(this, InferSettings.class);
    setDefault(constrained(), false);
    setDefault(answerBatchSize(), SettingParams.read(this, InferSettings.class).batchSize());
  }

  @Override
  public String uid() {
    return uid;
  }

  /** What was tuned: an adapter as PEFT has it, or a whole model. */
  public HadoopFiles files() {
    return tuned;
  }

  public Param<String> prompt() {
    return new Param<>(uid, "prompt", "what the model is asked about every image");
  }

  public IntParam candidates() {
    return new IntParam(uid, "candidates", "answers an image; the first is greedy");
  }

  public DoubleParam temperature() {
    return new DoubleParam(uid, "temperature", "of the sampled answers");
  }

  public IntParam topK() {
    return new IntParam(uid, "topK", "words to sample from; 0 for all");
  }

  public DoubleParam topP() {
    return new DoubleParam(uid, "topP", "probability mass to sample from");
  }

  /** Not batchSize, which is what the model was trained with. */
  public IntParam answerBatchSize() {
    return new IntParam(uid, "answerBatchSize", "images at once in one executor");
  }

  public IntParam maxNewTokens() {
    return new IntParam(uid, "maxNewTokens", "where an answer is cut off");
  }

  /**
   * Off unless it is set, unlike in the configuration: the target texts are the caller's, and need
   * not be of the form of {@link #target} and {@link #decimals}.
   */
  public BooleanParam constrained() {
    return new BooleanParam(
        uid, "constrained", "whether answers are held to the form of the target texts");
  }

  public GemmaSftModel setPrompt(String text) {
    return SettingParams.put(this, prompt(), text);
  }

  public GemmaSftModel setCandidates(int number) {
    return SettingParams.put(this, candidates(), number);
  }

  public GemmaSftModel setTemperature(double value) {
    return SettingParams.put(this, temperature(), value);
  }

  public GemmaSftModel setTopK(int words) {
    return SettingParams.put(this, topK(), words);
  }

  public GemmaSftModel setTopP(double mass) {
    return SettingParams.put(this, topP(), mass);
  }

  public GemmaSftModel setAnswerBatchSize(int images) {
    return SettingParams.put(this, answerBatchSize(), images);
  }

  public GemmaSftModel setMaxNewTokens(int tokens) {
    return SettingParams.put(this, maxNewTokens(), tokens);
  }

  public GemmaSftModel setConstrained(boolean value) {
    return SettingParams.put(this, constrained(), value);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType output = transformSchema(dataset.schema());
    Answers answers =
        new Answers(
            answering(dataset.sparkSession()),
            dataset.schema().fieldIndex($(idCol())),
            dataset.schema().fieldIndex($(uriCol())),
            Arrays.asList(dataset.schema().fieldNames()).indexOf(SHA256));
    StructType answered =
        dataset.schema().add("answers", CANDIDATES).add("answer_error", DataTypes.StringType);
    Dataset<Row> rows = dataset.toDF().mapPartitions(answers, Encoders.row(answered));
    Column first = when(size(col("answers")).gt(0), element_at(col("answers"), 1));
    return rows.withColumn("answer_latitude", first.getField("latitude"))
        .withColumn("answer_longitude", first.getField("longitude"))
        .select(SchemaRules.columns(output));
  }

  private Answering answering(SparkSession spark) {
    ModelSettings model = SettingParams.read(this, ModelSettings.class);
    long seed = (long) $(seed());
    return new Answering(
        ModelSpec.base(model, seed).with(tuned),
        List.of(new Answerer(InferSettings.TUNED, false)),
        model.device(),
        SettingParams.read(this, ExampleSettings.class),
        SettingParams.read(this, InferSettings.class, Map.of("batchSize", $(answerBatchSize()))),
        seed,
        ImageBytes.of(spark));
  }

  /** Rows with two more columns, batch by batch. */
  private record Answers(Answering answering, int id, int uri, int sha256)
      implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws Exception {
      Queue<List<Row>> asked = new ArrayDeque<>();
      Iterator<List<Query>> batches =
          Iterators.transform(
              Iterators.partition(rows, answering.settings().batchSize()),
              batch -> {
                asked.add(batch);
                return batch.stream().map(this::query).toList();
              });
      Iterator<List<Reply>> replies = ModelStream.answers(answering, batches);
      return Iterators.concat(
          Iterators.transform(replies, batch -> answered(asked.remove(), batch).iterator()));
    }

    private Query query(Row row) {
      return new Query(
          row.getString(id), row.getString(uri), sha256 < 0 ? null : row.getString(sha256));
    }

    private static List<Row> answered(List<Row> rows, List<Reply> replies) {
      return Streams.zip(rows.stream(), replies.stream(), Answers::row).toList();
    }

    private static Row row(Row row, Reply reply) {
      Object[] values = new Object[row.length() + 2];
      for (int i = 0; i < row.length(); i++) {
        values[i] = row.get(i);
      }
      values[row.length()] =
          reply.candidates().getOrDefault(InferSettings.TUNED, List.of()).stream()
              .map(Answers::candidate)
              .toArray(Row[]::new);
      values[row.length() + 1] = reply.problem() == null ? null : reply.problem().message();
      return RowFactory.create(values);
    }

    private static Row candidate(AnsweredCandidate candidate) {
      return RowFactory.create(
          candidate.text(),
          candidate.latitude(),
          candidate.longitude(),
          candidate.logProbability(),
          candidate.parseStatus());
    }
  }

  @Override
  public StructType transformSchema(StructType schema) {
    SchemaRules.require(schema, $(idCol()), DataTypes.StringType);
    SchemaRules.require(schema, $(uriCol()), DataTypes.StringType);
    return withOutput(schema);
  }

  static StructType withOutput(StructType schema) {
    StructType answers = SchemaRules.with(schema, "answers", CANDIDATES);
    StructType latitude = SchemaRules.with(answers, "answer_latitude", DataTypes.DoubleType);
    StructType point = SchemaRules.with(latitude, "answer_longitude", DataTypes.DoubleType);
    return SchemaRules.with(point, "answer_error", DataTypes.StringType);
  }

  @Override
  public GemmaSftModel copy(ParamMap extra) {
    return copyValues(new GemmaSftModel(uid, tuned), extra).setParent(parent());
  }

  /** The base model is not saved along: its folder must be where {@code path} says. */
  @Override
  public MLWriter write() {
    return ModelFiles.writer(
        this,
        (spark, place) -> {
          HadoopFiles to = HadoopFiles.below(place, spark.sessionState().newHadoopConf());
          for (String name : tuned.list("").keySet()) {
            try (InputStream in = tuned.open(name);
                OutputStream out = to.create(name)) {
              in.transferTo(out);
            }
          }
        });
  }

  public static MLReader<GemmaSftModel> read() {
    return ModelFiles.reader(GemmaSftModel.class, GemmaSftModel::load);
  }

  public static GemmaSftModel load(String path) {
    return read().load(path);
  }

  private static GemmaSftModel load(String uid, SparkSession spark, String place) throws Exception {
    return new GemmaSftModel(uid, HadoopFiles.below(place, spark.sessionState().newHadoopConf()));
  }
}
