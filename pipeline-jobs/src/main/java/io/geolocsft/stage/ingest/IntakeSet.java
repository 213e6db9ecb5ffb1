package io.geolocsft.stage.ingest;

import io.geolocsft.stage.ingest.listing.ImageRoot;
import java.io.Serializable;

/**
 * What an executor must know of an image set.
 *
 * @param hasSidecars whether its pictures may have a {@link TakeoutSidecar}
 */
record IntakeSet(String source, ImageRoot root, CaptureTimes times, boolean hasSidecars)
    implements Serializable {}
