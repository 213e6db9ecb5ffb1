package io.geolocsft.ml;

import io.geolocsft.cluster.ExampleTokens;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.RankRun;
import io.geolocsft.cluster.RankWork;
import io.geolocsft.cluster.TrainingRank;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.config.SftSettings;
import io.geolocsft.ml.param.SettingParams;
import io.geolocsft.ml.param.SftParams;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;

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
public final class GemmaSft extends GemmaTraining<GemmaSft> implements SftParams<GemmaSft> {

  private static final long serialVersionUID = 1L;

  public GemmaSft() {
    this(Identifiable$.MODULE$.randomUID("gemmaSft"));
  }

  /** Spark ML copies and loads a stage by this constructor. */
  public GemmaSft(String uid) {
    super(uid);
    SettingParams.setDefaults(this, SftSettings.class);
  }

  @Override
  RankWork work(ModelSettings model, RankRun run) {
    SftSettings settings = SettingParams.read(this, SftSettings.class);
    requireNone(settings.contradictions(model));
    return new TrainingRank(ModelSpec.base(model, run.seed()), model.device(), settings, run);
  }

  @Override
  StructType rows() {
    return ExampleTokens.ROWS;
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
