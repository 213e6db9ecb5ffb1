package io.geolocsft.config.binding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A file or folder: a path, or a URI such as {@code s3a://bucket/images}, its characters as they
 * are, nothing percent-encoded. A relative path in a configuration file starts at that file's
 * folder, one on the command line or in the environment at the working directory.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Location {
  /** Words that name something built in and are left as they are. */
  String[] builtIn() default {};

  /** Whether it may be empty, which means none. */
  boolean optional() default false;

  /** Whether it must be a path, or a URI of the scheme {@code file}. */
  boolean local() default false;
}
