package io.geolocsft.stage;

import io.geolocsft.aggregate.Candidate;
import io.geolocsft.geo.GeoPoint;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** An image's rows of {@code candidates}. */
public final class CandidateRows {

  private CandidateRows() {}

  /**
   * Those that have a point, in their order. A model that tells no probability has equal ones.
   *
   * @param rows with latitude, longitude and log_probability
   */
  public static List<Candidate> readable(List<Row> rows) {
    return rows.stream().flatMap(row -> candidate(row).stream()).toList();
  }

  private static Optional<Candidate> candidate(Row row) {
    Double latitude = row.getAs("latitude");
    Double logProbability = row.getAs("log_probability");
    return latitude == null
        ? Optional.empty()
        : Optional.of(
            new Candidate(
                new GeoPoint(latitude, row.<Double>getAs("longitude")),
                logProbability == null ? 0 : logProbability));
  }
}
