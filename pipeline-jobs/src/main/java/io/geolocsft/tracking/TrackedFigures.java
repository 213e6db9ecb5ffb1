package io.geolocsft.tracking;

import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.Slice;
import java.util.List;
import org.mlflow.api.proto.Service.Metric;

/** Figures of whole benchmarks as metrics of MLflow: {@code photos/tuned/accuracy_25_km}. */
final class TrackedFigures {

  private TrackedFigures() {}

  static List<Metric> of(List<Figure> figures, long now) {
    return figures.stream()
        .filter(figure -> figure.slice().equals(Slice.ALL) && figure.status().isEmpty())
        .filter(figure -> Double.isFinite(figure.value()))
        .map(
            figure ->
                Metric.newBuilder()
                    .setKey(name(figure))
                    .setValue(figure.value())
                    .setTimestamp(now)
                    .build())
        .toList();
  }

  private static String name(Figure figure) {
    String name = String.join("/", figure.benchmark(), figure.model(), figure.metric());
    return figure.thresholdKm().isEmpty()
        ? name
        : name + ("_" + figure.thresholdKm().getAsDouble()).replaceFirst("\\.0$", "") + "_km";
  }
}
