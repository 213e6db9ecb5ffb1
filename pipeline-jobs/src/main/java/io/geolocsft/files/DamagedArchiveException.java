package io.geolocsft.files;

import java.io.IOException;
import java.io.Serial;

/** An archive is not what its headers say; trying again will not help. */
public final class DamagedArchiveException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  DamagedArchiveException(String message, Throwable cause) {
    super(message, cause);
  }
}
