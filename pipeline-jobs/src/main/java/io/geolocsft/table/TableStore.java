package io.geolocsft.table;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.Locations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;

/**
 * A run's tables ({@code tables/<name>}, Parquet with zstd) and folders ({@code <name>}). What can
 * be read is always whole, also after a publisher was killed.
 */
public final class TableStore {

  private static final String TABLES = "tables/";

  /** Small enough for a predicate on a sorted column to leave most of a large table unread. */
  private static final long ROW_GROUP_BYTES = 16L << 20;

  private static final Set<TableSchema> IMAGE_TABLES = Set.of(Tables.IMAGES, Tables.HOLDOUT);

  private final Supplier<SparkSession> spark;
  private final OutputFolder folder;
  private final Lineage lineage;
  private final Instant opened = Instant.now();

  private TableStore(Supplier<SparkSession> spark, OutputFolder folder, Lineage lineage) {
    this.spark = spark;
    this.folder = folder;
    this.lineage = lineage;
  }

  /**
   * The tables of one output folder.
   *
   * @param location a path or a URI of any Hadoop file system
   */
  public static TableStore open(SparkSession spark, String location) {
    return open(() -> spark, spark.sessionState().newHadoopConf(), location);
  }

  /**
   * The tables of one output folder, with a session that is not started before rows are read or
   * written.
   */
  public static TableStore open(
      Supplier<SparkSession> spark, Configuration hadoop, String location) {
    try {
      return new TableStore(spark, new OutputFolder(location, hadoop), Lineage.none());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open the output folder " + location, e);
    }
  }

  /** The output folder: a path where it is local, else its URI. */
  public String location() {
    return folder.isLocal() ? folder.root().toUri().getPath() : folder.root().toString();
  }

  /** With the settings of the file systems. */
  public Configuration hadoop() {
    return folder.files().hadoop();
  }

  /** The same store for a stage that begins now; what it publishes follows from the lineage. */
  public TableStore with(Lineage other) {
    return new TableStore(spark, folder, other);
  }

  /**
   * A published table, its columns as in the schema; those that an older file lacks are null. The
   * table {@link Tables#ERRORS} is the union of every stage's errors so far.
   *
   * @throws IllegalStateException if it has not been published
   */
  public Dataset<Row> read(TableSchema table) {
    if (table.equals(Tables.ERRORS)) {
      return errors();
    }
    return Locations.reader(spark.get())
        .option("parquet.page.verify-checksum.enabled", "true")
        .schema(table.struct())
        .parquet(whole(TABLES + table.name()).toString());
  }

  /**
   * Publishes a table in place of its older version.
   *
   * @param rows the columns of the schema, in its order
   * @throws IllegalArgumentException if the columns are others, or one that must not holds null
   */
  public void publish(TableSchema table, Dataset<Row> rows) {
    SchemaCheck.columns(table, rows.schema());
    try {
      var staged = folder.stage(table.name());
      write(table, rows, staged);
      StableFooter.in(folder.fileSystem(), staged);
      long count = WrittenRows.in(folder.fileSystem(), staged).checkedAgainst(table);
      if (table.equals(Tables.HOLDOUT)) {
        Seal.put(folder.fileSystem(), staged);
      }
      folder.publish(staged, TABLES + table.name(), manifest(table.name(), count, table.version()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot publish the table " + table.name(), e);
    }
  }

  /** The same tables, of which none is published unless the guard lets it. */
  public TableStore guardedBy(WriteGuard guard) {
    return new TableStore(spark, folder.guardedBy(guard), lineage);
  }

  /**
   * The store of a folder in this one, which finds here what it does not publish itself.
   *
   * @param name path of the folder
   */
  public TableStore within(String name) {
    return new TableStore(spark, folder.within(name), lineage);
  }

  /** Deletes a table or folder that this store itself publishes, if it does. */
  public void discard(String name) {
    try {
      folder.discard(place(name));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + name, e);
    }
  }

  /** Whether a table or folder of this name is published. */
  public boolean has(String name) {
    return manifest(name).isPresent();
  }

  /** Whether a table is published that follows from what the stage is about to do. */
  public boolean isCurrent(TableSchema table) {
    return !lineage.equals(Lineage.none())
        && manifest(table.name())
            .filter(manifest -> manifest.id().equals(lineage.idOf(table.name())))
            .isPresent();
  }

  /**
   * Whether a table is published that follows from what the stage is about to do, but for some of
   * that.
   *
   * @param settings that may be others
   * @param inputs that may be others
   */
  public boolean isCurrentBut(TableSchema table, Set<String> settings, Set<String> inputs) {
    String rest = lineage.without(settings, inputs).idOf(table.name());
    return !lineage.equals(Lineage.none())
        && manifest(table.name())
            .map(manifest -> manifest.lineage().without(settings, inputs).idOf(table.name()))
            .filter(rest::equals)
            .isPresent();
  }

  /** The manifest of a published table or folder. */
  public Optional<Manifest> manifest(String name) {
    try {
      var path = folder.find(place(name));
      return path.isPresent() ? folder.manifestIn(path.get()) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the manifest of " + name, e);
    }
  }

  /**
   * Publishes a folder of files without folders in it, such as an adapter, in place of its older
   * version.
   *
   * @return where it is
   */
  public HadoopFiles publishDirectory(String name, DirectoryWriter writer) throws Exception {
    var staged = folder.stage(name);
    if (folder.isLocal()) {
      writer.write(Path.of(staged.toUri().getPath()));
    } else {
      Path local = Files.createTempDirectory("geolocsft-" + name);
      try {
        writer.write(local);
        folder.files().at(staged).upload(local, "");
      } finally {
        MoreFiles.deleteRecursively(local, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    }
    folder.publish(staged, name, manifest(name, -1, 0));
    return directory(name).orElseThrow();
  }

  /** The folder of a published table, or another that is published. */
  public Optional<HadoopFiles> directory(String name) {
    try {
      return folder.find(place(name)).map(found -> folder.files().at(found));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the folder " + name, e);
    }
  }

  /**
   * A folder for what a stage must keep when it is killed, such as checkpoints. There is nothing at
   * first; the next run of the stage finds what this one left, but only with the same inputs,
   * settings and revision.
   */
  public HadoopFiles scratch(String stage) {
    return scratch().in(stage + "-" + lineage.idOf(stage));
  }

  /**
   * A folder for what can be computed again but need not be, which stays after the run. Whoever
   * needs the space may delete it between two runs.
   */
  public HadoopFiles cache(String name) {
    return folder.files().in(".cache").in(name);
  }

  /**
   * A folder for what others were paid for, such as answers of a server: it stays, and a run's
   * variants have the run's.
   */
  public HadoopFiles paid(String name) {
    return folder.outermost().files().in(".paid").in(name);
  }

  private HadoopFiles scratch() {
    return folder.files().in(".scratch");
  }

  /** Deletes what {@link #scratch} kept for a stage; for the end of a stage that succeeded. */
  public void clearScratch(String stage) throws IOException {
    HadoopFiles scratch = scratch();
    for (String name : scratch.list("").keySet()) {
      if (name.matches("\\Q" + stage + "\\E-[0-9a-f]{32}")) {
        scratch.delete(name);
      }
    }
    if (scratch.list("").isEmpty()) {
      scratch.delete("");
    }
  }

  /**
   * Brings back what a killed run left half moved and deletes what it left half written. Only for
   * the one run that may write here.
   */
  public void recover() throws IOException {
    folder.recover(TableStore::place);
  }

  /**
   * The folder of a published table: a path where it is local, else its URI.
   *
   * @throws IllegalStateException if it has not been published
   */
  public String location(TableSchema table) {
    var path = whole(TABLES + table.name());
    return folder.isLocal() ? path.toUri().getPath() : path.toString();
  }

  /** The size of a published table's Parquet files, in bytes. */
  public long bytes(TableSchema table) {
    try {
      long bytes = 0;
      var files = folder.fileSystem().listFiles(whole(TABLES + table.name()), true);
      while (files.hasNext()) {
        var file = files.next();
        bytes += file.getPath().getName().endsWith(".parquet") ? file.getLen() : 0;
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the table " + table.name(), e);
    }
  }

  /** The tables that are published, by name. */
  public List<TableSchema> published() {
    return names().stream().sorted().flatMap(name -> Tables.named(name).stream()).toList();
  }

  private Dataset<Row> errors() {
    Dataset<Row> union = spark.get().createDataFrame(List.of(), Tables.ERRORS.struct());
    for (String name : names()) {
      if (name.startsWith(Tables.errorsOf("").name())) {
        union = union.union(read(Tables.ERRORS.named(name)));
      }
    }
    return union;
  }

  private List<String> names() {
    try {
      return folder.published(TABLES);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the tables", e);
    }
  }

  private void write(TableSchema table, Dataset<Row> rows, org.apache.hadoop.fs.Path folder)
      throws IOException {
    save(table, rows.select(table.columns()), table.partitionBy(), folder);
    if (!table.partitionBy().isEmpty() && !WrittenRows.areIn(this.folder.fileSystem(), folder)) {
      writeNone(table, folder);
    }
  }

  /** Spark writes no file without a partition, and a folder without files tells no columns. */
  private void writeNone(TableSchema table, org.apache.hadoop.fs.Path folder) {
    var partition = folder;
    for (String column : table.partitionBy()) {
      partition =
          new org.apache.hadoop.fs.Path(
              partition, column + "=" + ExternalCatalogUtils.DEFAULT_PARTITION_NAME());
    }
    Dataset<Row> none = spark.get().createDataFrame(List.of(), table.struct());
    save(table, none.drop(table.partitionBy().toArray(String[]::new)), List.of(), partition);
  }

  private static void save(
      TableSchema table,
      Dataset<Row> rows,
      List<String> partitionBy,
      org.apache.hadoop.fs.Path folder) {
    DataFrameWriter<Row> writer =
        Locations.bare(rows.write(), folder)
            .format(StampedParquet.class.getName())
            .mode(SaveMode.Overwrite)
            .option("parquet.block.size", ROW_GROUP_BYTES)
            .partitionBy(partitionBy.toArray(String[]::new));
    if (IMAGE_TABLES.contains(table)) {
      writer.options(ImagePages.OPTIONS);
    }
    Footer.of(table).forEach((key, value) -> writer.option(StampedParquet.OPTION + key, value));
    writer.save(folder.toString());
  }

  private org.apache.hadoop.fs.Path whole(String place) {
    try {
      return folder
          .find(place)
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "%s has no %s: run the stage that makes it first"
                          .formatted(folder.root(), place)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + place, e);
    }
  }

  private Manifest manifest(String name, long rows, int schemaVersion) {
    return new Manifest(
        lineage.idOf(name),
        name,
        rows,
        schemaVersion,
        lineage.stage(),
        lineage.revision(),
        lineage.codeVersion(),
        opened.truncatedTo(ChronoUnit.MILLIS).toString(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
        lineage.settings(),
        lineage.inputs());
  }

  private static String place(String name) {
    return Tables.named(name).isPresent() ? TABLES + name : name;
  }
}
