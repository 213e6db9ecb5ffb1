package io.geolocsft.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.OddFolder;
import io.geolocsft.failure.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestConfigReader {

  @TempDir(factory = OddFolder.class)
  Path folder;

  @Test
  void defaultsAreThePapersRecipe() {
    PipelineConfig config = ConfigFixture.with();
    assertThat(config.select().count()).isEqualTo(2700);
    assertThat(config.sft().rank()).isEqualTo(16);
    assertThat(config.sft().alpha()).isEqualTo(32);
    assertThat(config.sft().learningRate()).isEqualTo(2e-5);
    assertThat(config.sft().warmupSteps()).isEqualTo(20);
    assertThat(config.evaluate().thresholdsKm()).containsExactly(1.0, 25.0, 200.0, 750.0, 2500.0);
    assertThat(config.benchmarks()).isEmpty();
  }

  @Test
  void commandLineBeatsEnvironmentBeatsFileBeatsDefaults() throws IOException {
    Path file = write("sft: {rank: 8, epochs: 5, warmup_steps: 7}");
    Map<String, String> environment =
        Map.of("GEOLOCSFT_SFT__RANK", "9", "GEOLOCSFT_SFT__EPOCHS", "6", "GEOLOCSFT_HOME", "/x");
    PipelineConfig config = ConfigReader.read(file, List.of("sft.rank=10"), environment);
    assertThat(config.sft().rank()).isEqualTo(10);
    assertThat(config.sft().epochs()).isEqualTo(6);
    assertThat(config.sft().warmupSteps()).isEqualTo(7);
    assertThat(config.sft().logSteps()).isEqualTo(10);
  }

  @Test
  void relativePathsStartAtTheFileOrAtTheWorkingDirectory() throws IOException {
    Path file = write("");
    PipelineConfig config = ConfigReader.read(file, List.of("model.path=models/x"), Map.of());
    assertThat(config.ingest().images()).isEqualTo(folder.resolve("in/images").toString());
    assertThat(config.model().path()).isEqualTo(Path.of("models/x").toAbsolutePath().toString());
    assertThat(config.bin().countries()).isEqualTo("natural-earth");
    PipelineConfig remote = ConfigFixture.with("ingest.images=s3a://bucket/images");
    assertThat(remote.ingest().images()).isEqualTo("s3a://bucket/images");
  }

  @ParameterizedTest
  @CsvSource({
    "file:/models/a b, /models/a b",
    "file:///models/100% #1 [x], /models/100% #1 [x]",
    "/models/a%20b, /models/a%20b",
    "models:2024/x, models:2024/x",
    "s3a-like, s3a-like"
  })
  void aModelIsAPathOrAFileUri(String written, String path) throws IOException {
    PipelineConfig config =
        ConfigReader.read(write(""), List.of("model.path=" + written), Map.of());
    assertThat(config.model().path()).isEqualTo(Path.of(path).toAbsolutePath().toString());
  }

  @Test
  void aRewardMayStayTheSameOverADistance() {
    String flat = "{kind: piecewise, km: [0, 25, 750], values: [1, 1, 0.5]}";
    PipelineConfig config = ConfigFixture.with("grpo.rewards=[" + flat + "]");
    assertThat(config.grpo().rewards().get(0).values()).containsExactly(1.0, 1.0, 0.5);
  }

  @Test
  void aUriMeansItsCharactersThemselves() {
    PipelineConfig config = ConfigFixture.with("ingest.images=s3a://bucket/a b#1/[c] 100%");
    assertThat(config.ingest().images()).isEqualTo("s3a://bucket/a b#1/[c] 100%");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ablation.variants=[{name: x, candidates: 9}] | x wants 9 candidates, but infer.candidates is 1",
        "ablation.variants=[{name: x, models: [neighbours], candidates: 11}] | but neighbours.count is 10",
        "ablation.variants=[{name: x, models: [endpoint]}] | x answers by endpoint, which infer.models does not",
        "ablation.variants=[{name: x, set: [bin.level=3]}] | such a variant is a run of its own",
        "ablation.variants=[{name: x, set: [sft.rank=0]}] | x: the configuration has 1 problem",
        "ablation.variants=[{name: x, set: [grpo.epochs=2]}] | none of its models (tuned) follows from that: add rewarded",
        "ablation.variants=[{name: x, models: [base], set: [sft.rank=4]}] | none of its models (base) follows from that",
        "ablation.variants=[{name: x, aggregation: best}] | Unknown aggregation 'best'",
        "ablation.variants=[{name: ../x}] | allowed: letters, digits",
        "ablation.variants=[{name: x}, {name: X}] | two are called X",
        "ablation.variants=[{name: x, models: [tunde]}] | there is no model 'tunde': take base, tuned, rewarded, endpoint or",
        "ablation.variants=[{name: x, models: [a.tuned]}] | but ablation.runs has no run 'a'",
        "ablation.runs=[{name: a, output: x}, {name: a, output: y}] | ablation.runs: two are called a",
        "ablation.runs=[{name: a.b, output: x}] | allowed: letters, digits",
        "neighbours.count=0 | evaluate.references: has feature_nearest_neighbour, but neighbours.count is 0",
        "sft.learning_rat=1 | sft.learning_rat: unknown setting; did you mean sft.learning_rate?",
        "trainer.x=1        | trainer: unknown setting; known here: run, ingest",
        "sft.rank=high      | sft.rank: \"high\" is not allowed; allowed: a whole number from 1 to 1024",
        "sft.rank=1.5       | sft.rank: \"1.5\" is not allowed; allowed: a whole number from 1 to 1024",
        "sft.rank=0         | sft.rank: \"0\" is not allowed",
        "sft.rank=99999999999 | sft.rank: \"99999999999\" is not allowed",
        "sft.dropout=NaN    | sft.dropout: \"NaN\" is not allowed; allowed: a number from 0 to 0.9",
        "sft.warmup_steps=-1 | allowed: a whole number of at least 0",
        "select.rules.require_date=yes | allowed: true, false",
        "model.weights=random | model.weights: is random, which needs sft.adapter: none",
        "sft.adapter=none   | model.dtype: is bfloat16, but sft.adapter: none trains all weights, which needs float32",
        "model.path=s3a://bucket/gemma | model.path: \"s3a://bucket/gemma\" is not allowed;"
            + " allowed: a path or file: URI",
        "model.path=hdfs:///gemma | allowed: a path or file: URI of this and every executor's"
            + " machine",
        "sft=3              | sft: expected settings below it, found \"3\"",
        "bin.cell_system=s3 | bin.cell_system: \"s3\" is not allowed; allowed: s2, h3, quadtree",
        "run.name=../x      | allowed: letters, digits",
        "evaluate.thresholds_km=750 | evaluate.thresholds_km: expected a list",
        "'evaluate.thresholds_km=[1, x]' | evaluate.thresholds_km.1: \"x\" is not allowed",
        "infer.models=[best] | infer.models.0: \"best\" is not allowed; allowed: base, tuned",
        "benchmarks.0.name=x | benchmarks: expected a list, found {\"0\":{\"name\":\"x\"}}",
        "'benchmarks=[{name: train, images: a, table: b}]' | benchmarks.0.name: \"train\" is not allowed",
        "'benchmarks=[{name: x, table: b}]' | benchmarks.0.images: is required; allowed: a path or URI",
        "select.rules.earliest_date=2015 | allowed: a date such as 2015-01-31",
        "sft.batch_size=3   | batch_size 3 is not a multiple of ranks 1 x micro_batch_size 2",
        "bin.min_level=20   | bin: min_level 20 is above max_level 13",
        "justaword          | --set justaword: is not of the form path=value",
      })
  void oneProblemIsOneLine(String set, String message) {
    assertThatThrownBy(() -> ConfigFixture.with(set))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has 1 problem:")
        .hasMessageContaining(message);
  }

  @Test
  void allProblemsAreReportedAtOnce() throws IOException {
    Path file =
        write(
            """
            sft: {rank: 0, learning_rate: fast, epochss: 3}
            bin: {cell_system: h3, level: 31}
            report: {title: 3}
            evaluate: {confidence:}
            """);
    Map<String, String> environment = Map.of("GEOLOCSFT_SFT__ALFA", "1");
    assertThatThrownBy(() -> ConfigReader.read(file, List.of("infer.batch_size=x"), environment))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file + " has 8 problems:")
        .hasMessageContaining("sft.rank: 0 is not allowed")
        .hasMessageContaining("sft.learning_rate: \"fast\" is not allowed")
        .hasMessageContaining("sft.epochss: unknown setting; did you mean sft.epochs?")
        .hasMessageContaining("did you mean sft.alpha? (environment variable GEOLOCSFT_SFT__ALFA)")
        .hasMessageContaining("bin.level: 31 is not allowed; allowed: a whole number from 0 to 30")
        .hasMessageContaining("report.title: 3 is not allowed; allowed: a text")
        .hasMessageContaining("evaluate.confidence: has no value")
        .hasMessageContaining("(--set infer.batch_size=x)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"- a\n- b", "just text", "run: {name: a", "run: 1\nrun: 2", "a: b: c", "\tx: 1"})
  void whatIsNoMappingIsOneClearError(String yaml) {
    assertThatThrownBy(() -> ConfigReader.parse(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("the configuration");
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("none.yaml");
    assertThatThrownBy(() -> ConfigReader.read(file, List.of(), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("There is no configuration file " + file);
  }

  @ParameterizedTest
  @CsvSource({"2e-5,2e-5", "1.0e-3,1e-3", "0.5,0.5", "1,1"})
  void numbersMayBeWrittenInEveryUsualForm(String written, double value) {
    PipelineConfig config =
        ConfigReader.parse(ConfigFixture.MINIMAL + "sft: {learning_rate: " + written + "}");
    assertThat(config.sft().learningRate()).isEqualTo(value);
  }

  @Test
  void theResolvedConfigurationReadsToItself() {
    PipelineConfig config =
        ConfigFixture.with(
            "benchmarks=[{name: sparse, images: b/images, table: b/t.csv}]",
            "sft.learning_rate=1e-3",
            "report.title=A: \"b\" # c",
            "examples.prompt=  two\nlines ");
    PipelineConfig again = ConfigReader.parse(Settings.yaml(config));
    assertThat(again).isEqualTo(config);
    assertThat(Settings.hash(again)).isEqualTo(Settings.hash(config)).hasSize(32);
    assertThat(Settings.hash(ConfigFixture.with())).isNotEqualTo(Settings.hash(config));
  }

  /** {@code printf '{"a":1,"b":["x",true]}' | sha256sum}, of which half is taken. */
  @Test
  void theHashIsThatOfTheSettingsAsJson() {
    assertThat(Settings.hash(Map.of("b", List.of("x", true), "a", 1)))
        .isEqualTo("c2a9eac3043628b0883d74191c1b921a");
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("run.yaml"), ConfigFixture.MINIMAL + yaml);
  }
}
