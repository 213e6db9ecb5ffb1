package io.geolocsft.cluster;

import io.geolocsft.sft.TrainingExample;
import java.io.IOException;

/** An image could be read when it was taken in, and cannot when it is trained on. */
final class LostImageException extends IOException {

  private static final long serialVersionUID = 1L;

  LostImageException(TrainingExample example, Throwable cause) {
    super(
        "The training image %s can no longer be read from %s: restore it, or run the stage ingest again"
            .formatted(example.imageId(), example.uri()),
        cause);
  }
}
