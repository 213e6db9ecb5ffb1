package io.geolocsft.table;

import com.fasterxml.jackson.core.JacksonException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where manifests are. That of a folder of files is {@code _manifest.json} in it. That of a table
 * is {@code .manifests/NAME-UUID.json} in the output folder, and the table's own folder has an
 * empty file {@code _manifest-NAME-UUID}: some readers, such as Polars, take every file that is not
 * empty for data, whatever its name.
 */
final class ManifestFiles {

  private static final String FOLDER = ".manifests";
  private static final String MARK = "_manifest-";
  private static final String JSON = ".json";

  private final FileSystem fs;

  ManifestFiles(FileSystem fs) {
    this.fs = fs;
  }

  /** A name for the manifest of a new version of an output. */
  static String newName(Manifest manifest) {
    return manifest.isOfTable() ? manifest.name() + "-" + UUID.randomUUID() : "";
  }

  /**
   * Writes a manifest, after which the folder counts as whole.
   *
   * @param folder a table's lies two levels below the output folder
   * @param name that {@link #newName} gave
   */
  void write(Path folder, Manifest manifest, String name) throws IOException {
    if (manifest.isOfTable()) {
      write(beside(folder, name), manifest.toJson());
    }
    write(inside(folder, name), manifest.isOfTable() ? "" : manifest.toJson());
  }

  private void write(Path file, String text) throws IOException {
    try (FSDataOutputStream out = fs.create(file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Deletes what makes a folder count as whole. */
  void unmark(Path folder, String name) throws IOException {
    fs.delete(inside(folder, name), false);
  }

  /** Deletes the manifests of other versions of a table. */
  void prune(Path folder, Manifest manifest, String name) throws IOException {
    if (!manifest.isOfTable()) {
      return;
    }
    for (FileStatus status : fs.listStatus(beside(folder, name).getParent())) {
      String other = status.getPath().getName().replace(JSON, "");
      boolean sameTable =
          other.length() == name.length() && other.startsWith(manifest.name() + "-");
      if (sameTable && !other.equals(name)) {
        fs.delete(status.getPath(), false);
      }
    }
  }

  /** The manifest of a folder; empty if it has none or half of one. */
  Optional<Manifest> in(Path folder) throws IOException {
    Optional<Path> file = fileOf(folder);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (FSDataInputStream in = fs.open(file.get())) {
      return Optional.of(Manifest.fromJson(in.readAllBytes()));
    } catch (FileNotFoundException | JacksonException e) {
      return Optional.empty();
    }
  }

  /** Deletes a folder; it counts for nothing from the beginning of this on. */
  void delete(Path folder) throws IOException {
    Optional<Path> file = fileOf(folder);
    if (file.isPresent()) {
      fs.delete(file.get(), false);
    }
    fs.delete(folder, true);
  }

  private Optional<Path> fileOf(Path folder) throws IOException {
    try {
      for (FileStatus status : fs.listStatus(folder)) {
        String name = status.getPath().getName();
        if (name.equals(Manifest.FILE)) {
          return Optional.of(status.getPath());
        }
        if (name.startsWith(MARK)) {
          return Optional.of(beside(folder, name.substring(MARK.length())));
        }
      }
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static Path inside(Path folder, String name) {
    return new Path(folder, name.isEmpty() ? Manifest.FILE : MARK + name);
  }

  private static Path beside(Path folder, String name) {
    return new Path(new Path(folder.getParent().getParent(), FOLDER), name + JSON);
  }
}
