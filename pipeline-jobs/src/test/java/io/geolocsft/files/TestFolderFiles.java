package io.geolocsft.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.OddFolder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestFolderFiles {

  @TempDir(factory = OddFolder.class)
  private Path folder;

  private List<String> files(Path path) throws IOException {
    RemoteIterator<FileStatus> files = walk(path);
    List<String> names = new ArrayList<>();
    while (files.hasNext()) {
      String file = files.next().getPath().toUri().getPath();
      names.add(file.substring(folder.toString().length() + 1));
    }
    return names;
  }

  private static RemoteIterator<FileStatus> walk(Path path) throws IOException {
    return FolderFiles.of(
        FileSystem.getLocal(new Configuration(false)),
        new org.apache.hadoop.fs.Path(null, null, path.toString()));
  }

  private void file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
  }

  @Test
  void everyFileOnce() throws IOException {
    for (String name : List.of("1", "a/2", "a/b/3", "a/b/4", "c: #/5", ".hidden/6")) {
      file(name);
    }
    Files.createDirectories(folder.resolve("empty"));
    assertThat(files(folder))
        .containsExactlyInAnyOrder("1", "a/2", "a/b/3", "a/b/4", "c: #/5", ".hidden/6");
    assertThat(files(folder.resolve("a/b/3"))).containsExactly("a/b/3");
    assertThat(files(folder.resolve("empty"))).isEmpty();
  }

  @Test
  void linksInCirclesEndAndOthersAreFollowed() throws IOException {
    file("a/1");
    file("b/2");
    Files.createSymbolicLink(folder.resolve("a/up"), folder);
    Files.createSymbolicLink(folder.resolve("a/b"), folder.resolve("b"));
    Files.createSymbolicLink(folder.resolve("b/a"), folder.resolve("a"));
    assertThat(files(folder)).containsExactlyInAnyOrder("a/1", "a/b/2", "b/2", "b/a/1");
  }

  @Test
  void theEndAndWhatIsNotThereAreTold() throws IOException {
    assertThatThrownBy(() -> walk(folder).next()).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(() -> walk(folder.resolve("none")))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("none");
  }
}
