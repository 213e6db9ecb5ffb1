package org.apache.spark.sql.catalyst.expressions;

/**
 * A name of Spark 4.0 that 4.1 has no more and Apache Sedona 1.8.0 needs to load: five of its
 * functions, for clusters of points, implement it. The bench beside which Sedona runs calls others.
 */
public interface FoldableUnevaluable {}
