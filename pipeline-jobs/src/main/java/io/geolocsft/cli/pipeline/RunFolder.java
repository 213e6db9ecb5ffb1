package io.geolocsft.cli.pipeline;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.Settings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.Locations;
import io.geolocsft.stage.CodeHash;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.security.AccessControlException;

/**
 * The output folder of one run: {@code run.json} says whose it is, {@code config.yaml} holds the
 * resolved configuration of the newest call.
 */
public final class RunFolder {

  private static final String OWNER = "run.json";
  private static final String CONFIGURATION = "config.yaml";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final FileSystem fs;
  private final Path root;
  private final PipelineConfig config;

  private RunFolder(FileSystem fs, Path root, PipelineConfig config) {
    this.fs = fs;
    this.root = root;
    this.config = config;
  }

  /** Where a run of a name is written that names no place. */
  public static String usual(String name) {
    return java.nio.file.Path.of("out", name).toAbsolutePath().toString();
  }

  /** Hash of the configuration of the newest call that wrote into a folder; null if none did. */
  public static String configHash(String output, Configuration hadoop) throws IOException {
    Path file = new Path(Locations.path(output), OWNER);
    try (FSDataInputStream in = file.getFileSystem(hadoop).open(file)) {
      return JSON.readTree(in.readAllBytes()).path("config_hash").textValue();
    } catch (FileNotFoundException | JacksonException e) {
      return null;
    }
  }

  /**
   * Looks at the folder and changes nothing.
   *
   * @throws ConfigException if it belongs to another run, or is not a folder
   */
  public static RunFolder open(String output, PipelineConfig config, Configuration hadoop) {
    try {
      Path root = Locations.path(output);
      RunFolder folder = new RunFolder(root.getFileSystem(hadoop), root, config);
      folder.checkOwner();
      return folder;
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "--output %s is not a path or URI: %s".formatted(output, e.getMessage()));
    } catch (IOException e) {
      throw new EnvironmentException(
          "Cannot read the output folder %s: %s".formatted(output, e), e);
    }
  }

  /**
   * Looks whether the folder can be written to, or made where it is not there yet.
   *
   * @throws ConfigException if it cannot
   */
  public void requireWritable() {
    try {
      Path there = root;
      while (!fs.exists(there) && there.getParent() != null) {
        there = there.getParent();
      }
      if (!fs.getFileStatus(there).isDirectory()) {
        throw belowAFile();
      }
      if (!isWritable(there)) {
        throw denied(there + " is not writable for this user");
      }
    } catch (ParentNotDirectoryException e) {
      throw belowAFile();
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read the output folder %s: %s".formatted(root, e), e);
    }
  }

  /** Hadoop asks a local folder's permission bits, which are not all that counts there. */
  private boolean isWritable(Path there) throws IOException {
    if (fs instanceof LocalFileSystem local) {
      return Files.isWritable(local.pathToFile(there).toPath());
    }
    try {
      fs.access(there, FsAction.WRITE_EXECUTE);
      return true;
    } catch (AccessControlException e) {
      return false;
    }
  }

  private ConfigException denied(String why) {
    return new ConfigException(
        "--output %s cannot be written: %s. Choose another, or change the permissions"
            .formatted(root, why));
  }

  private ConfigException belowAFile() {
    return new ConfigException("--output %s lies below a file; give a folder".formatted(root));
  }

  /**
   * Makes the folder this run's own, and keeps all others out until the lease is closed.
   *
   * @throws EnvironmentException if another process is writing here, or the folder cannot be made
   */
  public Lease claim() {
    if (fs instanceof LocalFileSystem) {
      // A local folder that cannot be made is told of by no exception.
      requireWritable();
    }
    try {
      fs.mkdirs(root);
      Lease lease = Lease.acquire(fs, root);
      replace(OWNER, owner());
      replace(CONFIGURATION, configuration());
      return lease;
    } catch (ParentNotDirectoryException | FileAlreadyExistsException e) {
      throw belowAFile();
    } catch (AccessControlException e) {
      throw denied(e.getMessage());
    } catch (IOException e) {
      throw new EnvironmentException(
          "Cannot write to the output folder %s: %s".formatted(root, e), e);
    }
  }

  private void checkOwner() throws IOException {
    if (fs.exists(root) && !fs.getFileStatus(root).isDirectory()) {
      throw new ConfigException("--output %s is a file; give a folder".formatted(root));
    }
    try (FSDataInputStream in = fs.open(new Path(root, OWNER))) {
      JsonNode owner = JSON.readTree(in.readAllBytes()).path("run");
      if (!owner.asText().equals(config.run().name())) {
        throw new ConfigException(
            "The output folder %s belongs to the run '%s', not to '%s': choose another --output, or set run.name"
                .formatted(root, owner.asText(), config.run().name()));
      }
    } catch (FileNotFoundException e) {
      // A new folder, or one that holds only inputs: it belongs to nobody yet.
      return;
    } catch (JacksonException e) {
      throw new ConfigException(
          "%s/%s is damaged: delete it if the folder is this run's".formatted(root, OWNER));
    }
  }

  private String owner() throws IOException {
    Map<String, String> owner = new TreeMap<>();
    owner.put("run", config.run().name());
    owner.put("config_hash", config.hash());
    owner.put("code_version", CodeHash.ofProgram());
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(owner) + "\n";
  }

  private String configuration() {
    return "# The resolved configuration of the newest call; its hash is %s%n%s"
        .formatted(config.hash(), Settings.yaml(config));
  }

  /** Writes aside and moves, so that a killed run leaves no half file. */
  private void replace(String name, String text) throws IOException {
    Path file = new Path(root, name);
    Path aside = new Path(root, "." + name + "-" + UUID.randomUUID());
    try (FSDataOutputStream out = fs.create(aside, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    if (fs.exists(file)) {
      fs.delete(file, false);
    }
    if (!fs.rename(aside, file)) {
      throw new IOException("Cannot move %s to %s".formatted(aside, file));
    }
  }
}
