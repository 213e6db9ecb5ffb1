package io.geolocsft.report;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.geolocsft.aggregate.Reliability;
import io.geolocsft.evaluate.BenchmarkImage;
import io.geolocsft.evaluate.Bootstrap;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.ModelPair;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.evaluate.WholeBenchmark;
import io.geolocsft.geo.CountryIndex;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.Place;
import io.geolocsft.geo.Places;
import io.geolocsft.image.RgbImage;
import io.geolocsft.report.data.Ablation;
import io.geolocsft.report.data.AnswerCard;
import io.geolocsft.report.data.AnswerSet;
import io.geolocsft.report.data.AnswerSet.JudgedAnswer;
import io.geolocsft.report.data.CalibratedModel;
import io.geolocsft.report.data.CountedPoint;
import io.geolocsft.report.data.ErrorCounts;
import io.geolocsft.report.data.FunnelStep;
import io.geolocsft.report.data.Picture;
import io.geolocsft.report.data.ReportData;
import io.geolocsft.report.data.RewardStep;
import io.geolocsft.report.data.RunFacts;
import io.geolocsft.report.data.RunFacts.Fact;
import io.geolocsft.report.data.RunFacts.StageTime;
import io.geolocsft.report.data.SampleSpread;
import io.geolocsft.report.data.TrainingStep;
import io.geolocsft.report.data.Variant;
import io.geolocsft.select.Diversity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;

/** A report of made-up answers, to test the page with and, by its main method, to look at. */
final class MadeReport {

  private static final List<String> MODELS =
      List.of("base", "tuned", "pixel_nearest_neighbour", "mean_point");

  private final Random random = new Random(4);
  private List<String> asked = MODELS;
  private final List<GeoPoint> places;

  MadeReport(List<GeoPoint> places) {
    this.places = places;
  }

  /** Writes the page of a whole run to the file named by the first argument. */
  public static void main(String[] arguments) throws Exception {
    List<GeoPoint> places = Places.geonames().stream().map(Place::point).toList();
    ReportWriter.write(
        Path.of(arguments[0]),
        new MadeReport(places).data(1000, 20_000, 12, "photo_like", "im2gps3k"));
  }

  /** A small report over the whole Earth. */
  static ReportData small() {
    return small("photo_like", "sparse");
  }

  /** The same of other benchmarks. */
  static ReportData small(String... benchmarks) {
    return new MadeReport(points()).data(40, 500, 2, benchmarks);
  }

  private static List<GeoPoint> points() {
    Random random = new Random(3);
    return IntStream.range(0, 300)
        .mapToObj(i -> new GeoPoint(random.nextDouble(-60, 70), random.nextDouble(-180, 180)))
        .toList();
  }

  /** With a model that was trained by rewards. */
  static ReportData rewarded() {
    MadeReport made = new MadeReport(points());
    made.asked = List.of("base", "tuned", "rewarded");
    return made.data(40, 500, 2, "photo_like", "sparse");
  }

  ReportData data(int images, int catalogue, int cards, String... benchmarks) {
    List<Figure> figures = new ArrayList<>();
    List<AnswerSet> answers = new ArrayList<>();
    List<AnswerCard> shown = new ArrayList<>();
    for (String benchmark : benchmarks) {
      benchmark(benchmark, images, figures, answers);
    }
    cards(answers, cards, shown);
    return new ReportData(
        "2,700 pairs teach a small Gemma 3 where on Earth it is",
        run(),
        List.of(
            new FunnelStep("Read from the folder", 0, catalogue),
            new FunnelStep("Undecodable image", catalogue / 90, catalogue * 89L / 90),
            new FunnelStep("Blank or without contrast", catalogue / 30, catalogue * 86L / 90),
            new FunnelStep("Near duplicate", catalogue / 12, catalogue * 78L / 90),
            new FunnelStep("Not drawn", catalogue * 66L / 90, catalogue * 12L / 90)),
        List.of(
            new SampleSpread("Selection", new Diversity(2_700, 1_204, 161, 9.8, 0.957, 61.2, 0.83)),
            new SampleSpread(
                "As images come", new Diversity(2_700, 702, 120, 8.1, 0.857, 12.4, 1.91))),
        IntStream.range(0, catalogue).mapToObj(i -> new CountedPoint(place(), 1)).toList(),
        IntStream.range(0, catalogue / 8).mapToObj(i -> place()).toList(),
        IntStream.rangeClosed(1, 1008)
            .mapToObj(
                step ->
                    new TrainingStep(
                        step,
                        step / 168.0,
                        1.1 + 0.9 * Math.exp(-step / 150.0) + 0.08 * random.nextGaussian(),
                        1e-3 * Math.min(step / 20.0, (1 + Math.cos(Math.PI * step / 1008)) / 2)))
            .toList(),
        IntStream.rangeClosed(1, 86)
            .mapToObj(
                step ->
                    new RewardStep(
                        step,
                        step / 43.0,
                        0.7 - 0.15 * Math.exp(-step / 30.0) + 0.01 * random.nextGaussian(),
                        step % 10 == 0 ? OptionalDouble.of(0.6) : OptionalDouble.empty(),
                        0.8 + 0.5 * Math.exp(-step / 40.0),
                        1e-4 * step))
            .toList(),
        Convention.standard(),
        figures,
        answers,
        List.of(
            new CalibratedModel(
                "tuned",
                IntStream.rangeClosed(1, 9)
                    .mapToObj(i -> new Reliability(i / 10.0, i / 10.0 + 0.01, 500))
                    .toList())),
        ablation(figures),
        shown,
        List.of(
            Convention.standard().describe(),
            "Intervals are 95\u202F% bootstrap percentile intervals of 1,000 resamples of the images, clustered by author."));
  }

  private static Ablation ablation(List<Figure> figures) {
    return new Ablation(
        List.of(
            new Variant("base", "base, candidates=1, aggregation=first"),
            new Variant("tuned", "tuned, candidates=1, aggregation=first")),
        figures);
  }

  private static RunFacts run() {
    return new RunFacts(
        List.of(
            new Fact("Run", "quickstart"),
            new Fact("Model", "gemma3-small, 3.0 M parameters"),
            new Fact("Seed", "42"),
            new Fact("Code", "0.1.0 (c1d8633)"),
            new Fact("Configuration", "9f31c2d07a4e"),
            new Fact("Adapter", "LoRA, rank 16")),
        List.of(
            new StageTime("ingest", 21.4),
            new StageTime("bin", 6.2),
            new StageTime("select", 4.8),
            new StageTime("examples", 2.1),
            new StageTime("sft", 131.8),
            new StageTime("infer", 64),
            new StageTime("evaluate", 7.7)),
        "run:\n  name: quickstart\n  seed: 42\nselect:\n  count: 2700\n");
  }

  private GeoPoint place() {
    return places.get((int) (Math.pow(random.nextDouble(), 1.6) * places.size()));
  }

  private void benchmark(String name, int count, List<Figure> figures, List<AnswerSet> answers) {
    List<BenchmarkImage> images =
        IntStream.range(0, count).mapToObj(i -> image(name + "/" + i, place())).toList();
    Map<String, Map<String, Prediction>> models = new LinkedHashMap<>();
    for (String model : asked) {
      Map<String, Prediction> predictions = new LinkedHashMap<>();
      List<JudgedAnswer> drawn = new ArrayList<>();
      for (BenchmarkImage image : images) {
        GeoPoint answer = answer(model, image.truth());
        if (model.equals("base") && random.nextInt(40) == 0) {
          predictions.put(image.imageId(), Prediction.unreadable());
          drawn.add(new JudgedAnswer(image.truth(), Optional.empty(), Double.NaN));
          continue;
        }
        predictions.put(image.imageId(), Prediction.at(answer.latitude(), answer.longitude()));
        drawn.add(
            new JudgedAnswer(
                image.truth(),
                Optional.of(answer),
                DistanceModel.SPHERE_6371.kilometers(image.truth(), answer)));
      }
      models.put(model, predictions);
      Map<Double, Long> upTo =
          drawn.stream()
              .filter(answer -> answer.answer().isPresent())
              .collect(groupingBy(answer -> ErrorCounts.upTo(answer.distanceKm()), counting()));
      answers.add(
          new AnswerSet(
              name, model, new ErrorCounts(count, upTo), drawn.subList(0, Math.min(400, count))));
    }
    figures.addAll(
        WholeBenchmark.figures(
            new Evaluation(
                Convention.standard(),
                new Bootstrap(300, 0.95, 1),
                false,
                count / 40,
                List.of(new ModelPair("tuned", "base"))),
            name,
            images,
            models));
  }

  private BenchmarkImage image(String id, GeoPoint truth) {
    var country = CountryIndex.naturalEarth().locate(truth.latitude(), truth.longitude());
    return new BenchmarkImage(
        id,
        truth,
        Optional.empty(),
        country.map(each -> each.name()),
        country.map(each -> each.continent()),
        OptionalDouble.of(Math.exp(random.nextGaussian() * 2 + 3)));
  }

  private GeoPoint answer(String model, GeoPoint truth) {
    if (model.equals("mean_point")) {
      return new GeoPoint(38.2, 31.7);
    }
    double spread =
        switch (model) {
          case "base" -> 11;
          case "tuned" -> 6;
          default -> 9;
        };
    if (random.nextInt(14) == 0) {
      return place();
    }
    double stretch = Math.exp(random.nextGaussian() * 0.8) * spread / 1.3;
    double latitude = truth.latitude() + random.nextGaussian() * stretch / 1.6;
    double longitude = truth.longitude() + random.nextGaussian() * stretch;
    return new GeoPoint(Math.max(-89, Math.min(89, latitude)), Math.IEEEremainder(longitude, 360));
  }

  private void cards(List<AnswerSet> answers, int count, List<AnswerCard> into) {
    AnswerSet tuned =
        answers.stream().filter(set -> set.model().equals("tuned")).findFirst().orElseThrow();
    List<JudgedAnswer> sorted =
        tuned.drawn().stream()
            .sorted((a, b) -> Double.compare(a.distanceKm(), b.distanceKm()))
            .toList();
    for (int i = 0; i < count; i++) {
      into.add(card(sorted.get(i), true, i));
      into.add(card(sorted.get(sorted.size() - 1 - i), false, i));
    }
  }

  private AnswerCard card(JudgedAnswer answer, boolean best, int number) {
    return new AnswerCard(
        "photo_like",
        String.format(Locale.ROOT, "photo_like/%05d.jpg", number * 37),
        best,
        answer.truth(),
        answer.answer(),
        answer.distanceKm(),
        answer.distanceKm() * 1.4,
        String.format(
            Locale.ROOT,
            "<answer>lat: %.2f, lon: %.2f</answer>",
            answer.truth().latitude(),
            answer.truth().longitude()),
        number % 2 == 0 ? 1 : 8,
        number % 2 == 0 ? 0 : 12.3,
        Optional.of(Picture.of(tile())));
  }

  private RgbImage tile() {
    byte[] rgb = new byte[64 * 64 * 3];
    double hue = random.nextDouble(6);
    for (int i = 0; i < rgb.length; i++) {
      int y = i / (64 * 3);
      int x = i / 3 % 64;
      rgb[i] =
          (byte)
              (120
                  + 60 * Math.sin(x / 9.0 + hue + i % 3)
                  + 50 * Math.cos(y / 7.0 + hue * (1 + i % 3)));
    }
    return new RgbImage(64, 64, rgb);
  }
}
