package io.geolocsft.config.binding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The allowed words of a text; in a list, of each element. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface OneOf {
  String[] value() default {};

  /** An enum whose constants, in lower case, are allowed as well. */
  Class<? extends Enum<?>>[] names() default {};
}
