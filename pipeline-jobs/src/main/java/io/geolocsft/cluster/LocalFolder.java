package io.geolocsft.cluster;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.geolocsft.files.HadoopFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder's files where native code can read them: themselves, or a copy for a while.
 *
 * @param isCopy to be deleted
 */
record LocalFolder(Path path, boolean isCopy) implements AutoCloseable {

  static LocalFolder of(HadoopFiles files) throws IOException {
    URI uri = new org.apache.hadoop.fs.Path(files.folder()).toUri();
    if (uri.getScheme().equals("file")) {
      return new LocalFolder(Path.of(uri.getPath()), false);
    }
    LocalFolder copy = new LocalFolder(Files.createTempDirectory("geolocsft-copy"), true);
    try {
      files.download("", copy.path());
      return copy;
    } catch (IOException e) {
      copy.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (isCopy) {
      MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
