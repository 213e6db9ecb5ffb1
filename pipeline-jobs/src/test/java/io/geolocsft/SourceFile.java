package io.geolocsft;

import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A source file of a module.
 *
 * @param path below the module's folder of sources
 */
record SourceFile(Path path, String text) {

  private static final Pattern TYPE =
      Pattern.compile("\\b(io\\.geolocsft(?:\\.[a-z][a-z0-9]*)+)\\.[A-Z]");

  /** Those of a module, tests left out. */
  static List<SourceFile> of(String module) throws IOException {
    Path root = Path.of("..", module, "src", "main", "java");
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .sorted()
          .map(file -> read(root, file))
          .toList();
    }
  }

  private static SourceFile read(Path root, Path file) {
    try {
      return new SourceFile(root.relativize(file), Files.readString(file));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  String packageName() {
    return path.getParent().toString().replace(path.getFileSystem().getSeparator(), ".");
  }

  /** Other packages whose types are named, as imports have to. */
  Set<String> uses() {
    Set<String> packages =
        TYPE.matcher(text)
            .results()
            .map((MatchResult found) -> found.group(1))
            .collect(toCollection(TreeSet::new));
    packages.remove(packageName());
    return packages;
  }

  /** Lines that say something, without the space around them: no comments, imports and blanks. */
  List<String> code() {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.matches("(\\*|//|/\\*|import |package ).*"))
        .toList();
  }
}
