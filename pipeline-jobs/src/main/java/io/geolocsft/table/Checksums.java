package io.geolocsft.table;

import com.fasterxml.jackson.core.JacksonException;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingInputStream;
import com.google.common.io.ByteStreams;
import io.geolocsft.files.Locations;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** SHA-256 of a folder's files, for a table that is handed on as a data set. */
public final class Checksums {

  private Checksums() {}

  static Map<String, String> of(FileSystem fs, Path folder) throws IOException {
    Map<String, String> checksums = new TreeMap<>();
    for (FileStatus file : fs.listStatus(folder)) {
      if (file.isFile() && !file.getPath().getName().matches("[._].*")) {
        checksums.put(file.getPath().getName(), of(fs, file));
      }
    }
    return checksums;
  }

  private static String of(FileSystem fs, FileStatus file) throws IOException {
    try (FSDataInputStream in = fs.open(file.getPath());
        HashingInputStream hashing = new HashingInputStream(Hashing.sha256(), in)) {
      ByteStreams.exhaust(hashing);
      return hashing.hash().toString();
    }
  }

  /**
   * Checks a folder whose manifest has checksums; any other is not looked at.
   *
   * @return what differs; empty if nothing does
   * @throws IOException if it cannot be read
   */
  public static Optional<String> problem(String location, Configuration hadoop) throws IOException {
    Path folder = Locations.path(location);
    FileSystem fs = folder.getFileSystem(hadoop);
    if (!fs.getFileStatus(folder).isDirectory()) {
      return Optional.empty();
    }
    Map<String, String> expected;
    try (FSDataInputStream in = fs.open(new Path(folder, Manifest.FILE))) {
      expected = Manifest.fromJson(in.readAllBytes()).checksums();
    } catch (FileNotFoundException | JacksonException e) {
      return Optional.empty();
    }
    if (expected.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> found;
    try {
      found = of(fs, folder);
    } catch (ChecksumException e) {
      return Optional.of("a file is damaged: " + e.getMessage());
    }
    for (Map.Entry<String, String> file : expected.entrySet()) {
      if (!found.containsKey(file.getKey())) {
        return Optional.of("the file %s is missing".formatted(file.getKey()));
      }
      if (!found.get(file.getKey()).equals(file.getValue())) {
        return Optional.of("the file %s is not the one that was written".formatted(file.getKey()));
      }
    }
    found.keySet().removeAll(expected.keySet());
    return found.keySet().stream().findFirst().map("the file %s does not belong to it"::formatted);
  }
}
