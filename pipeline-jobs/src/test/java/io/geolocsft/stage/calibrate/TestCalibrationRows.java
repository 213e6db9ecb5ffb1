package io.geolocsft.stage.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.geolocsft.SparkFixture;
import io.geolocsft.aggregate.Aggregation;
import io.geolocsft.aggregate.Calibration.Observation;
import io.geolocsft.aggregate.Calibration.Sureness;
import io.geolocsft.aggregate.Radii;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.RunSettings;
import io.geolocsft.config.SettingValues;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.stage.CalibratedAnswers;
import io.geolocsft.stage.CalibrationFile;
import io.geolocsft.stage.MadeRun;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestCalibrationRows {

  private static final JsonMapper JSON = new JsonMapper();

  private static final CalibratedAnswers FIRST = new CalibratedAnswers("tuned", "first");

  private static final CalibratedAnswers MEAN = new CalibratedAnswers("tuned", "mean");

  @TempDir private Path folder;

  private final Dataset<Row> images =
      table(
          List.of(
              MadeRun.row(
                  Tables.BINNED,
                  Map.of("image_id", "a", "split", "train", "latitude", 0.0, "longitude", 0.0))),
          Tables.BINNED);

  private final List<String> told = new ArrayList<>();

  private static Dataset<Row> table(List<Row> rows, TableSchema schema) {
    return SparkFixture.session().createDataFrame(rows, schema.struct());
  }

  private static Row candidate(int k, double longitude, double logProbability) {
    return MadeRun.row(
        Tables.CALIBRATION_CANDIDATES,
        Map.of(
            "model",
            "tuned",
            "image_id",
            "a",
            "k",
            k,
            "latitude",
            0.0,
            "longitude",
            longitude,
            "log_probability",
            logProbability));
  }

  @Test
  void anImageIsObservedInEveryWayInWhichCandidatesBecomeOne() {
    Row unread = MadeRun.row(Tables.CALIBRATION_CANDIDATES, Map.of("model", "tuned", "k", 2));
    Map<CalibratedAnswers, List<Observation>> observations =
        Observations.of(
            table(
                List.of(candidate(1, 3, -2), unread, candidate(0, 1, -1)),
                Tables.CALIBRATION_CANDIDATES),
            images);
    assertThat(observations.keySet())
        .extracting(CalibratedAnswers::aggregation)
        .containsExactlyInAnyOrderElementsOf(Aggregation.names());
    double degree = 6371.0088 * Math.PI / 180;
    assertThat(observations.get(FIRST))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.errorKm()).isCloseTo(degree, within(1e-6));
              assertThat(one.sureness().logProbability()).isEqualTo(-1);
            });
    assertThat(observations.get(MEAN).get(0).errorKm()).isCloseTo(2 * degree, within(1e-6));
    assertThat(observations.get(MEAN).get(0).sureness().spreadKm()).isCloseTo(degree, within(1e-6));
  }

  private static List<Observation> errors(int count) {
    List<Observation> some = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      some.add(new Observation(new Sureness(0, 0), i));
    }
    return some;
  }

  private static CalibrationRows rows(int first, int mean) {
    return new CalibrationRows(
        new RunSettings("run", 1, "id"), Map.of(FIRST, errors(first), MEAN, errors(mean)));
  }

  @Test
  void fewErrorsGiveNoRadii() {
    CalibrationRows rows = rows(99, CalibrationRows.FEWEST - 1);
    assertThat(rows.calibrations().keySet()).containsExactly(FIRST);
    assertThat(rows.calibration())
        .singleElement()
        .hasToString("[id,run,tuned,first,0,99,0.0,0.0,50.0,90.0]");
    assertThat(rows.reliability()).hasSize(9);
    assertThat(rows.reliability().get(4).toString()).matches(".*,0.5,0.5\\d*,99]");
  }

  private static SettingValues settings(String... sets) {
    return CalibrationFile.settings(
        ConfigReader.parse(
            "{run: {name: made}, ingest: {images: .}, model: {path: .}, infer: {candidates: 8}}",
            sets));
  }

  private Optional<Radii> read(CalibratedAnswers answers, String... sets) {
    return CalibrationFile.read(
        folder.resolve("a b#%/" + answers.model()).toString(),
        answers.aggregation(),
        settings(sets),
        new Configuration(),
        told::add);
  }

  private void write(String place) throws IOException {
    Path written = Files.createDirectories(folder.resolve(place));
    CalibrationFile.write(
        written,
        settings(),
        Map.of("tuned", "id-of-tuned", "rewarded", "id-of-rewarded"),
        rows(99, 0).calibrations());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b#%/tuned", "a b#%/calibrated"})
  void theFileLiesBesideTheAdapterOrInItsRun(String place) throws Exception {
    Files.createDirectories(folder.resolve("a b#%/tuned"));
    assertThat(read(FIRST)).isEmpty();
    write(place);
    assertThat(read(FIRST)).contains(rows(99, 0).calibrations().get(FIRST));
    assertThat(read(MEAN)).isEmpty();
    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"infer.candidates=1", "infer.top_k=64", "examples.decimals=3"})
  void radiiOfOtherAnswersAreNone(String set) throws Exception {
    write("a b#%/tuned");
    assertThat(read(FIRST, set)).isEmpty();
    assertThat(told).singleElement().asString().contains(set.substring(0, set.indexOf('=')));
  }

  @Test
  void anAdapterThatWasRewardedHasRadiiOfItsOwn() throws Exception {
    Path calibrated = Files.createDirectories(folder.resolve("a b#%/calibrated"));
    CalibratedAnswers answers = new CalibratedAnswers("rewarded", "first");
    Map<CalibratedAnswers, Radii> radii =
        new CalibrationRows(new RunSettings("run", 1, "id"), Map.of(answers, errors(99)))
            .calibrations();
    CalibrationFile.write(calibrated, settings(), Map.of("tuned", "1", "rewarded", "2"), radii);
    Path manifest =
        Files.createDirectories(folder.resolve("a b#%/rewarded")).resolve("_manifest.json");
    Files.writeString(manifest, "{\"id\": \"2\"}");
    assertThat(read(answers)).isPresent();
    assertThat(read(FIRST)).as("of the tuned one").isEmpty();
    Files.writeString(manifest, "{\"id\": \"1\"}");
    assertThat(read(answers)).isEmpty();
  }

  @Test
  void anAdapterInAFolderOfAnotherNameIsKnownByItsManifest() throws Exception {
    Path calibrated = Files.createDirectories(folder.resolve("a b#%/calibrated"));
    Map<CalibratedAnswers, Radii> radii =
        new CalibrationRows(
                new RunSettings("run", 1, "id"),
                Map.of(FIRST, errors(99), new CalibratedAnswers("rewarded", "first"), errors(99)))
            .calibrations();
    CalibrationFile.write(calibrated, settings(), Map.of("tuned", "1", "rewarded", "2"), radii);
    Path moved = Files.createDirectories(folder.resolve("a b#%/mine"));
    CalibratedAnswers answers = new CalibratedAnswers("mine", "first");
    assertThat(read(answers)).isEmpty();
    assertThat(told)
        .singleElement()
        .asString()
        .contains("of tuned and rewarded", "one of these names");
    Files.writeString(moved.resolve("_manifest.json"), "{\"id\": \"2\"}");
    assertThat(read(answers)).isPresent();
  }

  @Test
  void radiiOfAnOlderAdapterAreNone() throws Exception {
    write("a b#%/calibrated");
    Path manifest =
        Files.createDirectories(folder.resolve("a b#%/tuned")).resolve("_manifest.json");
    Files.writeString(manifest, "{\"id\": \"id-of-tuned\"}");
    assertThat(read(FIRST)).isPresent();
    Files.writeString(manifest, "{\"id\": \"another\"}");
    assertThat(read(FIRST)).isEmpty();
    assertThat(told).singleElement().asString().contains("trained before");
  }

  private static String quoted(String path, String value) {
    return "\"%s\": %s, ".formatted(path, JSON.valueToTree(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"models\": {\"tuned\": {\"first\": [{}]}}}",
        "{\"models\": {\"tuned\": {\"first\": [3]}}}",
        "{\"models\": {\"tuned\": {\"first\": [{\"spread_km\": \"x\"}]}}}"
      })
  void whatIsNoSuchFileIsNamed(String text) throws Exception {
    Path tuned = Files.createDirectories(folder.resolve("a b#%/tuned"));
    StringBuilder settings = new StringBuilder();
    settings().values().forEach((path, value) -> settings.append(quoted(path, value)));
    Files.writeString(
        tuned.resolve("calibration.json"),
        text.replaceFirst("^\\{\"", "{\"settings\": {" + settings + "\"x\": 0}, \""));
    assertThatThrownBy(() -> read(FIRST))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("calibration.json");
  }
}
