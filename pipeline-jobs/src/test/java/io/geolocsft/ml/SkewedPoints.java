package io.geolocsft.ml;

import com.google.common.collect.Iterators;
import io.geolocsft.geo.Place;
import io.geolocsft.geo.Places;
import java.io.Serial;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Made-up photographs, as unevenly spread as real ones: four of five near a populated place, drawn
 * by its population, the fifth anywhere on Earth.
 */
final class SkewedPoints implements MapPartitionsFunction<Long, Row> {

  static final StructType SCHEMA =
      new StructType()
          .add("image_id", DataTypes.StringType, false)
          .add("latitude", DataTypes.DoubleType, false)
          .add("longitude", DataTypes.DoubleType, false);

  @Serial private static final long serialVersionUID = 1L;

  private static final double TOWN_DEGREES = 0.1;

  /**
   * The points of a number of photographs.
   *
   * @param partitions of as many photographs each
   */
  static Dataset<Row> of(SparkSession spark, long count, int partitions) {
    return spark
        .range(0, count, 1, partitions)
        .as(Encoders.LONG())
        .mapPartitions(new SkewedPoints(), Encoders.row(SCHEMA));
  }

  @Override
  public Iterator<Row> call(Iterator<Long> numbers) {
    List<Place> places = Places.geonames();
    long[] people = places.stream().mapToLong(Place::population).toArray();
    Arrays.parallelPrefix(people, Long::sum);
    return Iterators.transform(numbers, number -> row(number, places, people));
  }

  private static Row row(long number, List<Place> places, long[] people) {
    SplittableRandom random = new SplittableRandom(number);
    String id = "image-" + number;
    if (random.nextInt(5) == 0) {
      return RowFactory.create(
          id, Math.toDegrees(Math.asin(random.nextDouble(-1, 1))), random.nextDouble(-180, 180));
    }
    int found = Arrays.binarySearch(people, random.nextLong(people[people.length - 1]));
    Place place = places.get(found >= 0 ? found + 1 : -found - 1);
    double lat = place.point().latitude() + TOWN_DEGREES * random.nextGaussian();
    double lon = place.point().longitude() + TOWN_DEGREES * random.nextGaussian();
    return RowFactory.create(id, Math.max(-90, Math.min(90, lat)), Math.IEEEremainder(lon, 360));
  }
}
