/** Stage {@code ingest}: folders of images and their coordinates to the catalogue. */
package io.geolocsft.stage.ingest;
