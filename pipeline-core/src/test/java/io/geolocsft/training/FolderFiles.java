package io.geolocsft.training;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A run's files in a local folder. */
public record FolderFiles(Path folder) implements RunFiles {

  @Override
  public Map<String, Long> list(String name) throws IOException {
    Map<String, Long> found = new TreeMap<>();
    if (Files.isDirectory(folder.resolve(name))) {
      try (Stream<Path> entries = Files.list(folder.resolve(name))) {
        for (Path entry : entries.toList()) {
          long length = Files.isDirectory(entry) ? -1 : Files.size(entry);
          found.put(entry.getFileName().toString(), length);
        }
      }
    }
    return found;
  }

  @Override
  public InputStream open(String name) throws IOException {
    try {
      return Files.newInputStream(folder.resolve(name));
    } catch (NoSuchFileException e) {
      throw new FileNotFoundException(name);
    }
  }

  @Override
  public OutputStream create(String name) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    return Files.newOutputStream(folder.resolve(name));
  }

  @Override
  public void delete(String name) throws IOException {
    if (Files.exists(folder.resolve(name))) {
      MoreFiles.deleteRecursively(folder.resolve(name), RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
