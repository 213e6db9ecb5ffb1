package io.geolocsft.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.FullFileSystem;
import io.geolocsft.OddFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Stops a publication before each of its steps, as {@code kill -9} would. */
class TestOutputFolder {

  private static final String PLACE = "tables/cells";

  @TempDir(factory = OddFolder.class)
  java.nio.file.Path folder;

  static Stream<Arguments> stops() {
    return Stream.of("file", "full")
        .flatMap(
            scheme -> IntStream.rangeClosed(0, 6).mapToObj(stop -> Arguments.of(scheme, stop)));
  }

  @ParameterizedTest
  @MethodSource("stops")
  void aReaderFindsOneWholeVersionWheneverThePublisherDies(String scheme, int stop)
      throws IOException {
    OutputFolder output = open(scheme);
    publish(output, "old", 99);
    publish(output, "new", stop);
    assertThat(content(output)).isIn("old", "new");

    OutputFolder restarted = open(scheme);
    restarted.recover(name -> "tables/" + name);
    assertThat(content(restarted)).isIn("old", "new");
    assertThat(restarted.find(PLACE)).contains(new Path(restarted.root(), PLACE));
    assertThat(folder.resolve(".staging")).doesNotExist();

    publish(restarted, "newer", 99);
    assertThat(content(restarted)).isEqualTo("newer");
    assertThat(folder.resolve(".staging")).isEmptyDirectory();
  }

  @ParameterizedTest
  @MethodSource("stops")
  void theFirstVersionIsThereWhollyOrNotAtAll(String scheme, int stop) throws IOException {
    OutputFolder output = open(scheme);
    publish(output, "first", stop);
    boolean there = output.find(PLACE).isPresent();
    assertThat(!there || content(output).equals("first")).isTrue();
    output.recover(name -> "tables/" + name);
    assertThat(output.find(PLACE).isPresent()).isEqualTo(there);
    assertThat(folder.resolve(".staging")).doesNotExist();
  }

  @Test
  void aHalfWrittenManifestCountsAsNone() throws IOException {
    OutputFolder output = open("file");
    publish(output, "old", 99);
    java.nio.file.Path manifest = folder.resolve(PLACE).resolve(Manifest.FILE);
    String whole = Files.readString(manifest);
    for (int length = 0; length < whole.length() - 2; length++) {
      Files.deleteIfExists(folder.resolve(PLACE).resolve("." + Manifest.FILE + ".crc"));
      Files.writeString(manifest, whole.substring(0, length));
      assertThat(output.find(PLACE)).isEmpty();
    }
  }

  @Test
  void anotherNameThatBeginsAlikeIsLeftAlone() throws IOException {
    OutputFolder output = open("file");
    Path staged = stage(output, "other", "cells-fine");
    output.publication(staged, "tables/cells-fine", manifest()).get(0).run();
    assertThat(output.find(PLACE)).isEmpty();
    assertThat(output.find("tables/cells-fine")).contains(staged);
  }

  private OutputFolder open(String scheme) throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.full.impl", FullFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
    return new OutputFolder(scheme + "://" + folder, hadoop);
  }

  private static void publish(OutputFolder output, String text, int stop) throws IOException {
    Path staged = stage(output, text, "cells");
    List<OutputFolder.Step> steps = output.publication(staged, PLACE, manifest());
    assertThat(steps).hasSizeBetween(4, 6);
    for (OutputFolder.Step step : steps.subList(0, Math.min(stop, steps.size()))) {
      step.run();
    }
  }

  private static Path stage(OutputFolder output, String text, String name) throws IOException {
    Path staged = output.stage(name);
    try (FSDataOutputStream out = output.fileSystem().create(new Path(staged, "part"))) {
      out.writeUTF(text);
    }
    return staged;
  }

  private static String content(OutputFolder output) throws IOException {
    Path found = output.find(PLACE).orElseThrow();
    try (FSDataInputStream in = output.fileSystem().open(new Path(found, "part"))) {
      return in.readUTF();
    }
  }

  private static Manifest manifest() {
    return new Manifest(
        "id",
        "cells",
        1,
        1,
        "bin",
        1,
        "v",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:01Z",
        Map.of(),
        Map.of(),
        Map.of());
  }
}
