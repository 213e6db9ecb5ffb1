package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import com.google.common.collect.Iterators;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.Rejection;
import io.geolocsft.select.SequenceSpacing;
import java.io.Serial;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Rejects images of a sequence that follow one another too closely. */
final class SpacedSequences implements FlatMapGroupsFunction<String, Row, Row> {

  @Serial private static final long serialVersionUID = 1L;

  private static final Column[] AS_TAKEN = {
    col(JudgedRows.TAKEN_AT).asc_nulls_last(), col("image_id").asc()
  };

  private final double leastMeters;
  private final StructType schema;

  private SpacedSequences(double leastMeters, StructType schema) {
    this.leastMeters = leastMeters;
    this.schema = schema;
  }

  static Dataset<Row> reject(Dataset<Row> rows, double leastMeters) {
    if (leastMeters == 0) {
      return rows;
    }
    Column inSequence = RejectionColumns.OPEN.and(col("sequence_id").isNotNull());
    Dataset<Row> spaced =
        rows.where(inSequence)
            .groupBy("sequence_id")
            .as(Encoders.STRING(), Encoders.row(rows.schema()))
            .flatMapSortedGroups(
                AS_TAKEN,
                new SpacedSequences(leastMeters, rows.schema()),
                Encoders.row(rows.schema()));
    return rows.where(not(inSequence)).union(spaced);
  }

  @Override
  public Iterator<Row> call(String sequence, Iterator<Row> rows) {
    SequenceSpacing spacing = new SequenceSpacing(leastMeters);
    return Iterators.transform(rows, row -> judged(row, spacing));
  }

  private Row judged(Row row, SequenceSpacing spacing) {
    GeoPoint point = new GeoPoint(row.getAs("latitude"), row.getAs("longitude"));
    Optional<Rejection> rejection = spacing.next(row.getAs("image_id"), point);
    if (rejection.isEmpty()) {
      return row;
    }
    Object[] values = new Object[row.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    values[schema.fieldIndex(JudgedRows.RULE)] = rejection.get().rule();
    values[schema.fieldIndex(JudgedRows.MEASURED)] = rejection.get().measured();
    values[schema.fieldIndex(JudgedRows.LIMIT)] = rejection.get().limit();
    values[schema.fieldIndex(JudgedRows.DETAIL)] = rejection.get().detail();
    return RowFactory.create(values);
  }
}
