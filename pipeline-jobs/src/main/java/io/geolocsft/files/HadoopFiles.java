package io.geolocsft.files;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.geolocsft.training.RunFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/** Files below one folder of any Hadoop file system, from the driver or an executor. */
public final class HadoopFiles implements RunFiles, Serializable {

  @Serial private static final long serialVersionUID = 1L;

  private final SerializableConfiguration hadoop;
  private final String root;

  private HadoopFiles(SerializableConfiguration hadoop, String root) {
    this.hadoop = hadoop;
    this.root = root;
  }

  /**
   * A folder, which need not be there.
   *
   * @param folder a path or a URI; a relative one is meant from where this process runs
   */
  public static HadoopFiles below(String folder, Configuration hadoop) throws IOException {
    Path path = Locations.path(folder);
    return new HadoopFiles(
        new SerializableConfiguration(hadoop),
        path.getFileSystem(hadoop).makeQualified(path).toString());
  }

  /** Those below a folder in this one. */
  public HadoopFiles in(String name) {
    return new HadoopFiles(hadoop, path(name).toString());
  }

  public HadoopFiles at(Path folder) {
    return new HadoopFiles(hadoop, folder.toString());
  }

  /** The folder as a URI. */
  public String folder() {
    return root;
  }

  public Path path(String name) {
    return new Path(root, name);
  }

  public Configuration hadoop() {
    return hadoop.value();
  }

  /** Changes with the files' names, lengths and times. */
  public String revision() throws IOException {
    Hasher hasher = Hashing.sha256().newHasher();
    FileStatus[] files = fs().listStatus(new Path(root));
    Arrays.sort(files);
    for (FileStatus file : files) {
      hasher.putUnencodedChars(file.getPath().getName()).putChar('\n');
      hasher.putLong(file.getLen()).putLong(file.getModificationTime());
    }
    return hasher.hash().toString();
  }

  private FileSystem fs() throws IOException {
    return Locations.raw(new Path(root).getFileSystem(hadoop.value()));
  }

  @Override
  public Map<String, Long> list(String folder) throws IOException {
    Map<String, Long> found = new TreeMap<>();
    try {
      for (FileStatus status : fs().listStatus(folder.isEmpty() ? new Path(root) : path(folder))) {
        found.put(status.getPath().getName(), status.isDirectory() ? -1 : status.getLen());
      }
    } catch (FileNotFoundException e) {
      return Map.of();
    }
    return found;
  }

  @Override
  public InputStream open(String name) throws IOException {
    return fs().open(path(name));
  }

  @Override
  public OutputStream create(String name) throws IOException {
    return new DiskOutputStream(fs().create(path(name), true));
  }

  @Override
  public void delete(String name) throws IOException {
    fs().delete(name.isEmpty() ? new Path(root) : path(name), true);
  }

  /** Deletes all when this process ends in order. */
  public void deleteAtExit() throws IOException {
    Path folder = new Path(root);
    folder.getFileSystem(hadoop.value()).deleteOnExit(folder);
  }

  /** Copies the files of a local folder, without folders in it, into a folder here. */
  public void upload(java.nio.file.Path from, String folder) throws IOException {
    try (var entries = Files.list(from)) {
      for (java.nio.file.Path file : entries.sorted().toList()) {
        String name = file.getFileName().toString();
        try (OutputStream out = create(folder.isEmpty() ? name : folder + "/" + name)) {
          Files.copy(file, out);
        }
      }
    }
  }

  /** Copies the files of a folder here, without folders in it, into a local one. */
  public void download(String folder, java.nio.file.Path to) throws IOException {
    for (Map.Entry<String, Long> file : list(folder).entrySet()) {
      if (file.getValue() >= 0) {
        String name = folder.isEmpty() ? file.getKey() : folder + "/" + file.getKey();
        try (InputStream in = open(name)) {
          Files.copy(in, to.resolve(file.getKey()));
        }
      }
    }
  }
}
