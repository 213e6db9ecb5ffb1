package io.geolocsft.stage.locate;

import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import io.geolocsft.aggregate.Aggregate;
import io.geolocsft.aggregate.Aggregation;
import io.geolocsft.aggregate.Radii;
import io.geolocsft.cluster.answering.Answering.AnsweredCandidate;
import io.geolocsft.cluster.answering.ChunkAnswerer.Line;
import io.geolocsft.config.RunSettings;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.geo.Country;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PlaceNames;
import io.geolocsft.locate.LocatedCandidate;
import io.geolocsft.locate.LocatedImage;
import io.geolocsft.locate.LocatedImage.Problem;
import io.geolocsft.stage.GeoReference;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * What a model wrote as rows of {@code located}.
 *
 * @param aggregation name of an {@link Aggregation}
 * @param radii of the model's answers; null where they are not known
 */
record LocatedRows(
    RunSettings run,
    String model,
    String aggregation,
    Radii radii,
    Broadcast<GeoReference> reference,
    ImageBytes images)
    implements Serializable {

  /**
   * A row a photograph.
   *
   * @param lines in which those of a photograph follow one another
   */
  Iterator<Row> of(Iterator<Line> lines) {
    Locator locator =
        new Locator(
            Aggregation.of(aggregation),
            Optional.ofNullable(radii),
            reference.value().gazetteer(),
            images);
    PeekingIterator<Line> ordered = Iterators.peekingIterator(lines);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return ordered.hasNext();
      }

      @Override
      public Row next() {
        return row(located(locator, photograph(ordered)));
      }
    };
  }

  private static List<Line> photograph(PeekingIterator<Line> ordered) {
    List<Line> lines = new ArrayList<>(List.of(ordered.next()));
    while (ordered.hasNext() && ordered.peek().imageId().equals(lines.get(0).imageId())) {
      lines.add(ordered.next());
    }
    return lines;
  }

  private static LocatedImage located(Locator locator, List<Line> lines) {
    Line first = lines.get(0);
    if (first.error() != null) {
      return locator.without(
          first.imageId(), first.uri(), new Problem(first.errorKind(), first.error()));
    }
    List<AnsweredCandidate> answers =
        lines.stream()
            .map(
                line ->
                    new AnsweredCandidate(
                        line.text(),
                        line.latitude(),
                        line.longitude(),
                        line.logProbability(),
                        line.parseStatus()))
            .toList();
    try {
      return locator.of(first.imageId(), first.uri(), answers);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private Row row(LocatedImage image) {
    Optional<GeoPoint> point = image.answer().map(Aggregate::point);
    Optional<Country> country = image.names().flatMap(PlaceNames::country);
    Optional<Country> province = image.names().flatMap(PlaceNames::province);
    return RowFactory.create(
        run.id(),
        run.name(),
        model,
        image.image(),
        image.uri(),
        point.map(GeoPoint::latitude).orElse(null),
        point.map(GeoPoint::longitude).orElse(null),
        image.answer().map(Aggregate::radiusKm).orElse(null),
        image.radii().map(Radii.OfAnswer::km50).orElse(null),
        image.radii().map(Radii.OfAnswer::km90).orElse(null),
        country.map(Country::code).orElse(null),
        country.map(Country::name).orElse(null),
        province.map(Country::code).orElse(null),
        province.map(Country::name).orElse(null),
        image.names().map(names -> names.place().name()).orElse(null),
        image.names().map(PlaceNames::placeKm).orElse(null),
        image.problem().isPresent() ? null : image.status(),
        image.reasoning().isEmpty() ? null : image.reasoning(),
        image.candidates().stream().map(LocatedRows::row).toArray(Row[]::new),
        image.exif().map(GeoPoint::latitude).orElse(null),
        image.exif().map(GeoPoint::longitude).orElse(null),
        image.exifKm().isPresent() ? image.exifKm().getAsDouble() : null,
        image.problem().map(Problem::kind).orElse(null),
        image.problem().map(Problem::message).orElse(null));
  }

  private static Row row(LocatedCandidate candidate) {
    return RowFactory.create(
        candidate.point().map(GeoPoint::latitude).orElse(null),
        candidate.point().map(GeoPoint::longitude).orElse(null),
        candidate.logProbability(),
        candidate.status(),
        candidate.text());
  }
}
