package io.geolocsft.report.data;

import io.geolocsft.locate.LocatedImage;
import java.util.Optional;

/**
 * A located photograph to show.
 *
 * @param picture the photograph, if it could be read
 */
public record LocatedCard(LocatedImage image, Optional<Picture> picture) {}
