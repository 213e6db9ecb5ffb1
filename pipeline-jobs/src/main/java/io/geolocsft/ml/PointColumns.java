package io.geolocsft.ml;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Where a stage finds points.
 *
 * @param <S> the stage
 */
public interface PointColumns<S> extends Params {

  default Param<String> latitudeCol() {
    return new Param<>(uid(), "latitudeCol", "column of latitudes, degrees north, DOUBLE");
  }

  default Param<String> longitudeCol() {
    return new Param<>(uid(), "longitudeCol", "column of longitudes, degrees east, DOUBLE");
  }

  default S setLatitudeCol(String column) {
    return SettingParams.put(self(), latitudeCol(), column);
  }

  default S setLongitudeCol(String column) {
    return SettingParams.put(self(), longitudeCol(), column);
  }

  /** This stage, for a chain of setters. */
  @SuppressWarnings("unchecked")
  default S self() {
    return (S) this;
  }
}
