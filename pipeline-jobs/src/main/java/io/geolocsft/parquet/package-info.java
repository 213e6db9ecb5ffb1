/** Parquet data sets that other programs wrote, also those with a Delta or Iceberg log. */
package io.geolocsft.parquet;
