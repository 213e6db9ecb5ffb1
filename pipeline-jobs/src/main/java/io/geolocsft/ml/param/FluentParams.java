package io.geolocsft.ml.param;

import org.apache.spark.ml.param.Params;

/**
 * Params whose setters return the stage, for a chain of them.
 *
 * @param <S> the stage
 */
public interface FluentParams<S> extends Params {

  /** This stage. */
  @SuppressWarnings("unchecked")
  default S self() {
    return (S) this;
  }
}
