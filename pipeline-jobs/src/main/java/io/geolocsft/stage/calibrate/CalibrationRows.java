package io.geolocsft.stage.calibrate;

import io.geolocsft.aggregate.Calibration;
import io.geolocsft.aggregate.Calibration.Observation;
import io.geolocsft.aggregate.Radii;
import io.geolocsft.aggregate.Reliability;
import io.geolocsft.config.RunSettings;
import io.geolocsft.stage.CalibratedAnswers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Radii and how often they hold the truth, as rows. */
record CalibrationRows(RunSettings run, Map<CalibratedAnswers, List<Observation>> observations) {

  /** Of fewer errors not even the largest is known to hold in 90 % of cases. */
  static final int FEWEST = 20;

  CalibrationRows {
    observations = new TreeMap<>(observations);
    observations.values().removeIf(some -> some.size() < FEWEST);
  }

  Map<CalibratedAnswers, Radii> calibrations() {
    Map<CalibratedAnswers, Radii> calibrations = new TreeMap<>();
    observations.forEach(
        (answers, some) -> calibrations.put(answers, Calibration.of(some).radii()));
    return calibrations;
  }

  /** Rows of {@code calibration}. */
  List<Row> calibration() {
    List<Row> rows = new ArrayList<>();
    calibrations()
        .forEach(
            (answers, radii) -> {
              for (int i = 0; i < radii.bands().size(); i++) {
                rows.add(row(answers, i, radii.bands().get(i)));
              }
            });
    return rows;
  }

  private Row row(CalibratedAnswers answers, int number, Radii.Band one) {
    return RowFactory.create(
        run.id(),
        run.name(),
        answers.model(),
        answers.aggregation(),
        number,
        one.images(),
        one.last().spreadKm(),
        one.last().logProbability(),
        one.radii().km50(),
        one.radii().km90());
  }

  /** Rows of {@code reliability}. */
  List<Row> reliability() {
    List<Row> rows = new ArrayList<>();
    observations.forEach(
        (answers, some) ->
            Reliability.of(some)
                .forEach(
                    level ->
                        rows.add(
                            RowFactory.create(
                                run.id(),
                                run.name(),
                                answers.model(),
                                answers.aggregation(),
                                level.stated(),
                                level.held(),
                                level.images()))));
    return rows;
  }
}
