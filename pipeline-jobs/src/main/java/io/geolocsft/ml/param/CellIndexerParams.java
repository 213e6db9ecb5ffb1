package io.geolocsft.ml.param;

import io.geolocsft.config.BinSettings;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What {@link io.geolocsft.ml.CellIndexer} and its model share; see {@link BinSettings} for the
 * settings.
 *
 * @param <S> the stage
 */
public interface CellIndexerParams<S> extends PointColumns<S> {

  default Param<String> outputCol() {
    return new Param<>(
        uid(), "outputCol", "column of leaf ids to add, BIGINT, null outside leaves");
  }

  default Param<String> cellSystem() {
    return new Param<>(uid(), "cellSystem", "what the cells are: s2 or h3");
  }

  default IntParam minLevel() {
    return new IntParam(uid(), "minLevel", "level of the cells to start with");
  }

  default IntParam maxLevel() {
    return new IntParam(uid(), "maxLevel", "level of the cells that are never split");
  }

  default IntParam minImages() {
    return new IntParam(uid(), "minImages", "a leaf with fewer rows is dropped");
  }

  default IntParam maxImages() {
    return new IntParam(uid(), "maxImages", "a cell with more rows is split");
  }

  default S setOutputCol(String column) {
    return SettingParams.put(self(), outputCol(), column);
  }

  default S setCellSystem(String name) {
    return SettingParams.put(self(), cellSystem(), name);
  }

  default S setMinLevel(int level) {
    return SettingParams.put(self(), minLevel(), level);
  }

  default S setMaxLevel(int level) {
    return SettingParams.put(self(), maxLevel(), level);
  }

  default S setMinImages(int images) {
    return SettingParams.put(self(), minImages(), images);
  }

  default S setMaxImages(int images) {
    return SettingParams.put(self(), maxImages(), images);
  }

  /** The defaults of both stages. */
  default void setDefaultParams() {
    SettingParams.setDefaults(this, BinSettings.class);
    setDefault(latitudeCol(), "latitude");
    setDefault(longitudeCol(), "longitude");
    setDefault(outputCol(), "cell_id");
  }

  /** The columns of rows with their cell. */
  default StructType withOutput(StructType schema) {
    SchemaRules.require(schema, $(latitudeCol()), DataTypes.DoubleType);
    SchemaRules.require(schema, $(longitudeCol()), DataTypes.DoubleType);
    return SchemaRules.with(schema, $(outputCol()), DataTypes.LongType);
  }
}
