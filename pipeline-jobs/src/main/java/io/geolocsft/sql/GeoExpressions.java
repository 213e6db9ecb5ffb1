package io.geolocsft.sql;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.select.KeyCutoffs;
import io.geolocsft.select.LeafLookup;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.apache.spark.sql.catalyst.expressions.objects.StaticInvoke;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Calls of {@link GeoFunctions} as Catalyst expressions: null where an argument is, arguments of
 * other types cast as Spark SQL does. What a call is about, its first parameter, travels to the
 * executors within the plan.
 */
final class GeoExpressions {

  private static final StructType POINT =
      new StructType().add("latitude", DoubleType, false).add("longitude", DoubleType, false);

  private GeoExpressions() {}

  static Expression cellId(CellSystem cells, List<Expression> latitudeLongitudeLevel) {
    return about(cells)
        .call("cellId", LongType, latitudeLongitudeLevel, DoubleType, DoubleType, IntegerType);
  }

  static Expression token(CellSystem cells, List<Expression> id) {
    return about(cells).call("token", StringType, id, LongType);
  }

  static Expression parent(CellSystem cells, List<Expression> idLevel) {
    return about(cells).call("parent", LongType, idLevel, LongType, IntegerType);
  }

  static Expression level(CellSystem cells, List<Expression> id) {
    return about(cells).call("level", IntegerType, id, LongType);
  }

  static Expression center(CellSystem cells, List<Expression> id) {
    return about(cells).call("center", POINT, id, LongType);
  }

  static Expression boundary(CellSystem cells, List<Expression> id) {
    return about(cells).call("boundary", BinaryType, id, LongType);
  }

  static Expression area(CellSystem cells, List<Expression> id) {
    return about(cells).call("area", DoubleType, id, LongType);
  }

  static Expression distance(DistanceModel earth, List<Expression> points) {
    return new About(DistanceModel.class, earth, false)
        .call("distance", DoubleType, points, DoubleType, DoubleType, DoubleType, DoubleType);
  }

  static Expression leaf(LeafLookup leaves, List<Expression> latitudeLongitude) {
    return new About(LeafLookup.class, leaves, true)
        .call("leaf", LongType, latitudeLongitude, DoubleType, DoubleType);
  }

  static Expression holds(LeafLookup leaves, List<Expression> fineCell) {
    return new About(LeafLookup.class, leaves, false)
        .call("holds", BooleanType, fineCell, LongType);
  }

  static Expression isAmongFirst(KeyCutoffs cutoffs, List<Expression> stratumCellImageId) {
    return new About(KeyCutoffs.class, cutoffs, false)
        .call("isAmongFirst", BooleanType, stratumCellImageId, StringType, LongType, StringType);
  }

  static Expression country(List<Expression> latitudeLongitude) {
    return ofPoint("country", StringType, latitudeLongitude);
  }

  static Expression continent(List<Expression> latitudeLongitude) {
    return ofPoint("continent", StringType, latitudeLongitude);
  }

  static Expression populationDensity(List<Expression> latitudeLongitude) {
    return ofPoint("populationDensity", DoubleType, latitudeLongitude);
  }

  static Expression remoteness(List<Expression> latitudeLongitude) {
    return ofPoint("remoteness", DoubleType, latitudeLongitude);
  }

  private static Expression ofPoint(
      String method, DataType result, List<Expression> latitudeLongitude) {
    boolean nullable = result.equals(StringType);
    return invoke(method, result, nullable, latitudeLongitude, List.of(DoubleType, DoubleType));
  }

  private static About about(CellSystem cells) {
    return new About(CellSystem.class, cells, false);
  }

  /**
   * @param kind type of the method's first parameter
   * @param nullable whether the result may be null although no argument is
   */
  private record About(Class<?> kind, Object first, boolean nullable) {

    Expression call(String method, DataType result, List<Expression> arguments, DataType... types) {
      ObjectType object = new ObjectType(kind);
      Stream<Expression> constant = Stream.of(Literal$.MODULE$.fromObject(first, object));
      return invoke(
          method,
          result,
          nullable,
          Stream.concat(constant, arguments.stream()).toList(),
          Stream.<AbstractDataType>concat(Stream.of(object), Stream.of(types)).toList());
    }
  }

  private static Expression invoke(
      String method,
      DataType result,
      boolean nullable,
      List<Expression> arguments,
      List<AbstractDataType> types) {
    return new StaticInvoke(
        GeoFunctions.class,
        result,
        method,
        CollectionConverters.asScala(arguments).toSeq(),
        CollectionConverters.asScala(types).toSeq(),
        true,
        nullable,
        true,
        Option.empty());
  }
}
