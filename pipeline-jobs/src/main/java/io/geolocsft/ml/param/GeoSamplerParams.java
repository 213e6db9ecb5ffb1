package io.geolocsft.ml.param;

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
 * What {@link io.geolocsft.ml.GeoSampler} and its model share; see {@link SelectSettings} for the
 * settings.
 *
 * @param <S> the stage
 */
public interface GeoSamplerParams<S> extends PointColumns<S> {

  /** Column of a row's place within its cell, from 1. */
  String RANK = "rank";

  /** Column of the number of rows that the row's cell gives. */
  String QUOTA = "quota";

  /** Column of the number of rows that the row's cell has. */
  String AVAILABLE = "available";

  /** Column of the row's weight by its cell's count. */
  String WEIGHT = "sampling_weight";

  /** Column of the drawn row that a row is too close to. */
  String NEAR_ID = "near_id";

  /** Column of the distance to it, km. */
  String NEAR_KM = "near_km";

  default Param<String> idCol() {
    return new Param<>(uid(), "idCol", "column of unique row ids, STRING");
  }

  default Param<String> cellCol() {
    return new Param<>(
        uid(), "cellCol", "column of cell ids, BIGINT; a row without one is left out");
  }

  default Param<String> stratumCol() {
    return new Param<>(
        uid(),
        "stratumCol",
        "column of strata that share the rows before cells do, STRING; empty for none");
  }

  default Param<String> qualityCol() {
    return new Param<>(
        uid(), "qualityCol", "column to choose the best by where bestOf is above 1, DOUBLE");
  }

  default IntParam count() {
    return new IntParam(uid(), "count", "how many rows to choose, exactly");
  }

  default Param<String> strategy() {
    return new Param<>(uid(), "strategy", "geo_aware, square_root, uniform or population");
  }

  default DoubleParam alpha() {
    return new DoubleParam(uid(), "alpha", "geo_aware weighs a row by count^-alpha of its cell");
  }

  default IntParam bestOf() {
    return new IntParam(
        uid(), "bestOf", "a cell gives the best of N times its quota; 1 leaves quality out");
  }

  default DoubleParam minDistanceKm() {
    return new DoubleParam(
        uid(), "minDistanceKm", "least distance between two chosen rows; 0 for none");
  }

  default LongParam seed() {
    return new LongParam(uid(), "seed", "of the order within a cell");
  }

  default BooleanParam keepAll() {
    return new BooleanParam(
        uid(), "keepAll", "whether rows with a cell that are not chosen stay, with rank null");
  }

  default S setIdCol(String column) {
    return SettingParams.put(self(), idCol(), column);
  }

  default S setCellCol(String column) {
    return SettingParams.put(self(), cellCol(), column);
  }

  default S setStratumCol(String column) {
    return SettingParams.put(self(), stratumCol(), column);
  }

  default S setQualityCol(String column) {
    return SettingParams.put(self(), qualityCol(), column);
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

  default S setBestOf(int times) {
    return SettingParams.put(self(), bestOf(), times);
  }

  default S setMinDistanceKm(double km) {
    return SettingParams.put(self(), minDistanceKm(), km);
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
    setDefault(stratumCol(), "");
    setDefault(qualityCol(), "");
    setDefault(latitudeCol(), "latitude");
    setDefault(longitudeCol(), "longitude");
    setDefault(keepAll(), false);
  }

  /** The columns of chosen rows. */
  default StructType withOutput(StructType schema) {
    SchemaRules.require(schema, $(idCol()), DataTypes.StringType);
    SchemaRules.require(schema, $(cellCol()), DataTypes.LongType);
    if (!$(stratumCol()).isEmpty()) {
      SchemaRules.require(schema, $(stratumCol()), DataTypes.StringType);
    }
    if ((int) $(bestOf()) > 1) {
      SchemaRules.require(schema, $(qualityCol()), DataTypes.DoubleType);
    }
    if ((double) $(minDistanceKm()) > 0) {
      SchemaRules.require(schema, $(latitudeCol()), DataTypes.DoubleType);
      SchemaRules.require(schema, $(longitudeCol()), DataTypes.DoubleType);
    }
    StructType drawn = SchemaRules.with(schema, RANK, DataTypes.IntegerType);
    drawn = SchemaRules.with(drawn, QUOTA, DataTypes.LongType);
    drawn = SchemaRules.with(drawn, AVAILABLE, DataTypes.LongType);
    drawn = SchemaRules.with(drawn, WEIGHT, DataTypes.DoubleType);
    if ((boolean) $(keepAll())) {
      drawn = SchemaRules.with(drawn, NEAR_ID, DataTypes.StringType);
      drawn = SchemaRules.with(drawn, NEAR_KM, DataTypes.DoubleType);
    }
    return drawn;
  }
}
