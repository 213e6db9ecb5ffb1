/**
 * Geography in Spark SQL: functions that run inside whole-stage code generation. The setting {@code
 * spark.sql.extensions = io.geolocsft.sql.GeoExtensions} brings them into any session.
 */
package io.geolocsft.sql;
