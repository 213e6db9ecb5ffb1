package io.geolocsft.gemma;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.parity.GoldenFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One golden file of transformers and PEFT, see {@code goldens/README.md}.
 *
 * @param file of the tensors, relative to the folder of the goldens, as are {@code model} and
 *     {@code adapter}
 * @param rows in the batch
 * @param images in the batch
 */
public record GoldenCase(
    String name, String file, String model, String adapter, String note, int rows, int images) {

  private record Manifest(List<GoldenCase> cases) {}

  /** All cases, in the order of the manifest. */
  public static List<GoldenCase> all() {
    try {
      return new ObjectMapper()
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
          .readValue(folder().resolve("cases.json").toFile(), Manifest.class)
          .cases();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the files of a committed model. */
  static void copyModel(String model, Path to) throws IOException {
    try (Stream<Path> files = Files.list(folder().resolve("models").resolve(model))) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static Path folder() {
    return Path.of(URI.create(Resources.getResource("goldens/cases.json").toString())).getParent();
  }

  public Path modelFolder() {
    return folder().resolve(model);
  }

  public Path adapterFolder() {
    return folder().resolve(adapter);
  }

  public Path path() {
    return folder().resolve(file);
  }

  /** The file, checked against the model's configuration. */
  public GoldenFile open() {
    try {
      return GoldenFile.open(path(), GemmaConfig.read(modelFolder()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
