package io.geolocsft.cli.init;

import com.google.common.base.Ascii;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.EmbeddedSpark;
import io.geolocsft.cli.pipeline.RunFolder;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.files.Locations;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a first configuration for a folder of images. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a short configuration for a folder of images: the columns of the table beside it, cell sizes and limits that fit the number of images, each value with its reason.",
      "Reads the table, no image, and changes nothing else."
    },
    footer = {
      "",
      "Examples:",
      "  geolocsft init /data/photos --model /models/gemma-3-4b-it",
      "  geolocsft init s3a://bucket/photos --table s3a://bucket/photos.parquet --to photos.yaml"
    })
public final class InitCommand implements Callable<Integer> {

  private static final String NO_MODEL = "/models/gemma-3-4b-it";

  private final Console console;

  @Parameters(paramLabel = "FOLDER", description = "folder of the images, a path or a URI")
  private String images;

  @Option(
      names = "--table",
      paramLabel = "FILE",
      description =
          "table of their coordinates: CSV, JSON Lines or Parquet; if not given, one in the folder or beside it is looked for")
  private String table;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      defaultValue = NO_MODEL,
      description = "folder of a Gemma 3 (default: ${DEFAULT-VALUE}, to be corrected)")
  private String model;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      defaultValue = "geolocsft.yaml",
      description = "the file to write (default: ${DEFAULT-VALUE}); one that is there is kept")
  private Path file;

  public InitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    requireNew();
    String name;
    try (EmbeddedSpark spark = new EmbeddedSpark("init")) {
      String yaml = proposal(spark.get());
      name = ConfigReader.parse(yaml).run().name();
      write(yaml);
    }
    console.print(
        "Wrote %s, for a run named %s, into %s. Next: run/geolocsft doctor --conf %s"
            .formatted(file, name, RunFolder.usual(name), file));
    return ExitCode.DONE;
  }

  private void requireNew() {
    if (Files.exists(file)) {
      throw alreadyThere();
    }
  }

  private ConfigException alreadyThere() {
    return new ConfigException(
        "%s is there already: name another file by --to, or delete it".formatted(file));
  }

  private String proposal(SparkSession spark) throws IOException {
    String folder = whole(images);
    org.apache.hadoop.fs.Path path = Locations.given(folder);
    if (!path.getFileSystem(spark.sessionState().newHadoopConf()).exists(path)) {
      throw new ConfigException("There is no folder " + folder);
    }
    TableSearch search = new TableSearch(spark);
    Optional<TableSearch.Found> found =
        table == null ? search.near(folder) : Optional.of(required(search.in(whole(table))));
    if (found.isEmpty()) {
      console.note(
          "No table with coordinates is in %s or beside it, so they are read from EXIF. If there is one, name it by --table."
              .formatted(folder));
    }
    String name = name(path);
    String output = RunFolder.usual(name);
    Proposal proposal = new Proposal(name, output, folder, found, whole(model));
    PipelineConfig usual = ConfigReader.parse(proposal.inputs());
    return proposal.yaml(Catalogue.of(spark, usual), usual.sft());
  }

  private static TableSearch.Found required(TableSearch.Found found) {
    if (!found.columns().isCatalogue()) {
      throw new ConfigException(
          "%s has no columns that look like an image, a latitude and a longitude: write ingest.columns yourself, see conf/SETTINGS.md"
              .formatted(found.location()));
    }
    return found;
  }

  /** What a configuration can say wherever it lies. */
  private static String whole(String location) {
    org.apache.hadoop.fs.Path path = Locations.given(location);
    return path.toUri().getScheme() == null
        ? Path.of(location).toAbsolutePath().normalize().toString()
        : location;
  }

  private static String name(org.apache.hadoop.fs.Path folder) {
    // Of many data sets the folder is called so.
    boolean isCommon = folder.getName().matches("(?i)images|photos|img") && !folder.isRoot();
    String own = isCommon ? folder.getParent().getName() : folder.getName();
    String name = Ascii.toLowerCase(own).replaceAll("[^a-z0-9]+", "-");
    String plain = name.replaceAll("^-|-$", "");
    return plain.isEmpty() ? "run" : Ascii.truncate(plain, 50, "");
  }

  private void write(String yaml) throws IOException {
    try {
      Files.writeString(file, yaml, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw alreadyThere();
    }
  }
}
