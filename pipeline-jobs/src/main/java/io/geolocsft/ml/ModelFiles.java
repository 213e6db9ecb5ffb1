package io.geolocsft.ml;

import io.geolocsft.files.Locations;
import java.util.function.Function;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader.Metadata;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;

/**
 * Saves models as MLlib saves its own: {@code metadata} with class and params, {@code data} with
 * what was learnt.
 */
final class ModelFiles {

  private ModelFiles() {}

  /** Writes what was learnt. */
  @FunctionalInterface
  interface DataWriter {
    void write(SparkSession spark, String place) throws Exception;
  }

  /** Makes a model of what was learnt; its params are set afterwards. */
  @FunctionalInterface
  interface DataReader<M> {
    M read(String uid, SparkSession spark, String place) throws Exception;
  }

  static MLWriter writer(Params model, DataWriter data) {
    return new MLWriter() {
      @Override
      public void saveImpl(String path) {
        DefaultParamsWriter$.MODULE$.saveMetadata(model, path, sparkSession());
        try {
          data.write(sparkSession(), path + "/data");
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException("Cannot save %s to %s".formatted(model.uid(), path), e);
        }
      }
    };
  }

  static <M extends Params> MLReader<M> reader(Class<M> type, DataReader<M> data) {
    return new MLReader<>() {
      @Override
      public M load(String path) {
        Metadata metadata = metadata(path, type, sparkSession());
        M model;
        try {
          model = data.read(metadata.uid(), sparkSession(), path + "/data");
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException("Cannot load %s from %s".formatted(type, path), e);
        }
        metadata.getAndSetParams(model, metadata.getAndSetParams$default$2());
        return model;
      }
    };
  }

  /** A reader of stages that have nothing but params. */
  static <S extends Params> MLReader<S> paramsReader(Function<String, S> stage, Class<S> type) {
    return reader(type, (uid, spark, place) -> stage.apply(uid));
  }

  /** As MLlib reads it, but from a path that is not a pattern. */
  private static Metadata metadata(String path, Class<?> type, SparkSession spark) {
    String json = Locations.reader(spark).text(path + "/metadata").first().getString(0);
    return DefaultParamsReader.parseMetadata(json, type.getName());
  }
}
