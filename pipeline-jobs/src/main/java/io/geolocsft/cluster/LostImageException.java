package io.geolocsft.cluster;

import io.geolocsft.files.UnusableImageException;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;

/** An image is no longer what it was when it was taken in, and cannot be trained on. */
final class LostImageException extends IOException {

  private static final long serialVersionUID = 1L;

  LostImageException(TrainingExample example, UnusableImageException cause) {
    super(
        "The training image %s can no longer be used (%s): restore %s, or run the stage ingest again"
            .formatted(example.imageId(), cause.getMessage(), example.uri()),
        cause);
  }

  LostImageException(String message) {
    super(message);
  }
}
