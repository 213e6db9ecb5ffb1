package io.geolocsft.cli;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.geo.GeoPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;
import picocli.CommandLine.IVersionProvider;

/**
 * Tells one build from another by the content of its classes and resources, so that a changed
 * program does not take the outputs of the one before for its own. A version number would have to
 * be raised by hand at every change.
 */
final class CodeVersion implements IVersionProvider {

  private static final String OURS = "io/geolocsft/";

  /** Writes the quickstart's images, and no output of any stage. */
  private static final String NOT_A_STAGE = OURS + "quickstart/";

  @Override
  public String[] getVersion() {
    return new String[] {"geolocsft " + current()};
  }

  /** 8 hex digits. */
  static String current() {
    SortedMap<String, Long> sums = new TreeMap<>();
    try {
      for (Class<?> type : List.of(PipelineConfig.class, GeoPoint.class)) {
        collect(location(type), sums);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the program's own classes", e);
    }
    CRC32 all = new CRC32();
    all.update(sums.toString().getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%08x", all.getValue());
  }

  private static void collect(Path location, SortedMap<String, Long> sums) throws IOException {
    if (Files.isDirectory(location)) {
      collectFolder(location, sums);
    } else {
      try (ZipFile jar = new ZipFile(location.toFile())) {
        jar.stream()
            .filter(e -> isOurs(e.getName()))
            .forEach(e -> sums.put(e.getName(), e.getCrc()));
      }
    }
  }

  private static void collectFolder(Path folder, SortedMap<String, Long> sums) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (isOurs(name)) {
          CRC32 sum = new CRC32();
          sum.update(Files.readAllBytes(file));
          sums.put(name, sum.getValue());
        }
      }
    }
  }

  private static boolean isOurs(String name) {
    return name.startsWith(OURS) && !name.endsWith("/") && !name.startsWith(NOT_A_STAGE);
  }

  private static Path location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError("A class comes from a file", e);
    }
  }
}
