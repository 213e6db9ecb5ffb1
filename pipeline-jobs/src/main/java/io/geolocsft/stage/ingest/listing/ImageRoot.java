package io.geolocsft.stage.ingest.listing;

import io.geolocsft.config.ImageSet;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.FilePart;
import io.geolocsft.files.FolderListing;
import io.geolocsft.files.Locations;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The folder of an image set, out of which no path in its table leads.
 *
 * @param uri the folder's qualified URI
 * @param real on a local file system the folder without symbolic links, else empty
 * @param only the one archive that was given in the place of a folder, else empty
 */
public record ImageRoot(String uri, String real, String only) implements Serializable {

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/.*");
  private static final String OUTSIDE = "path_outside_folder";

  /**
   * The folder of a set.
   *
   * @throws DataException if it does not exist or holds nothing
   */
  public static ImageRoot of(ImageSet set, Configuration hadoop) {
    Path folder = Locations.path(set.images());
    try {
      var fs = folder.getFileSystem(hadoop);
      if (!fs.exists(folder) || !fs.listStatusIterator(folder).hasNext()) {
        throw new DataException(
            "The folder %s is empty or does not exist; put the images there or set %s.images"
                .formatted(set.images(), set.setting()));
      }
      Path qualified = fs.makeQualified(folder);
      Path root = FolderListing.root(fs, folder);
      return root.equals(qualified)
          ? new ImageRoot(root.toString(), real(root), "")
          : new ImageRoot(root.toString(), "", qualified.getName());
    } catch (IOException e) {
      throw new EnvironmentException("Cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  private static String real(Path folder) throws IOException {
    return isLocal(folder) ? local(folder).toRealPath().toString() : "";
  }

  /**
   * The URI of an image.
   *
   * @param image path below this folder
   */
  String resolve(String image) throws RowProblem {
    requireInside(image);
    Path path = child(image);
    if (!real.isEmpty()) {
      checkLinks(image, path);
    }
    return path.toString();
  }

  /**
   * The URI of an image whose name may be spelled otherwise than its file's.
   *
   * @throws IOException if the file system fails
   */
  public String find(String image, Configuration hadoop) throws IOException, RowProblem {
    requireInside(image);
    child(image);
    return resolve(SpelledPath.find(uri, image, hadoop));
  }

  private void requireInside(String image) throws RowProblem {
    if (image.startsWith("/")
        || SCHEME.matcher(image).matches()
        || Arrays.asList(image.split("/", -1)).contains("..")) {
      throw new RowProblem(OUTSIDE, "the path %s leads out of %s".formatted(image, uri));
    }
    if (FilePart.parse(image).isPresent()) {
      throw new RowProblem("invalid_path", "'%s' looks like a part of a file".formatted(image));
    }
    if (!only.isEmpty() && !image.equals(only)) {
      throw new RowProblem("missing_file", "%s holds no %s".formatted(only, image));
    }
  }

  private Path child(String image) throws RowProblem {
    try {
      return Locations.child(new Path(uri), image);
    } catch (IllegalArgumentException e) {
      throw new RowProblem("invalid_path", "'%s' is not a path".formatted(image));
    }
  }

  private void checkLinks(String image, Path path) throws RowProblem {
    try {
      if (!local(path).toRealPath().startsWith(real)) {
        throw new RowProblem(
            OUTSIDE, "the path %s leads out of %s by a symbolic link".formatted(image, uri));
      }
    } catch (InvalidPathException e) {
      throw new RowProblem("invalid_path", "'%s' is not a path".formatted(image));
    } catch (IOException e) {
      throw new RowProblem("missing_file", "there is no file %s".formatted(path));
    }
  }

  private static boolean isLocal(Path path) {
    return "file".equals(path.toUri().getScheme());
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }
}
