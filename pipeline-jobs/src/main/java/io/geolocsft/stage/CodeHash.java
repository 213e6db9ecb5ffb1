package io.geolocsft.stage;

import com.google.common.base.Suppliers;
import com.google.common.hash.Hashing;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.geo.GeoPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;

/** Tells one build from another by the content of its classes and resources. */
public final class CodeHash {

  private static final String OURS = "io/geolocsft/";

  /** Found once: every stage of a plan asks for it, and it takes listing the jars. */
  private static final Supplier<String> PROGRAM =
      Suppliers.memoize(
          () -> of(name -> name.startsWith(OURS), PipelineConfig.class, GeoPoint.class));

  private CodeHash() {}

  /** 8 hex digits that tell one build of the program from another. */
  public static String ofProgram() {
    return PROGRAM.get();
  }

  /**
   * 8 hex digits.
   *
   * @param isWanted which files count, by their paths on the class path: {@code io/geolocsft/..}
   * @param anchors one class of each jar or folder to look in
   */
  public static String of(Predicate<String> isWanted, Class<?>... anchors) {
    SortedMap<String, Long> sums = new TreeMap<>();
    try {
      for (Class<?> anchor : anchors) {
        sums.putAll(sums(location(anchor), isWanted));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the program's own classes", e);
    }
    return Hashing.sha256()
        .hashString(sums.toString(), StandardCharsets.UTF_8)
        .toString()
        .substring(0, 8);
  }

  private static Map<String, Long> sums(Path location, Predicate<String> isWanted)
      throws IOException {
    Map<String, Long> sums = new TreeMap<>();
    if (Files.isDirectory(location)) {
      collectFolder(location, isWanted, sums);
    } else {
      try (ZipFile jar = new ZipFile(location.toFile())) {
        jar.stream()
            .filter(entry -> !entry.isDirectory() && isWanted.test(entry.getName()))
            .forEach(entry -> sums.put(entry.getName(), entry.getCrc()));
      }
    }
    return sums;
  }

  private static void collectFolder(Path folder, Predicate<String> isWanted, Map<String, Long> sums)
      throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (isWanted.test(name)) {
          CRC32 sum = new CRC32();
          sum.update(Files.readAllBytes(file));
          sums.put(name, sum.getValue());
        }
      }
    }
  }

  private static Path location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError("A class comes from a file", e);
    }
  }
}
