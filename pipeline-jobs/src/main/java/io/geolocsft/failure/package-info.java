/**
 * What went wrong, and whose turn it is: {@link ConfigException} the settings (exit code 2), {@link
 * DataException} the input (3), {@link EnvironmentException} the world (4). Everything may use it.
 */
package io.geolocsft.failure;
