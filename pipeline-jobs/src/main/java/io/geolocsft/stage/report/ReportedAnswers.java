package io.geolocsft.stage.report;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.InferSettings;
import io.geolocsft.evaluate.BenchmarkImage;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.report.data.AnswerCard;
import io.geolocsft.report.data.AnswerSet;
import io.geolocsft.report.data.AnswerSet.JudgedAnswer;
import io.geolocsft.report.data.Picture;
import io.geolocsft.stage.BenchmarkSet;
import io.geolocsft.stage.FigureRows;
import io.geolocsft.stage.StageContext;
import io.geolocsft.stage.StoredPredictions;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What the report shows of answers and figures. */
final class ReportedAnswers {

  private static final List<String> SHOWN = List.of(InferSettings.TUNED, InferSettings.BASE);

  private final StageContext context;
  private final List<BenchmarkSet> benchmarks;
  private final Convention convention;
  private final StoredPredictions answers;

  private ReportedAnswers(
      StageContext context,
      List<BenchmarkSet> benchmarks,
      Convention convention,
      StoredPredictions answers) {
    this.context = context;
    this.benchmarks = benchmarks;
    this.convention = convention;
    this.answers = answers;
  }

  static ReportedAnswers of(
      StageContext context, List<BenchmarkSet> benchmarks, Convention convention) {
    Dataset<Row> all =
        context
            .tables()
            .read(Tables.PREDICTIONS)
            .unionByName(context.tables().read(Tables.REFERENCE_PREDICTIONS));
    return new ReportedAnswers(context, benchmarks, convention, StoredPredictions.of(all));
  }

  /** The figures of the convention that the settings spell out, in the benchmarks' order. */
  List<Figure> figures() {
    List<String> order = benchmarks.stream().map(BenchmarkSet::name).toList();
    return context
        .tables()
        .read(Tables.METRICS)
        .where(col("convention").equalTo(convention.name()))
        .collectAsList()
        .stream()
        .map(FigureRows::figure)
        .sorted(Comparator.comparingInt(figure -> order.indexOf(figure.benchmark())))
        .toList();
  }

  /** Every model's answers for every benchmark, in the order of the images. */
  List<AnswerSet> sets() {
    List<AnswerSet> sets = new ArrayList<>();
    for (BenchmarkSet benchmark : benchmarks) {
      answers
          .of(benchmark.name())
          .forEach(
              (model, points) ->
                  sets.add(
                      new AnswerSet(
                          benchmark.name(),
                          model,
                          benchmark.images().stream()
                              .map(image -> answer(benchmark.name(), model, image))
                              .toList())));
    }
    return sets;
  }

  private JudgedAnswer answer(String benchmark, String model, BenchmarkImage image) {
    Prediction prediction =
        answers
            .of(benchmark)
            .getOrDefault(model, Map.of())
            .getOrDefault(image.imageId(), Prediction.NONE);
    return new JudgedAnswer(
        image.truth(), prediction.point(), answers.distanceKm(benchmark, model, image.imageId()));
  }

  /** So many of the best and of the worst answers of the tuned model, as many of each benchmark. */
  List<AnswerCard> cards(int count) {
    List<Ranked> chosen = new ArrayList<>();
    for (int i = 0; i < benchmarks.size(); i++) {
      // The first benchmarks take one more where the count cannot be divided.
      int share = count / benchmarks.size() + (i < count % benchmarks.size() ? 1 : 0);
      chosen.addAll(chosen(benchmarks.get(i), share));
    }
    Map<String, String> uris = uris(chosen);
    ImageBytes bytes = ImageBytes.of(context.spark());
    Map<String, List<Written>> texts = texts(chosen);
    return chosen.stream()
        .map(
            ranked ->
                ranked.card(
                    texts,
                    convention.distance(),
                    picture(bytes, uris.get(ranked.image().imageId()))))
        .toList();
  }

  private List<Ranked> chosen(BenchmarkSet benchmark, int count) {
    String name = benchmark.name();
    Optional<String> shown = SHOWN.stream().filter(answers.of(name)::containsKey).findFirst();
    if (shown.isEmpty()) {
      return List.of();
    }
    String model = shown.get();
    boolean isBase = model.equals(InferSettings.BASE);
    List<Ranked> ranked =
        benchmark.images().stream()
            .map(
                image ->
                    new Ranked(
                        name,
                        model,
                        image,
                        answer(name, model, image),
                        isBase
                            ? Double.NaN
                            : answers.distanceKm(name, InferSettings.BASE, image.imageId()),
                        true))
            .filter(each -> each.answer().answer().isPresent())
            .sorted(
                Comparator.comparingDouble((Ranked each) -> each.answer().distanceKm())
                    .thenComparing(each -> each.image().imageId()))
            .toList();
    int half = Math.min(count, ranked.size() / 2);
    List<Ranked> chosen = new ArrayList<>(ranked.subList(0, half));
    IntStream.range(0, half)
        .mapToObj(i -> ranked.get(ranked.size() - 1 - i).asWorst())
        .forEach(chosen::add);
    return chosen;
  }

  private Map<String, String> uris(List<Ranked> chosen) {
    Map<String, String> uris = new HashMap<>();
    BenchmarkSet.evaluated(context.tables().read(Tables.BINNED))
        .where(col("image_id").isInCollection(ids(chosen)))
        .select("image_id", "uri")
        .collectAsList()
        .forEach(row -> uris.put(row.getString(0), row.getString(1)));
    return uris;
  }

  /** What the shown models wrote for each image, of what can be read, in the order of k. */
  private Map<String, List<Written>> texts(List<Ranked> chosen) {
    Map<String, List<Written>> texts = new HashMap<>();
    context
        .tables()
        .read(Tables.CANDIDATES)
        .where(col("latitude").isNotNull().and(col("image_id").isInCollection(ids(chosen))))
        .select("benchmark", "model", "image_id", "k", "text", "latitude", "longitude")
        .orderBy("benchmark", "model", "image_id", "k")
        .collectAsList()
        .forEach(
            row ->
                texts
                    .computeIfAbsent(
                        Ranked.key(row.getString(0), row.getString(1), row.getString(2)),
                        unused -> new ArrayList<>())
                    .add(
                        new Written(
                            row.getString(4), new GeoPoint(row.getDouble(5), row.getDouble(6)))));
    return texts;
  }

  /** A candidate. */
  private record Written(String text, GeoPoint point) {}

  private static List<Object> ids(List<Ranked> chosen) {
    return chosen.stream().<Object>map(ranked -> ranked.image().imageId()).distinct().toList();
  }

  /** The page says so where an image is gone; the report is worth writing without it. */
  private static Optional<Picture> picture(ImageBytes bytes, String uri) {
    try {
      return Optional.of(Picture.of(bytes.image(uri, null)));
    } catch (UnusableImageException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read %s: %s".formatted(uri, e.getMessage()), e);
    }
  }

  private record Ranked(
      String benchmark,
      String model,
      BenchmarkImage image,
      JudgedAnswer answer,
      double baseKm,
      boolean best) {

    static String key(String benchmark, String model, String imageId) {
      return benchmark + "\n" + model + "\n" + imageId;
    }

    Ranked asWorst() {
      return new Ranked(benchmark, model, image, answer, baseKm, false);
    }

    /** An aggregate is not a candidate's text; the nearest one shows best what it comes from. */
    AnswerCard card(
        Map<String, List<Written>> texts, DistanceModel distance, Optional<Picture> picture) {
      List<Written> candidates =
          texts.getOrDefault(key(benchmark, model, image.imageId()), List.of());
      GeoPoint point = answer.answer().orElseThrow();
      Optional<Written> nearest =
          candidates.stream()
              .min(Comparator.comparingDouble(each -> distance.kilometers(each.point(), point)));
      return new AnswerCard(
          benchmark,
          image.imageId(),
          best,
          image.truth(),
          answer.answer(),
          answer.distanceKm(),
          baseKm,
          nearest.map(Written::text).orElse(""),
          candidates.size(),
          nearest.map(each -> distance.kilometers(each.point(), point)).orElse(0.0),
          picture);
    }
  }
}
