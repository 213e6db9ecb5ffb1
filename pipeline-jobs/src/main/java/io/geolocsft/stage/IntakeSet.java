package io.geolocsft.stage;

import java.io.Serializable;

/** What an executor must know of an image set. */
record IntakeSet(String source, ImageRoot root, CaptureTimes times) implements Serializable {}
