package io.geolocsft.stage.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.SparkFixture;
import io.geolocsft.aggregate.Aggregation;
import io.geolocsft.aggregate.Calibration.Observation;
import io.geolocsft.aggregate.Calibration.Sureness;
import io.geolocsft.aggregate.Radii;
import io.geolocsft.config.RunSettings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.stage.CalibratedAnswers;
import io.geolocsft.stage.CalibrationFile;
import io.geolocsft.stage.MadeRun;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
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
    assertThat(rows.reliability()).hasSize(10);
    assertThat(rows.reliability().get(4).toString()).matches(".*,0.5,0.5\\d*,99]");
  }

  private Optional<Radii> read(CalibratedAnswers answers, int candidates) {
    return CalibrationFile.read(
        folder.resolve("a b#%/tuned").toString(), answers, candidates, new Configuration());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b#%/tuned", "a b#%/calibrated"})
  void theFileLiesBesideTheAdapterOrInItsRun(String place) throws Exception {
    Files.createDirectories(folder.resolve("a b#%/tuned"));
    Path written = Files.createDirectories(folder.resolve(place));
    assertThat(read(FIRST, 8)).isEmpty();
    CalibrationFile.write(written, 8, rows(99, 0).calibrations());
    assertThat(read(FIRST, 8)).contains(rows(99, 0).calibrations().get(FIRST));
    assertThat(read(FIRST, 1)).as("of other answers").isEmpty();
    assertThat(read(MEAN, 8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"candidates\": 8, \"models\": {\"tuned\": {\"first\": [{}]}}}",
        "{\"candidates\": 8, \"models\": {\"tuned\": {\"first\": [3]}}}",
        "{\"candidates\": 8, \"models\": {\"tuned\": {\"first\": [{\"spread_km\": \"x\"}]}}}"
      })
  void whatIsNoSuchFileIsNamed(String text) throws Exception {
    Path tuned = Files.createDirectories(folder.resolve("a b#%/tuned"));
    Files.writeString(tuned.resolve("calibration.json"), text);
    assertThatThrownBy(() -> read(FIRST, 8))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("calibration.json");
  }
}
