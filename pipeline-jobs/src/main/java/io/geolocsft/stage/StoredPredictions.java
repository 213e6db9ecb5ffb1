package io.geolocsft.stage;

import com.google.common.collect.Maps;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.failure.DataException;
import io.geolocsft.geo.GeoPoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rows of {@code predictions} as answers by benchmark, model and image id. */
public final class StoredPredictions {

  /**
   * A row.
   *
   * @param distanceKm from the truth; NaN where there is no point
   */
  private record Stored(Prediction prediction, double distanceKm) {

    static final Stored NONE = new Stored(Prediction.NONE, Double.NaN);
  }

  private final Map<String, Map<String, Map<String, Stored>>> answers = new TreeMap<>();

  private StoredPredictions() {}

  public static StoredPredictions of(Dataset<Row> predictions) {
    StoredPredictions all = new StoredPredictions();
    predictions
        .select(
            "benchmark",
            "model",
            "image_id",
            "latitude",
            "longitude",
            "parse_status",
            "distance_km")
        .collectAsList()
        .forEach(all::add);
    return all;
  }

  private void add(Row row) {
    double distanceKm = row.isNullAt(6) ? Double.NaN : row.getDouble(6);
    Stored earlier =
        answers
            .computeIfAbsent(row.getString(0), unused -> new TreeMap<>())
            .computeIfAbsent(row.getString(1), unused -> new HashMap<>())
            .put(row.getString(2), new Stored(prediction(row), distanceKm));
    if (earlier != null) {
      throw new DataException(
          "The predictions hold image %s of %s twice for the model %s: run infer again"
              .formatted(row.getString(2), row.getString(0), row.getString(1)));
    }
  }

  private static Prediction prediction(Row row) {
    if (row.isNullAt(3) || row.isNullAt(4)) {
      return new Prediction(Optional.empty(), row.getString(5));
    }
    double latitude = row.getDouble(3);
    double longitude = row.getDouble(4);
    if (!GeoPoint.isValid(latitude, longitude)) {
      throw new DataException(
          "The predictions of the model %s for image %s are not a point on Earth (%s, %s): run infer again"
              .formatted(row.getString(1), row.getString(2), latitude, longitude));
    }
    return new Prediction(Optional.of(new GeoPoint(latitude, longitude)), row.getString(5));
  }

  /** How far an answer lies from the truth, km; NaN where there is none. */
  public double distanceKm(String benchmark, String model, String imageId) {
    return answers
        .getOrDefault(benchmark, Map.of())
        .getOrDefault(model, Map.of())
        .getOrDefault(imageId, Stored.NONE)
        .distanceKm();
  }

  /** Answers by image id of every model that answered the benchmark. */
  public Map<String, Map<String, Prediction>> of(String benchmark) {
    return Maps.transformValues(
        answers.getOrDefault(benchmark, Map.of()),
        byImage -> Maps.transformValues(byImage, Stored::prediction));
  }
}
