package io.geolocsft.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.config.VariantSettings;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestVariantRun {

  private static final String VARIANTS =
      "ablation.variants=[{name: same, aggregation: first},"
          + " {name: other, set: [select.strategy=population]},"
          + " {name: warm, set: [infer.temperature=0.5]},"
          + " {name: rewarded, models: [rewarded], set: [grpo.epochs=2]}]";

  @TempDir private Path folder;

  private final SparkSession spark = SparkFixture.session();
  private final List<String> ran = new ArrayList<>();

  /** Writes a row that says what it was made by. */
  private final class OneRow implements Stage {

    private final TableSchema table;
    private final List<String> inputs;
    private final String setting;

    OneRow(TableSchema table, List<String> inputs, String setting) {
      this.table = table;
      this.inputs = inputs;
      this.setting = setting;
    }

    @Override
    public String name() {
      return table.name();
    }

    @Override
    public List<String> inputs() {
      return inputs;
    }

    @Override
    public Optional<String> leftOut(PipelineConfig config) {
      boolean isOff = setting.equals("grpo.epochs") && !config.grpo().isWanted();
      return isOff ? Optional.of("off") : Optional.empty();
    }

    @Override
    public List<String> outputs() {
      return List.of(table.name());
    }

    @Override
    public int revision() {
      return 1;
    }

    @Override
    public SettingValues settings(SettingValues all) {
      return all.only(setting);
    }

    @Override
    public void run(StageContext context) {
      ran.add(name());
      String value = SettingValues.of(context.config()).only(setting).values().get(setting);
      context
          .tables()
          .publish(
              table,
              spark.createDataFrame(
                  List.of(MadeRun.row(table, Map.of("image_id", value))), table.struct()));
    }
  }

  private final List<Stage> chain =
      List.of(
          new OneRow(Tables.SELECTION, List.of(), "select.strategy"),
          new OneRow(Tables.EXAMPLES, List.of("selection"), "examples.decimals"),
          new OneRow(Tables.NEIGHBOURS, List.of("examples"), "grpo.epochs"),
          new OneRow(Tables.CANDIDATES, List.of("examples"), "infer.temperature"));

  private PipelineConfig config(String... settings) {
    List<String> all = new ArrayList<>(List.of(VARIANTS));
    all.addAll(List.of(settings));
    return ConfigReader.read(Path.of("../conf/quickstart.yaml"), all, Map.of());
  }

  private TableStore store() {
    return TableStore.open(spark, folder.resolve("out").toString());
  }

  /** As a run does. */
  private void runAll(PipelineConfig config) throws Exception {
    for (Stage stage : chain) {
      if (stage.leftOut(config).isPresent()) {
        continue;
      }
      TableStore tables = store();
      TableStore lined =
          tables.with(
              StageLineage.of(stage, config, input -> tables.manifest(input).orElseThrow().id()));
      stage.run(StageContext.quiet(spark, config, lined));
    }
    ran.clear();
  }

  private String made(PipelineConfig config, String name, TableSchema table) throws Exception {
    VariantSettings variant =
        config.ablation().variants().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow();
    VariantRun run = new VariantRun(StageContext.quiet(spark, config, store()), chain);
    return run.made(variant, List.of("neighbours", "candidates"))
        .read(table)
        .select("image_id")
        .first()
        .getString(0);
  }

  @Test
  void onlyWhatChangesIsMade() throws Exception {
    PipelineConfig config = config();
    runAll(config);
    assertThat(made(config, "same", Tables.CANDIDATES)).isEqualTo("1.0");
    assertThat(ran).isEmpty();
    assertThat(made(config, "warm", Tables.CANDIDATES)).isEqualTo("0.5");
    assertThat(made(config, "warm", Tables.SELECTION)).isEqualTo("\"geo_aware\"");
    assertThat(ran).containsExactly("candidates");
    ran.clear();
    assertThat(made(config, "other", Tables.SELECTION)).isEqualTo("\"population\"");
    assertThat(ran).containsExactly("selection", "examples", "candidates");
    ran.clear();
    assertThat(made(config, "other", Tables.CANDIDATES)).isEqualTo("1.0");
    assertThat(ran).as("it is there").isEmpty();
    assertThat(store().read(Tables.SELECTION).select("image_id").first().getString(0))
        .as("the run's own")
        .isEqualTo("\"geo_aware\"");
  }

  @Test
  void aStageThatTheRunLeavesOutIsRunForTheVariantThatHasIt() throws Exception {
    PipelineConfig config = config();
    runAll(config);
    made(config, "rewarded", Tables.CANDIDATES);
    assertThat(ran).containsExactly("neighbours");
    assertThat(store().manifest("neighbours")).as("the run's own").isEmpty();
  }

  @Test
  void aVariantThatBecameTheRunIsNotKeptTwice() throws Exception {
    runAll(config());
    made(config(), "other", Tables.CANDIDATES);
    Path own = folder.resolve("out/variants/other/tables/selection");
    assertThat(own).exists();
    PipelineConfig changed = config("select.strategy=population");
    runAll(changed);
    assertThat(made(changed, "other", Tables.SELECTION)).isEqualTo("\"population\"");
    assertThat(ran).isEmpty();
    assertThat(own).doesNotExist();
  }

  @Test
  void whatAKilledRunLeftIsBroughtBack() throws Exception {
    PipelineConfig config = config();
    runAll(config);
    made(config, "other", Tables.CANDIDATES);
    Path variant = folder.resolve("out/variants/other");
    Path staged = variant.resolve(".staging/selection-00000000-0000-0000-0000-000000000000.old");
    Files.createDirectories(staged.getParent());
    Files.move(variant.resolve("tables/selection"), staged);
    ran.clear();
    assertThat(made(config, "other", Tables.SELECTION)).isEqualTo("\"population\"");
    assertThat(ran).isEmpty();
    assertThat(variant.resolve("tables/selection")).exists();
    assertThat(variant.resolve(".staging")).doesNotExist();
  }
}
