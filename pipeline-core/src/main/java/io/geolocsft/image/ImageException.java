package io.geolocsft.image;

import java.io.IOException;
import java.io.Serial;

/** An image that cannot be used, with the reason in words and as a {@link Kind}. */
public final class ImageException extends IOException {

  @Serial private static final long serialVersionUID = 1;

  /** Why an image cannot be used. */
  public enum Kind {
    /** No bytes at all. */
    EMPTY,
    /** More bytes or pixels than the limits allow. */
    TOO_LARGE,
    /** Not an image, or one in a format that is not read. */
    UNSUPPORTED,
    /** The data end too early. */
    TRUNCATED,
    /** The data contradict their format. */
    CORRUPT
  }

  private final Kind kind;

  ImageException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  ImageException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** The reason, for counting. */
  public Kind kind() {
    return kind;
  }
}
