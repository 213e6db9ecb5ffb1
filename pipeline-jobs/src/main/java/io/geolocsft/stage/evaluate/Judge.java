package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.RunSettings;
import io.geolocsft.evaluate.DiscordantImages;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.ModelPair;
import io.geolocsft.evaluate.Slice;
import io.geolocsft.evaluate.SliceDimension;
import io.geolocsft.stage.FigureRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/**
 * Judges the answers for benchmarks of any size on the executors: only figures come to the driver.
 *
 * @param dimensions by which benchmarks are sliced, in the order of a report
 * @param exactImages benchmarks of more images than this are counted, see {@link TalliedSlices}
 */
public record Judge(RunSettings run, List<SliceDimension> dimensions, long exactImages) {

  /** Groups of slices for each core, so that all are busy to the end. */
  private static final int PARTITIONS_PER_CORE = 8;

  /**
   * All figures, by benchmark, slice, model and metric.
   *
   * @param answers rows of {@code predictions}
   * @param images how many each benchmark has, in the order of a report
   * @param judged is told of every answer
   */
  public List<Figure> figures(
      Evaluation evaluation,
      Dataset<Row> answers,
      Map<String, Long> images,
      LongAccumulator judged) {
    int partitions =
        PARTITIONS_PER_CORE * answers.sparkSession().sparkContext().defaultParallelism();
    AnswerRows rows = new AnswerRows(dimensions);
    List<Figure> figures = new ArrayList<>();
    for (boolean exact : new boolean[] {true, false}) {
      List<String> names =
          images.keySet().stream()
              .filter(name -> images.get(name) <= exactImages == exact)
              .toList();
      if (!names.isEmpty()) {
        Dataset<Row> part = answers.where(col("benchmark").isInCollection(names));
        Dataset<Row> found =
            exact
                ? new ExactSlices(evaluation, run, rows, judged).figures(part, partitions)
                : new TalliedSlices(evaluation, run, rows, judged).figures(part, partitions);
        List<Figure> own = found.collectAsList().stream().map(FigureRows::figure).toList();
        figures.addAll(exact ? own : tested(evaluation, part, own));
      }
    }
    figures.sort(order(List.copyOf(images.keySet())));
    return figures;
  }

  /** Differences of accuracies with their p-values. */
  private List<Figure> tested(Evaluation evaluation, Dataset<Row> answers, List<Figure> figures) {
    PairedAnswers paired = new PairedAnswers(evaluation.convention(), new AnswerRows(dimensions));
    Map<ModelPair, Map<PairedAnswers.Counted, DiscordantImages>> counts = new HashMap<>();
    figures.stream()
        .flatMap(figure -> evaluation.pairOf(figure).stream())
        .distinct()
        .forEach(pair -> counts.put(pair, paired.counts(answers, pair)));
    return figures.stream()
        .map(
            figure ->
                evaluation
                    .pairOf(figure)
                    .map(pair -> figure.withPValue(pValue(figure, counts.get(pair))))
                    .orElse(figure))
        .toList();
  }

  private static double pValue(Figure figure, Map<PairedAnswers.Counted, DiscordantImages> counts) {
    return counts
        .getOrDefault(
            new PairedAnswers.Counted(
                figure.benchmark(), figure.slice(), figure.thresholdKm().getAsDouble()),
            new DiscordantImages(0, 0))
        .pValue();
  }

  /** Those of one slice come in their order and keep it. */
  private Comparator<Figure> order(List<String> benchmarks) {
    return Comparator.comparingInt((Figure figure) -> benchmarks.indexOf(figure.benchmark()))
        .thenComparing(Figure::slice, this::compare);
  }

  private int compare(Slice one, Slice other) {
    int place = place(one);
    return place != place(other) || place < 0
        ? Integer.compare(place, place(other))
        : dimensions.get(place).order().compare(one.value(), other.value());
  }

  /** Of a slice's dimension; the whole goes first. */
  private int place(Slice slice) {
    return dimensions.stream().map(SliceDimension::label).toList().indexOf(slice.dimension());
  }
}
