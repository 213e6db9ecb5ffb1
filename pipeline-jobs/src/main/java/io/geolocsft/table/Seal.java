package io.geolocsft.table;

import com.google.common.hash.Funnels;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.geolocsft.files.Locations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a table that is handed on as a data set consists of: the number of its files and the SHA-256
 * of their names, lengths and bytes, in the name of an empty file, {@code _sha256-COUNT-HASH}.
 */
public final class Seal {

  private static final Pattern NAME = Pattern.compile("_sha256-(\\d{1,9})-([0-9a-f]{64})");

  private Seal() {}

  /** Seals a folder that has no folders in it. */
  static void put(FileSystem fs, Path folder) throws IOException {
    List<FileStatus> files = files(fs, folder);
    fs.create(new Path(folder, "_sha256-" + files.size() + "-" + hash(fs, files)), false).close();
  }

  private static List<FileStatus> files(FileSystem fs, Path folder) throws IOException {
    return Arrays.stream(fs.listStatus(folder))
        .filter(file -> file.isFile() && !file.getPath().getName().matches("[._].*"))
        .sorted(Comparator.comparing(file -> file.getPath().getName()))
        .toList();
  }

  private static String hash(FileSystem fs, List<FileStatus> files) throws IOException {
    Hasher hasher = Hashing.sha256().newHasher();
    for (FileStatus file : files) {
      byte[] name = file.getPath().getName().getBytes(StandardCharsets.UTF_8);
      hasher.putInt(name.length).putBytes(name).putLong(file.getLen());
      try (FSDataInputStream in = fs.open(file.getPath())) {
        in.transferTo(Funnels.asOutputStream(hasher));
      }
    }
    return hasher.hash().toString();
  }

  /**
   * Checks a folder that was sealed; any other is not looked at.
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
    Optional<Matcher> seal =
        Arrays.stream(fs.listStatus(folder))
            .map(file -> NAME.matcher(file.getPath().getName()))
            .filter(Matcher::matches)
            .findFirst();
    if (seal.isEmpty()) {
      return Optional.empty();
    }
    List<FileStatus> files = files(fs, folder);
    if (files.size() != Long.parseLong(seal.get().group(1))) {
      return Optional.of("it had %s files and has %s".formatted(seal.get().group(1), files.size()));
    }
    try {
      return hash(fs, files).equals(seal.get().group(2))
          ? Optional.empty()
          : Optional.of("its files are not those that were written");
    } catch (ChecksumException e) {
      return Optional.of("a file is damaged: " + e.getMessage());
    }
  }
}
