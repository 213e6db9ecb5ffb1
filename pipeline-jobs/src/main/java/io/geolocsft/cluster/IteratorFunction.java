package io.geolocsft.cluster;

import java.io.Serializable;
import org.apache.spark.api.java.function.FlatMapFunction;
import scala.Function1;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * A Java function over a partition in the form that the barrier RDD, which has no Java API, takes.
 */
final class IteratorFunction<T, R> extends AbstractFunction1<Iterator<T>, Iterator<R>>
    implements Function1<Iterator<T>, Iterator<R>>, Serializable {

  private static final long serialVersionUID = 1L;

  private final FlatMapFunction<java.util.Iterator<T>, R> function;

  IteratorFunction(FlatMapFunction<java.util.Iterator<T>, R> function) {
    this.function = function;
  }

  @Override
  public Iterator<R> apply(Iterator<T> rows) {
    try {
      return CollectionConverters.asScala(function.call(CollectionConverters.asJava(rows)));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
