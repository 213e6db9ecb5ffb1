package io.geolocsft.stage.ingest.listing;

import io.geolocsft.config.ImageSet;

/**
 * Where a table is.
 *
 * @param location a path or a URI; empty where there is none
 * @param setting the setting or option that names it, for messages
 */
public record TableLocation(String location, String setting) {

  /** The table of an image set. */
  static TableLocation of(ImageSet set) {
    return new TableLocation(set.table(), set.setting() + ".table");
  }
}
