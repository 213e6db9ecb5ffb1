/**
 * Which images there are: folders, archives, and tables of CSV, JSON Lines or Parquet, each as rows
 * of {@link io.geolocsft.stage.ingest.listing.ListedImages}.
 */
package io.geolocsft.stage.ingest.listing;
