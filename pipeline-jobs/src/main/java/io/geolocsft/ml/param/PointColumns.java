package io.geolocsft.ml.param;

import org.apache.spark.ml.param.Param;

/**
 * Where a stage finds points.
 *
 * @param <S> the stage
 */
public interface PointColumns<S> extends FluentParams<S> {

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
}
