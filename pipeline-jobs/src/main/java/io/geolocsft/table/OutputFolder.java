package io.geolocsft.table;

import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.Locations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A run's folder on any Hadoop file system, and the protocol by which an output gets into it.
 *
 * <ol>
 *   <li>The files are written to {@code .staging/<name>-<uuid>}, then their manifest.
 *   <li>An older version moves to {@code .staging/<name>-<uuid>.old}.
 *   <li>The new folder moves to its place, and the older version is deleted.
 * </ol>
 *
 * Whatever dies in between, one whole version is in its place or, with its manifest, under {@code
 * .staging}, where {@link #find} sees it and {@link #recover} brings it back. A folder in its place
 * is always whole: file systems move a folder in one step. Object stores do not, so there the
 * manifest is written last of all, and a folder without one does not count.
 */
final class OutputFolder {

  private static final String STAGING = ".staging";
  private static final String OLD = ".old";
  private static final Set<String> ATOMIC_RENAME =
      Set.of("file", "hdfs", "viewfs", "abfs", "abfss");

  private final FileSystem fs;
  private final ManifestFiles manifests;
  private final Path root;
  private final HadoopFiles files;
  private final WriteGuard guard;
  private final Optional<OutputFolder> around; // where to find what this one does not publish

  OutputFolder(String location, Configuration hadoop) throws IOException {
    Path path = Locations.given(location);
    this.fs = Locations.raw(path.getFileSystem(hadoop));
    this.manifests = new ManifestFiles(fs);
    this.files = HadoopFiles.below(location, hadoop);
    this.root = fs.makeQualified(path);
    this.guard = WriteGuard.NONE;
    this.around = Optional.empty();
  }

  private OutputFolder(OutputFolder folder, WriteGuard guard) {
    this.fs = folder.fs;
    this.manifests = folder.manifests;
    this.files = folder.files;
    this.root = folder.root;
    this.guard = guard;
    this.around = folder.around;
  }

  private OutputFolder(Path root, OutputFolder around) {
    this.fs = around.fs;
    this.manifests = around.manifests;
    this.files = around.files.at(root);
    this.root = root;
    this.guard = around.guard;
    this.around = Optional.of(around);
  }

  /** A folder in this one; what it does not publish itself is found here. */
  OutputFolder within(String name) {
    return new OutputFolder(new Path(root, name), this);
  }

  /** The folder that all others of a run lie in. */
  OutputFolder outermost() {
    return around.map(OutputFolder::outermost).orElse(this);
  }

  /** Deletes what this folder itself publishes at a place. */
  void discard(String place) throws IOException {
    guard.requireHeld();
    manifests.delete(new Path(root, place));
  }

  /** The same folder, in which nothing is published or recovered unless the guard lets it. */
  OutputFolder guardedBy(WriteGuard ours) {
    return new OutputFolder(this, ours);
  }

  HadoopFiles files() {
    return files;
  }

  Path root() {
    return root;
  }

  FileSystem fileSystem() {
    return fs;
  }

  boolean isLocal() {
    return root.toUri().getScheme().equals("file");
  }

  /** A new empty place to write one version of an output to. */
  Path stage(String name) throws IOException {
    Path folder = new Path(staging(), name + "-" + UUID.randomUUID());
    fs.mkdirs(folder);
    return folder;
  }

  /** Puts a staged folder in its place, in the steps of the class comment. */
  void publish(Path staged, String place, Manifest manifest) throws IOException {
    for (Step step : publication(staged, place, manifest)) {
      // Before each, since a process may be suspended between any two.
      guard.requireHeld();
      step.run();
    }
  }

  /** The steps one by one, so that a test can stop between any two. */
  List<Step> publication(Path staged, String place, Manifest manifest) {
    Path target = new Path(root, place);
    Path old = staged.suffix(OLD);
    boolean atomic = ATOMIC_RENAME.contains(root.toUri().getScheme());
    String name = ManifestFiles.newName(manifest);
    List<Step> steps = new ArrayList<>();
    steps.add(() -> manifests.write(staged, manifest, name));
    steps.add(() -> moveIfThere(target, old));
    if (!atomic) {
      steps.add(() -> manifests.unmark(staged, name));
    }
    steps.add(() -> move(staged, target));
    if (!atomic) {
      steps.add(() -> manifests.write(target, manifest, name));
    }
    steps.add(() -> fs.delete(old, true));
    steps.add(() -> manifests.prune(target, manifest, name));
    return steps;
  }

  /**
   * One whole version of an output: in its place, or left under staging by a dead publisher; else
   * that of the folder around this one.
   */
  Optional<Path> find(String place) throws IOException {
    Optional<Path> here = findHere(place);
    return here.isPresent() || around.isEmpty() ? here : around.get().find(place);
  }

  private Optional<Path> findHere(String place) throws IOException {
    Path target = new Path(root, place);
    if (manifestIn(target).isPresent()) {
      return Optional.of(target);
    }
    List<Path> whole = new ArrayList<>();
    for (Path left : staged()) {
      if (nameOf(left).equals(target.getName()) && manifestIn(left).isPresent()) {
        whole.add(left);
      }
    }
    // The newer version, which was about to be moved, before the older one.
    return whole.stream().min(Comparator.comparing(path -> path.getName().endsWith(OLD)));
  }

  /**
   * Brings every output back to its place that a dead publisher left aside, then empties staging.
   * Only for the one who holds the folder's lease.
   */
  void recover(UnaryOperator<String> placeOf) throws IOException {
    guard.requireHeld();
    for (Path left : staged()) {
      String place = placeOf.apply(nameOf(left));
      Path target = new Path(root, place);
      Optional<Path> found = findHere(place);
      if (found.isPresent() && !found.get().equals(target)) {
        fs.delete(target, true);
        move(found.get(), target);
      }
    }
    fs.delete(staging(), true);
  }

  /** Names of what is published below a folder, in order. */
  List<String> published(String below) throws IOException {
    Path folder = new Path(root, below);
    List<String> names = new ArrayList<>();
    if (fs.exists(folder)) {
      for (FileStatus status : fs.listStatus(folder)) {
        if (findHere(below + status.getPath().getName()).isPresent()) {
          names.add(status.getPath().getName());
        }
      }
    }
    return names.stream().sorted().toList();
  }

  /** The manifest of a folder; empty if it has none or half of one. */
  Optional<Manifest> manifestIn(Path folder) throws IOException {
    return manifests.in(folder);
  }

  private Path staging() {
    return new Path(root, STAGING);
  }

  private List<Path> staged() throws IOException {
    if (!fs.exists(staging())) {
      return List.of();
    }
    return Arrays.stream(fs.listStatus(staging())).map(FileStatus::getPath).toList();
  }

  private static String nameOf(Path staged) {
    String name = staged.getName();
    int uuid = "-".length() + new UUID(0, 0).toString().length();
    int end = (name.endsWith(OLD) ? name.length() - OLD.length() : name.length()) - uuid;
    return end < 0 ? "" : name.substring(0, end);
  }

  private void moveIfThere(Path from, Path to) throws IOException {
    if (fs.exists(from)) {
      move(from, to);
    }
  }

  private void move(Path from, Path to) throws IOException {
    fs.mkdirs(to.getParent());
    // A file system told to move a folder onto a folder moves it inside.
    if (fs.exists(to) || !fs.rename(from, to)) {
      throw new IOException("Cannot move %s to %s".formatted(from, to));
    }
  }

  /** One move of a publication. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }
}
