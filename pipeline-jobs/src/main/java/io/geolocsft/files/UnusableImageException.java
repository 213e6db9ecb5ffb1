package io.geolocsft.files;

import java.io.IOException;
import java.io.Serial;

/**
 * An image that cannot be used, and that is its own fault: another try would end in the same way. A
 * row of {@code errors} tells of it, while every other {@link IOException} of reading an image is
 * the file system's, and fails the task.
 */
public final class UnusableImageException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  private final String kind;

  UnusableImageException(String kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /**
   * The kind that {@code errors} counts it under: {@code missing_file}, {@code invalid_path},
   * {@code archive_damaged}, {@code changed_image}, or {@code image_} with the name of an {@link
   * io.geolocsft.image.ImageException.Kind}.
   */
  public String kind() {
    return kind;
  }
}
