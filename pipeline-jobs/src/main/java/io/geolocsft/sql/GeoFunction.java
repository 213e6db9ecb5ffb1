package io.geolocsft.sql;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.errors.QueryCompilationErrors$;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A function of Spark SQL.
 *
 * @param parameters their names, those in brackets given together or not at all
 * @param returns what it returns, in words
 * @param example a call
 * @param call makes the expression of the arguments
 */
record GeoFunction(
    String name,
    String parameters,
    String returns,
    String example,
    Function<List<Expression>, Expression> call) {

  private static final String SINCE = "0.1.0";

  /** As {@link org.apache.spark.sql.SparkSessionExtensions#injectFunction} takes it. */
  Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>> injection() {
    return new Tuple3<>(new FunctionIdentifier(name), info(), this::build);
  }

  private ExpressionInfo info() {
    return new ExpressionInfo(
        GeoFunctions.class.getName(),
        null,
        name,
        "_FUNC_(%s) - Returns %s.".formatted(parameters, returns),
        "",
        "\n    Examples:\n      > SELECT %s;\n  ".formatted(example),
        "",
        "",
        SINCE,
        "",
        "scala_udf");
  }

  private Expression build(Seq<Expression> arguments) {
    List<Expression> given = CollectionConverters.asJava(arguments);
    List<Object> allowed = List.copyOf(counts());
    if (!allowed.contains(given.size())) {
      throw sneaky(
          QueryCompilationErrors$.MODULE$.wrongNumArgsError(
              name, CollectionConverters.asScala(allowed).toSeq(), given.size(), "", "", ""));
    }
    return GeoInvoke.of(name, given, call.apply(given));
  }

  private List<Integer> counts() {
    int all = Splitter.on(',').splitToList(parameters).size();
    int optional = CharMatcher.is(',').countIn(parameters.substring(parameters.indexOf('[') + 1));
    return parameters.contains("[") ? List.of(all - optional, all) : List.of(all);
  }

  /** Spark's exceptions are checked ones that its functions throw without declaring them. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException sneaky(Throwable thrown) throws E {
    throw (E) thrown;
  }
}
