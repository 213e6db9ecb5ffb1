package io.geolocsft.stage.ingest.listing;

import io.geolocsft.files.Locations;
import java.io.IOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * An image's path as its file is spelled: Unicode writes {@code é} as one character or as two, and
 * who copies files between systems, or makes tables of them, changes the one for the other.
 */
final class SpelledPath {

  private SpelledPath() {}

  /** The one spelling of all that are alike. */
  static String composed(String path) {
    return path == null ? null : Normalizer.normalize(path, Normalizer.Form.NFC);
  }

  /**
   * Finds the spelling by which a file is there.
   *
   * @param image a path below the folder that leads to nowhere else
   * @return the path as it is where it is there, or nothing is
   * @throws RowProblem if two files may be meant
   * @throws IOException if the file system fails
   */
  static String find(String folder, String image, Configuration hadoop)
      throws IOException, RowProblem {
    Path root = new Path(folder);
    if (spellings(image).size() == 1) {
      return image;
    }
    FileSystem fs = root.getFileSystem(hadoop);
    if (fs.exists(Locations.child(root, image))) {
      return image;
    }
    StringBuilder found = new StringBuilder();
    for (String name : image.split("/")) {
      found.append(found.isEmpty() ? "" : "/").append(spelled(fs, root, found.toString(), name));
    }
    return found.toString();
  }

  private static String spelled(FileSystem fs, Path root, String folder, String name)
      throws IOException, RowProblem {
    Path place = folder.isEmpty() ? root : Locations.child(root, folder);
    List<String> there = new ArrayList<>();
    for (String spelling : spellings(name)) {
      if (fs.exists(Locations.child(place, spelling))) {
        there.add(spelling);
      }
    }
    if (there.isEmpty() || there.contains(name)) {
      return name;
    }
    if (there.size() > 1) {
      throw new RowProblem(
          "ambiguous_file",
          String.format(
              Locale.ROOT,
              "%d files of this name, composed and decomposed, match %s",
              there.size(),
              name));
    }
    return there.get(0);
  }

  private static Set<String> spellings(String name) {
    Set<String> spellings = new LinkedHashSet<>(List.of(name));
    spellings.add(composed(name));
    spellings.add(Normalizer.normalize(name, Normalizer.Form.NFD));
    return spellings;
  }
}
