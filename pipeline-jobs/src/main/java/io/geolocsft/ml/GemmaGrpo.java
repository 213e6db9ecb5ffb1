package io.geolocsft.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.geolocsft.cluster.ExampleTokens;
import io.geolocsft.cluster.GrpoRank;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.RankRun;
import io.geolocsft.cluster.RankWork;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.GrpoSettings;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.config.SftSettings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.geo.Gazetteer;
import io.geolocsft.ml.param.GrpoParams;
import io.geolocsft.ml.param.SettingParams;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Trains the adapter that {@link GemmaSft} made on by what its own answers are worth (GRPO), in a
 * barrier stage through DJL. The rows need the columns that {@link GemmaSft} asks for, and {@code
 * latitude} and {@code longitude}, DOUBLE: where an image was taken. Unless {@code constrained} is
 * off, its answers and its model's are held to the form {@code target}.
 *
 * <p>With {@code workFolder} set, a run that was killed resumes from its newest checkpoint there.
 */
public final class GemmaGrpo extends GemmaTraining<GemmaGrpo> implements GrpoParams<GemmaGrpo> {

  private static final long serialVersionUID = 1L;

  public GemmaGrpo() {
    this(Identifiable$.MODULE$.randomUID("gemmaGrpo"));
  }

  /** Spark ML copies and loads a stage by this constructor. */
  public GemmaGrpo(String uid) {
    super(uid);
    SettingParams.setDefaults(this, SftSettings.class);
    SettingParams.setDefaults(this, GrpoSettings.class);
    setDefault(epochs(), 1);
    setDefault(rewards(), new String[] {"geoscore"});
  }

  /** The adapter of a model, which lies where that model's work folder is. */
  public GemmaGrpo setModel(GemmaSftModel model) {
    return setAdapterFolder(model.files().folder());
  }

  @Override
  public GemmaSftModel fit(Dataset<?> dataset) {
    GemmaSftModel model = super.fit(dataset);
    // What answers were drawn at to learn from is not what others are to be asked for at.
    model.clear(model.temperature());
    return model;
  }

  @Override
  RankWork work(ModelSettings model, RankRun run) {
    if (!isSet(adapterFolder())) {
      throw new ConfigException(uid() + ": adapterFolder: name the adapter to go on from");
    }
    List<?> rewards = Arrays.stream($(rewards())).map(this::reward).toList();
    GrpoSettings grpo = SettingParams.read(this, GrpoSettings.class, Map.of("rewards", rewards));
    // The clipping's epsilon has the name of AdamW's.
    double epsilon = (double) ConfigReader.defaults(SftSettings.class).get("epsilon");
    SftSettings sft = SettingParams.read(this, SftSettings.class, Map.of("epsilon", epsilon));
    ExampleSettings texts = SettingParams.read(this, ExampleSettings.class);
    requireNone(grpo.contradictions(sft, texts));
    HadoopFiles adapter = files($(adapterFolder()), SparkSession.active());
    ModelSpec base = ModelSpec.base(model, run.seed());
    return new GrpoRank(
        base,
        adapter,
        base.with(adapter).revision(),
        model.device(),
        sft,
        grpo,
        texts,
        Gazetteer::builtIn,
        run);
  }

  /** A name alone stands for what has its defaults. */
  private Map<?, ?> reward(String text) {
    try {
      return text.matches("\\w+")
          ? Map.of("kind", text)
          : new YAMLMapper().readValue(text, Map.class);
    } catch (JsonProcessingException e) {
      throw new ConfigException(
          "%s: rewards: '%s' is neither a name nor YAML such as {kind: geoscore, weight: 1}"
              .formatted(uid(), text));
    }
  }

  @Override
  StructType rows() {
    return ExampleTokens.LOCATED_ROWS;
  }

  @Override
  public GemmaGrpo copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  public static MLReader<GemmaGrpo> read() {
    return ModelFiles.paramsReader(GemmaGrpo::new, GemmaGrpo.class);
  }

  public static GemmaGrpo load(String path) {
    return read().load(path);
  }
}
