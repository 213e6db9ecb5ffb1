package io.geolocsft.stage.report;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.InferSettings;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.report.data.AnswerCard;
import io.geolocsft.report.data.AnswerSet.JudgedAnswer;
import io.geolocsft.report.data.Picture;
import io.geolocsft.stage.SplitRows;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The best and the worst answers, each with its image.
 *
 * @param context of the stage
 * @param benchmarks names in the report's order
 */
record ReportedCards(StageContext context, List<String> benchmarks) {

  private static final List<String> SHOWN =
      List.of(InferSettings.REWARDED, InferSettings.TUNED, InferSettings.BASE);

  /**
   * So many of the best and of the worst answers of the trained model, as many of each benchmark.
   */
  List<AnswerCard> cards(int count) {
    List<Ranked> chosen = new ArrayList<>();
    for (int i = 0; i < benchmarks.size(); i++) {
      // The first benchmarks take one more where the count cannot be divided.
      int share = count / benchmarks.size() + (i < count % benchmarks.size() ? 1 : 0);
      chosen.addAll(chosen(benchmarks.get(i), share));
    }
    List<Object> ids = chosen.stream().<Object>map(Ranked::imageId).distinct().toList();
    Map<String, String> uris = uris(ids);
    Map<String, Double> baseKm = baseKm(ids);
    Map<String, List<Written>> texts = texts(ids);
    ImageBytes bytes = ImageBytes.of(context.spark());
    DistanceModel distance = context.config().evaluate().convention().distance();
    return chosen.stream()
        .map(
            ranked ->
                ranked.card(
                    texts,
                    ranked.model().equals(InferSettings.BASE) ? Map.of() : baseKm,
                    distance,
                    picture(bytes, uris.get(ranked.imageId()))))
        .toList();
  }

  private List<Ranked> chosen(String benchmark, int count) {
    Dataset<Row> own =
        context
            .tables()
            .read(Tables.PREDICTIONS)
            .where(col("benchmark").equalTo(benchmark).and(col("distance_km").isNotNull()));
    for (String model : SHOWN) {
      Dataset<Row> answers = own.where(col("model").equalTo(model));
      int half = (int) Math.min(count, answers.count() / 2);
      if (half > 0) {
        List<Ranked> chosen = new ArrayList<>();
        ranked(answers, col("distance_km"), col("image_id"), half)
            .forEach(row -> chosen.add(Ranked.of(row, true)));
        ranked(answers, col("distance_km").desc(), col("image_id").desc(), half)
            .forEach(row -> chosen.add(Ranked.of(row, false)));
        return chosen;
      }
    }
    return List.of();
  }

  private static List<Row> ranked(Dataset<Row> answers, Column by, Column then, int count) {
    return answers.orderBy(by, then).limit(count).collectAsList();
  }

  private Map<String, String> uris(List<Object> ids) {
    Map<String, String> uris = new HashMap<>();
    SplitRows.evaluated(context.tables().read(Tables.BINNED))
        .where(col("image_id").isInCollection(ids))
        .select("image_id", "uri")
        .collectAsList()
        .forEach(row -> uris.put(row.getString(0), row.getString(1)));
    return uris;
  }

  /** How far the base model's answers lie from the truth. */
  private Map<String, Double> baseKm(List<Object> ids) {
    Map<String, Double> distances = new HashMap<>();
    context
        .tables()
        .read(Tables.PREDICTIONS)
        .where(
            col("model")
                .equalTo(InferSettings.BASE)
                .and(col("distance_km").isNotNull())
                .and(col("image_id").isInCollection(ids)))
        .select("benchmark", "image_id", "distance_km")
        .collectAsList()
        .forEach(
            row ->
                distances.put(
                    key(row.getString(0), InferSettings.BASE, row.getString(1)), row.getDouble(2)));
    return distances;
  }

  /** What the models wrote for each image, of what can be read, in the order of k. */
  private Map<String, List<Written>> texts(List<Object> ids) {
    Map<String, List<Written>> texts = new HashMap<>();
    context
        .tables()
        .read(Tables.CANDIDATES)
        .where(col("latitude").isNotNull().and(col("image_id").isInCollection(ids)))
        .select("benchmark", "model", "image_id", "k", "text", "latitude", "longitude")
        .orderBy("benchmark", "model", "image_id", "k")
        .collectAsList()
        .forEach(
            row ->
                texts
                    .computeIfAbsent(
                        key(row.getString(0), row.getString(1), row.getString(2)),
                        unused -> new ArrayList<>())
                    .add(
                        new Written(
                            row.getString(4), new GeoPoint(row.getDouble(5), row.getDouble(6)))));
    return texts;
  }

  private static String key(String benchmark, String model, String imageId) {
    return benchmark + "\n" + model + "\n" + imageId;
  }

  /** A candidate. */
  private record Written(String text, GeoPoint point) {}

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
      String benchmark, String model, String imageId, JudgedAnswer answer, boolean best) {

    static Ranked of(Row row, boolean best) {
      return new Ranked(
          row.getAs("benchmark"),
          row.getAs("model"),
          row.getAs("image_id"),
          ReportedAnswers.answer(row),
          best);
    }

    /** An aggregate is not a candidate's text; the nearest one shows best what it comes from. */
    AnswerCard card(
        Map<String, List<Written>> texts,
        Map<String, Double> baseKm,
        DistanceModel distance,
        Optional<Picture> picture) {
      List<Written> candidates = texts.getOrDefault(key(benchmark, model, imageId), List.of());
      GeoPoint point = answer.answer().orElseThrow();
      Optional<Written> nearest =
          candidates.stream()
              .min(Comparator.comparingDouble(each -> distance.kilometers(each.point(), point)));
      return new AnswerCard(
          benchmark,
          imageId,
          best,
          answer.truth(),
          answer.answer(),
          answer.distanceKm(),
          baseKm.getOrDefault(key(benchmark, InferSettings.BASE, imageId), Double.NaN),
          nearest.map(Written::text).orElse(""),
          candidates.size(),
          nearest.map(each -> distance.kilometers(each.point(), point)).orElse(0.0),
          picture);
    }
  }
}
