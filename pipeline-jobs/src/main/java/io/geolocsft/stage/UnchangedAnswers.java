package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.config.InferSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.RunSettings;
import io.geolocsft.config.SettingValues;
import io.geolocsft.table.Lineage;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Answers of the last run that another one would not change: those of a model which is as it was,
 * for the same images, prompt and sampling. A new adapter leaves the base model's as they are.
 *
 * @param models whose answers these are
 * @param asked the tables where they are
 * @param run this one
 */
record UnchangedAnswers(Set<String> models, TableStore tables, AskedModels asked, RunSettings run) {

  static UnchangedAnswers of(StageContext context, AskedModels asked) {
    TableStore tables = context.tables();
    RunSettings run = context.config().run();
    List<String> same = new ArrayList<>(context.config().infer().models());
    same.removeIf(model -> !isSame(model, context, asked));
    if (same.isEmpty()) {
      return new UnchangedAnswers(Set.of(), tables, asked, run);
    }
    Set<String> models = new TreeSet<>(same);
    models.retainAll(
        tables
            .read(asked.candidates())
            .select("model")
            .distinct()
            .as(Encoders.STRING())
            .collectAsList());
    if (!models.isEmpty()) {
      context.tell(asked.stage() + ": keeping the answers of " + String.join(", ", models));
    }
    return new UnchangedAnswers(models, tables, asked, run);
  }

  /** One whose tables are as they would be made now is asked again, for the user wants it so. */
  private static boolean isSame(String model, StageContext context, AskedModels asked) {
    TableStore tables = context.tables();
    Set<String> settings = otherSettings(model, context.config());
    Set<String> inputs = otherInputs(model, context.config());
    return !tables.isCurrent(asked.candidates())
        && tables.isCurrentBut(asked.candidates(), settings, inputs)
        && tables.isCurrentBut(asked.errors(), settings, inputs);
  }

  /** Settings that its answers do not depend on. */
  private static Set<String> otherSettings(String model, PipelineConfig config) {
    SettingValues all = SettingValues.of(config);
    return model.equals(InferSettings.ENDPOINT)
        ? all.only(AskedModels.MODELS, "model").values().keySet()
        : all.only(AskedModels.MODELS, "infer.endpoint").values().keySet();
  }

  private static Set<String> otherInputs(String model, PipelineConfig config) {
    return switch (model) {
      case InferSettings.BASE -> Set.copyOf(AskedModels.FOLDERS.values());
      case InferSettings.TUNED -> Set.of(Tables.REWARDED);
      case InferSettings.ENDPOINT -> {
        Set<String> others = new TreeSet<>(AskedModels.FOLDERS.values());
        AskedModels.externalInputs(config)
            .keySet()
            .forEach(name -> others.add(Lineage.OUTSIDE + name));
        yield others;
      }
      default -> Set.of(Tables.TUNED);
    };
  }

  /** These and what was answered now. */
  Dataset<Row> candidates(Dataset<Row> answered) {
    Dataset<Row> rows = answered.select(Tables.CANDIDATES.columns());
    return models.isEmpty()
        ? rows
        : rows.unionAll(
            ofThisRun(
                tables
                    .read(asked.candidates())
                    .where(col("model").isin((Object[]) models.toArray(String[]::new)))));
  }

  /** The images that had no answer, and those that have none now. */
  Dataset<Row> errors(Dataset<Row> found) {
    return models.isEmpty() ? found : found.unionAll(ofThisRun(tables.read(asked.errors())));
  }

  private Dataset<Row> ofThisRun(Dataset<Row> rows) {
    return rows.withColumn("run_id", lit(run.id())).withColumn("run_name", lit(run.name()));
  }
}
