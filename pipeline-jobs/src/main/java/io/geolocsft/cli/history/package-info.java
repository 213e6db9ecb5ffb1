/**
 * What became of many runs, in one table.
 *
 * <p>Plain Parquet files, one a run, and not an Apache Iceberg table, which was tried (1.11.0 with
 * Spark 4.1, Hadoop catalog, 30 runs recorded and one of them again):
 *
 * <ul>
 *   <li>The file of a run that is recorded again stays in the table's folder until snapshots
 *       expire. Whoever reads the folder as Parquet counts that run twice: 91,884 rows instead of
 *       88,920.
 *   <li>DuckDB reads Iceberg by an extension that it downloads, which a closed network does not
 *       allow; Polars and pandas need PyIceberg.
 *   <li>The 30 runs were 256 files, data, metadata and checksums, instead of 30, and Spark needs a
 *       jar of 48 MB more.
 *   <li>A Hadoop catalog commits by renaming a file, which object stores do not do atomically.
 * </ul>
 *
 * <p>What Iceberg gives, snapshots and commits of several writers, is not needed here: a run has
 * one writer, a file of its own, and is recorded whole or not at all. The same holds for the tables
 * of a run, whose manifests say of which inputs and settings they were made besides. A history that
 * has outgrown its folder goes into any catalog by {@code CREATE TABLE ... AS SELECT}.
 */
package io.geolocsft.cli.history;
