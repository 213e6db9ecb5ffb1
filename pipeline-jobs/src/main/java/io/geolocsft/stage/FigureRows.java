package io.geolocsft.stage;

import com.google.common.base.Strings;
import io.geolocsft.config.RunSettings;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.Interval;
import io.geolocsft.evaluate.Slice;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Figures as rows of {@code metrics}, and back. */
public final class FigureRows {

  private FigureRows() {}

  public static Row row(RunSettings run, Figure figure) {
    Interval interval = figure.interval();
    return RowFactory.create(
        run.id(),
        run.name(),
        figure.model(),
        figure.benchmark(),
        figure.convention(),
        figure.metric(),
        figure.thresholdKm().isPresent() ? figure.thresholdKm().getAsDouble() : null,
        figure.slice().toString(),
        figure.value(),
        interval.isKnown() ? interval.low() : null,
        interval.isKnown() ? interval.high() : null,
        figure.n(),
        interval.isKnown() ? figure.resampling() : null,
        figure.pValue().isPresent() ? figure.pValue().getAsDouble() : null,
        figure.status().orElse(null));
  }

  public static Figure figure(Row row) {
    return new Figure(
        row.getAs("benchmark"),
        row.getAs("model"),
        row.getAs("convention"),
        row.getAs("metric"),
        optional(row, "threshold_km"),
        Optional.ofNullable(row.getAs("parse_status")),
        slice(row.getAs("slice")),
        number(row, "value"),
        new Interval(number(row, "ci_low"), number(row, "ci_high")),
        Strings.nullToEmpty(row.getAs("resampling")),
        optional(row, "p_value"),
        row.<Long>getAs("n"));
  }

  private static Slice slice(String text) {
    int cut = text.indexOf('=');
    return cut < 0 ? Slice.ALL : new Slice(text.substring(0, cut), text.substring(cut + 1));
  }

  private static OptionalDouble optional(Row row, String column) {
    Double value = row.getAs(column);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static double number(Row row, String column) {
    Double value = row.getAs(column);
    return value == null ? Double.NaN : value;
  }
}
