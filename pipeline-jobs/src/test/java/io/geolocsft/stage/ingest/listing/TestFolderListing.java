package io.geolocsft.stage.ingest.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.ListedFileSystem;
import io.geolocsft.SparkFixture;
import io.geolocsft.config.ConfigFixture;
import io.geolocsft.config.ImageSet;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.FolderListing;
import io.geolocsft.stage.TaskCounts;
import io.geolocsft.stage.ingest.IngestFixture;
import io.geolocsft.stage.ingest.PictureFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestFolderListing {

  /** More than one task takes when they are put in order. */
  private static final int FILES = 12_000;

  private static final int FILES_PER_FOLDER = 100;

  /** Makes names of so many bytes that a list of them would show. */
  private static final String LONG = "-image".repeat(10);

  private static final Path EXIF =
      Path.of("../pipeline-core/src/test/resources/io/geolocsft/image/goldens/exif-whole.jpg");

  private final SparkSession spark = SparkFixture.session();
  private final List<FolderListing> listings = new ArrayList<>();

  @TempDir private Path folder;

  @BeforeEach
  void forget() {
    ListedFileSystem.reset();
  }

  @AfterEach
  void close() {
    listings.forEach(FolderListing::close);
  }

  private ImageSet set() {
    return ImageSet.of(
            ConfigFixture.with(
                "ingest.images=listed://" + folder.toAbsolutePath(), "ingest.table="))
        .get(0);
  }

  private void file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.createFile(file);
  }

  /** Paths, some of which Java and UTF-8 put into different orders. */
  private Set<String> manyFiles() throws IOException {
    Set<String> files = new TreeSet<>();
    for (int i = 0; i < FILES; i++) {
      int inner = i / FILES_PER_FOLDER;
      String name = List.of("\uFF21", "\uD83D\uDE00", "z").get(i % 3) + i + LONG + ".jpg";
      files.add(String.format(Locale.ROOT, "%d/%d/%s", inner % 7, inner, name));
    }
    for (String file : files) {
      file(file);
    }
    return files;
  }

  /** The folder itself and all below it but hidden ones, each once. */
  private static Map<String, Integer> eachFolderOnce(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      return all.filter(Files::isDirectory)
          .filter(path -> !folder.relativize(path).toString().startsWith("."))
          .collect(Collectors.toMap(Path::toString, path -> 1, Integer::sum, TreeMap::new));
    }
  }

  @Test
  void tasksListEachFolderOnceAndTheDriverLearnsNoPathButOfArchives() throws Exception {
    Set<String> files = manyFiles();
    for (String name : List.of(".hidden/1.jpg", "0/.2.jpg", "0/b.tar", "a.zip")) {
      file(name);
    }
    ImageFiles images;
    try (TaskCounts counts = new TaskCounts(spark)) {
      images = ImageFiles.of(spark, set(), listings);
      assertThat(images.archives()).containsExactly("0/b.tar", "a.zip");
      assertThat(plain(images).count()).isEqualTo(FILES);
      assertThat(counts.bytesToDriver()).isLessThan((long) FILES * LONG.length() / 2);
    }
    List<Row> rows = plain(images).orderBy("line").collectAsList();
    assertThat(rows).extracting(row -> row.getAs("image")).containsExactlyElementsOf(files);
    assertThat(rows.get(0).<Long>getAs("line")).isEqualTo(1);
    assertThat(rows.get(FILES - 1).<Long>getAs("line")).isEqualTo(FILES);
    assertThat(ListedFileSystem.byTasks()).isEqualTo(eachFolderOnce(folder));
    assertThat(ListedFileSystem.byDriver()).isEmpty();
  }

  private static Dataset<Row> plain(ImageFiles images) {
    return images.listed().where("place = 'file'");
  }

  @Test
  void theStageListsEachFolderOnce() throws IOException {
    IngestFixture ingest = new IngestFixture(spark, folder);
    byte[] picture = Files.readAllBytes(EXIF);
    PictureFolder pictures = ingest.folder("train", "").file("1.jpg", picture);
    pictures.file("a/2.jpg", picture).file("a/b/3.jpg", picture);
    Path images = pictures.images();
    assertThat(
            IngestFixture.ids(
                ingest.run(
                    ConfigFixture.with("ingest.images=listed://" + images, "ingest.table="))))
        .containsExactly("1.jpg", "a/2.jpg", "a/b/3.jpg");
    assertThat(ListedFileSystem.byTasks()).isEqualTo(eachFolderOnce(images));
    assertThat(ListedFileSystem.byDriver()).isEmpty();
  }

  @Test
  void theTasksLetGoOfTheListing() throws IOException {
    file("1.jpg");
    FolderListing listing = FolderListing.of(spark, set().images());
    assertThat(listing.files().collect()).containsExactly("1.jpg");
    assertThat(ListedFileSystem.byTasks()).containsEntry(folder.toString(), 1);
    listing.close();
    listing.files().collect();
    assertThat(ListedFileSystem.byTasks()).containsEntry(folder.toString(), 2);
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    ImageSet none =
        ImageSet.of(ConfigFixture.with("ingest.images=listed:///no/such", "ingest.table=")).get(0);
    assertThatThrownBy(() -> FolderListing.of(spark, none.images()))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("Cannot list listed:/no/such");
  }
}
