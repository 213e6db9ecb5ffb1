package io.geolocsft.sql;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.objects.StaticInvoke;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A call of {@link GeoFunctions} that plans and columns without an alias show as it was written.
 */
public final class GeoInvoke extends StaticInvoke {

  private final Written written;

  /**
   * How a call was written.
   *
   * @param name of the SQL function
   * @param first the first of the call's arguments that was written
   * @param count how many of them were
   * @param constants what was written after them and became something else
   */
  public record Written(String name, int first, int count, List<String> constants)
      implements Serializable {}

  /** As {@link StaticInvoke}, and public as Catalyst copies expressions by reflection. */
  public GeoInvoke(
      Class<?> methods,
      DataType result,
      String method,
      Seq<Expression> arguments,
      Seq<AbstractDataType> types,
      boolean propagatesNull,
      boolean mayReturnNull,
      boolean isDeterministic,
      Option<ScalarFunction<?>> scalarFunction,
      Written written) {
    super(
        methods,
        result,
        method,
        arguments,
        types,
        propagatesNull,
        mayReturnNull,
        isDeterministic,
        scalarFunction);
    this.written = written;
  }

  private static GeoInvoke of(StaticInvoke call, Seq<Expression> arguments, Written written) {
    return new GeoInvoke(
        call.staticObject(),
        call.dataType(),
        call.functionName(),
        arguments,
        call.inputTypes(),
        call.propagateNull(),
        call.returnNullable(),
        call.isDeterministic(),
        call.scalarFunction(),
        written);
  }

  /** The call that a function became, under its name. */
  static Expression of(String name, List<Expression> given, Expression call) {
    if (!(call instanceof StaticInvoke invoke)) {
      return call;
    }
    List<Expression> arguments = CollectionConverters.asJava(invoke.arguments());
    int first = Math.max(0, arguments.indexOf(given.get(0)));
    int count =
        (int)
            IntStream.range(0, Math.min(given.size(), arguments.size() - first))
                .takeWhile(i -> given.get(i) == arguments.get(first + i))
                .count();
    return of(
        invoke,
        invoke.arguments(),
        new Written(
            name,
            first,
            count,
            given.subList(count, given.size()).stream().map(Expression::sql).toList()));
  }

  @Override
  public String prettyName() {
    return written.name();
  }

  /**
   * Spark takes the name of a column without an alias from here, with attributes by their names.
   */
  @Override
  public String toString() {
    List<Expression> arguments =
        CollectionConverters.asJava(arguments())
            .subList(written.first(), written.first() + written.count());
    return Stream.concat(arguments.stream().map(Expression::toString), written.constants().stream())
        .collect(Collectors.joining(", ", written.name() + "(", ")"));
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return of(this, children, written);
  }

  @Override
  public Seq<Object> otherCopyArgs() {
    return CollectionConverters.asScala(List.<Object>of(written)).toSeq();
  }
}
