package io.geolocsft.stage.evaluate;

import io.geolocsft.geo.Country;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.stage.GeoReference;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;

/** In which country, state and place an answer lies, and whether the truth does. */
public record AnswerAreas(Broadcast<GeoReference> geography) implements Serializable {

  /**
   * Found areas, in the order of the columns of {@code predictions}: the answer's country and
   * admin1, null where it lies in none, and whether they and the nearest place are the truth's.
   *
   * @param country of the truth, or null
   * @param admin1 of the truth, or null
   */
  Object[] of(GeoPoint truth, String country, String admin1, Optional<GeoPoint> answer) {
    GeoReference earth = geography.value();
    String answerCountry =
        answer
            .flatMap(point -> earth.countries().locate(point.latitude(), point.longitude()))
            .map(Country::code)
            .orElse(null);
    String answerAdmin1 =
        answer.map(point -> earth.admin1(point.latitude(), point.longitude())).orElse(null);
    return new Object[] {
      answerCountry,
      answerAdmin1,
      country == null ? null : country.equals(answerCountry),
      admin1 == null ? null : admin1.equals(answerAdmin1),
      answer.map(point -> place(earth, point)).equals(Optional.of(place(earth, truth)))
    };
  }

  private static GeoPoint place(GeoReference earth, GeoPoint point) {
    return earth.nearestPlace(point.latitude(), point.longitude());
  }
}
