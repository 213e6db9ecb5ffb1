package io.geolocsft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * A test's folder whose name means nothing but itself, whatever it looks like to who reads schemes,
 * escapes, fragments or patterns.
 */
public final class OddFolder implements TempDirFactory {

  private static final String NAME = "Größe: #1 [a]{b,c} 100% %20+*?\\ é東 ";

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
      throws IOException {
    return Files.createTempDirectory(NAME);
  }
}
