package io.geolocsft.ml.param;

import io.geolocsft.config.ConfigReader;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params that are settings of a section of the configuration: a stage's param {@code minLevel} is
 * the setting {@code min_level}. Defaults and allowed values stand in the section's record alone.
 *
 * <p>Stages make a param anew at every call of its method. Spark ML compares params by owner and
 * name, and finds them by reflection over public methods without arguments, so they need no field,
 * which could be read before the owner's uid is set.
 */
public final class SettingParams {

  private SettingParams() {}

  /**
   * The section as the stage's params say; a setting that is not a param has its default.
   *
   * @throws io.geolocsft.failure.ConfigException with every value that is not allowed
   */
  public static <T extends Record> T read(Params stage, Class<T> section) {
    return read(stage, section, Map.of());
  }

  /** The same with some settings given otherwise. */
  public static <T extends Record> T read(Params stage, Class<T> section, Map<String, ?> given) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (RecordComponent setting : section.getRecordComponents()) {
      String name = setting.getName();
      if (stage.hasParam(name) && stage.isDefined(stage.getParam(name))) {
        values.put(name, setting(stage.getOrDefault(stage.getParam(name))));
      }
    }
    values.putAll(given);
    return ConfigReader.section(section, values, stage.uid());
  }

  /** Gives the stage's params the defaults of the settings that they are. */
  public static void setDefaults(Params stage, Class<? extends Record> section) {
    ConfigReader.defaults(section)
        .forEach(
            (name, value) -> {
              if (stage.hasParam(name)) {
                stage.setDefault(stage.getParam(name), param(value));
              }
            });
  }

  /** Sets the params that are settings of the section to its values. */
  public static void write(Record section, Params stage) {
    for (RecordComponent setting : section.getClass().getRecordComponents()) {
      if (stage.hasParam(setting.getName())) {
        stage.set(stage.getParam(setting.getName()), param(value(section, setting)));
      }
    }
  }

  /** Spark ML has arrays where a section has lists. */
  private static Object setting(Object param) {
    return param instanceof String[] array ? List.of(array) : param;
  }

  private static Object param(Object setting) {
    return setting instanceof List<?> list ? list.toArray(String[]::new) : setting;
  }

  private static Object value(Record section, RecordComponent setting) {
    try {
      return setting.getAccessor().invoke(section);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("A public record can be read", e);
    }
  }

  /** Gives a param its value and returns the stage, for a chain of setters. */
  public static <S, T> S put(S stage, Param<T> param, T value) {
    ((Params) stage).set(param, value);
    return stage;
  }
}
