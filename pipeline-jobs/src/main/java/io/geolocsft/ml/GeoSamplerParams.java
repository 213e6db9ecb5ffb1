package io.geolocsft.ml;

import io.geolocsft.config.RunSettings;
import io.geolocsft.config.SelectSettings;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What {@link GeoSampler} and its model share; see {@link SelectSettings} for the settings.
 *
 * @param <S> the stage
 */
public interface GeoSamplerParams<S> extends FluentParams<S> {

  default Param<String> idCol() {
    return new Param<>(uid(), "idCol", "column of unique row ids, STRING");
  }

  default Param<String> cellCol() {
    return new Param<>(
        uid(), "cellCol", "column of cell ids, BIGINT; a row without one is left out");
  }

  default IntParam count() {
    return new IntParam(uid(), "count", "how many rows to choose, exactly");
  }

  default Param<String> strategy() {
    return new Param<>(uid(), "strategy", "geo_aware, uniform or population");
  }

  default DoubleParam alpha() {
    return new DoubleParam(uid(), "alpha", "geo_aware weighs a row by count^-alpha of its cell");
  }

  default LongParam seed() {
    return new LongParam(uid(), "seed", "of the order within a cell");
  }

  default BooleanParam keepAll() {
    return new BooleanParam(
        uid(), "keepAll", "whether rows beyond their cell's quota stay, with rank above quota");
  }

  default S setIdCol(String column) {
    return SettingParams.put(self(), idCol(), column);
  }

  default S setCellCol(String column) {
    return SettingParams.put(self(), cellCol(), column);
  }

  default S setCount(int rows) {
    return SettingParams.put(self(), count(), rows);
  }

  default S setStrategy(String name) {
    return SettingParams.put(self(), strategy(), name);
  }

  default S setAlpha(double exponent) {
    return SettingParams.put(self(), alpha(), exponent);
  }

  default S setSeed(long value) {
    return SettingParams.put(self(), seed(), value);
  }

  default S setKeepAll(boolean keep) {
    return SettingParams.put(self(), keepAll(), keep);
  }

  /** The defaults of both stages. */
  default void setDefaultParams() {
    SettingParams.setDefaults(this, SelectSettings.class);
    SettingParams.setDefaults(this, RunSettings.class);
    setDefault(idCol(), "image_id");
    setDefault(cellCol(), "cell_id");
    setDefault(keepAll(), false);
  }

  /** The columns of chosen rows. */
  default StructType withOutput(StructType schema) {
    SchemaRules.require(schema, $(idCol()), DataTypes.StringType);
    SchemaRules.require(schema, $(cellCol()), DataTypes.LongType);
    StructType ranked = SchemaRules.with(schema, GeoSamplerModel.RANK, DataTypes.IntegerType);
    StructType limited = SchemaRules.with(ranked, GeoSamplerModel.QUOTA, DataTypes.LongType);
    return SchemaRules.with(limited, GeoSamplerModel.WEIGHT, DataTypes.DoubleType);
  }
}
