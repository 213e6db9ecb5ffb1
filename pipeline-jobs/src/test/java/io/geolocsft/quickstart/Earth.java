package io.geolocsft.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The committed picture, decoded once for all tests. */
final class Earth {

  static final Path FILE = Path.of("../run/data/blue-marble/bmng.jpg");
  static final BlueMarble PICTURE = read();

  private Earth() {}

  private static BlueMarble read() {
    try {
      return BlueMarble.read(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
