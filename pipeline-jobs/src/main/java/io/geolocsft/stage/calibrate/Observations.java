package io.geolocsft.stage.calibrate;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.struct;

import io.geolocsft.aggregate.Aggregate;
import io.geolocsft.aggregate.Aggregation;
import io.geolocsft.aggregate.Calibration.Observation;
import io.geolocsft.aggregate.Calibration.Sureness;
import io.geolocsft.aggregate.Candidate;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.stage.CalibratedAnswers;
import io.geolocsft.stage.CandidateRows;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Answers beside the truth, of every way in which candidates become one. */
final class Observations {

  private static final StructType ROW =
      new StructType()
          .add("model", DataTypes.StringType)
          .add("aggregation", DataTypes.StringType)
          .add("spread_km", DataTypes.DoubleType)
          .add("log_probability", DataTypes.DoubleType)
          .add("error_km", DataTypes.DoubleType);

  private Observations() {}

  /**
   * In an order that has nothing to do with them. They fit the driver: there are at most as many
   * images as {@code calibrate.images} may say.
   *
   * @param candidates rows of {@code calibration_candidates}
   * @param images rows of {@code binned}
   */
  static Map<CalibratedAnswers, List<Observation>> of(
      Dataset<Row> candidates, Dataset<Row> images) {
    FlatMapFunction<Row, Row> observed = Observations::observed;
    Map<CalibratedAnswers, List<Observation>> all = new TreeMap<>();
    candidates
        .where(col("latitude").isNotNull())
        .groupBy("model", "image_id")
        .agg(
            array_sort(collect_list(struct("k", "latitude", "longitude", "log_probability")))
                .as("answers"))
        .join(
            images.select(
                col("image_id"),
                col("latitude").as("truth_latitude"),
                col("longitude").as("truth_longitude")),
            "image_id")
        .orderBy("model", "image_id")
        .flatMap(observed, Encoders.row(ROW))
        .collectAsList()
        .forEach(
            row ->
                all.computeIfAbsent(
                        new CalibratedAnswers(row.getString(0), row.getString(1)),
                        unused -> new ArrayList<>())
                    .add(
                        new Observation(
                            new Sureness(row.getDouble(2), row.getDouble(3)), row.getDouble(4))));
    return all;
  }

  private static Iterator<Row> observed(Row row) {
    List<Candidate> candidates = CandidateRows.readable(row.getList(row.fieldIndex("answers")));
    GeoPoint truth =
        new GeoPoint(row.<Double>getAs("truth_latitude"), row.<Double>getAs("truth_longitude"));
    return Aggregation.names().stream()
        .map(name -> observed(row.getAs("model"), name, candidates, truth))
        .iterator();
  }

  private static Row observed(
      String model, String aggregation, List<Candidate> candidates, GeoPoint truth) {
    Aggregate answer = Aggregation.of(aggregation).aggregate(candidates).orElseThrow();
    Sureness sureness = Sureness.of(answer, candidates);
    return RowFactory.create(
        model,
        aggregation,
        sureness.spreadKm(),
        sureness.logProbability(),
        DistanceModel.SPHERE_6371_0088.kilometers(answer.point(), truth));
  }
}
