package io.geolocsft.stage.ingest.listing;

import com.google.common.collect.Iterators;
import io.geolocsft.config.ImageSet;
import io.geolocsft.files.Archive;
import io.geolocsft.files.ArchiveMember;
import io.geolocsft.files.FolderListing;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** What a set's archives hold, listed on executors, an archive a task. */
final class ArchivedFiles implements Serializable {

  @Serial private static final long serialVersionUID = 1L;

  /** Where macOS puts what a file has beside its bytes. */
  private static final String RESOURCE_FORKS = "__MACOSX/";

  private final ImageRoot root;
  private final SerializableConfiguration hadoop;
  private final Contents contents;

  /** How to list an archive that was opened. */
  @FunctionalInterface
  interface Contents extends Serializable {

    /**
     * @param name the archive's path below the set's folder
     */
    Iterator<FileRow> of(String name, Archive archive);
  }

  private ArchivedFiles(ImageRoot root, SerializableConfiguration hadoop, Contents contents) {
    this.root = root;
    this.hadoop = hadoop;
    this.contents = contents;
  }

  /**
   * Rows of {@link FileRow}.
   *
   * @param archives paths below the set's folder, at least one
   */
  static Dataset<Row> rows(
      SparkSession spark, ImageSet set, List<String> archives, Contents contents) {
    var hadoop = new SerializableConfiguration(spark.sessionState().newHadoopConf());
    ArchivedFiles files = new ArchivedFiles(ImageRoot.of(set, hadoop.value()), hadoop, contents);
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(archives, archives.size())
            .flatMap(archive -> Iterators.transform(files.list(archive), FileRow::row)),
        FileRow.SCHEMA);
  }

  private Iterator<FileRow> list(String name) throws IOException {
    Path path;
    try {
      path = new Path(root.resolve(name));
    } catch (RowProblem e) {
      return List.of(FileRow.of(name, e)).iterator();
    }
    Archive archive = Archive.open(path.getFileSystem(hadoop.value()), path);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) end -> archive.close());
    return contents.of(name, archive);
  }

  /** Each file for itself; hidden ones are left out, as they are of folders. */
  static Iterator<FileRow> each(String name, Archive archive) {
    return Iterators.transform(visible(archive), member -> FileRow.of(name, member, null));
  }

  static Iterator<ArchiveMember> visible(Archive archive) {
    return Iterators.filter(
        archive, member -> member.name().filter(ArchivedFiles::isHidden).isEmpty());
  }

  private static boolean isHidden(String name) {
    return FolderListing.isHidden(name) || name.startsWith(RESOURCE_FORKS);
  }
}
