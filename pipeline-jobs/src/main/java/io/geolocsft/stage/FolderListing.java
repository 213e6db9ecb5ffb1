package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.table.FolderFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Every file of a folder, hidden ones left out, where no table names the images. */
final class FolderListing {

  private static final StructType NUMBERED =
      new StructType()
          .add("line", DataTypes.LongType, false)
          .add("image", DataTypes.StringType, false);

  private FolderListing() {}

  static Dataset<Row> read(SparkSession spark, ImageSet set) {
    List<Row> rows = new ArrayList<>();
    for (String file : files(spark, set)) {
      rows.add(RowFactory.create((long) rows.size() + 1, file));
    }
    boolean ids = !set.columns().id().isEmpty();
    if (ids) {
      throw new DataException(
          "%1$s.columns.id needs a table with ids: set %1$s.table, or leave the ids out"
              .formatted(set.setting()));
    }
    return ListedImages.select(
        spark.createDataFrame(rows, NUMBERED),
        set,
        lit("file"),
        col("line"),
        lit(false),
        column -> column == TableColumn.IMAGE ? col("image") : ListedImages.none());
  }

  /** Paths below the set's folder. */
  static TreeSet<String> files(SparkSession spark, ImageSet set) {
    Path folder = new Path(set.images());
    TreeSet<String> files = new TreeSet<>();
    try {
      FileSystem fs = folder.getFileSystem(spark.sessionState().newHadoopConf());
      String root = fs.makeQualified(folder).toUri().getPath();
      for (FileStatus status : FolderFiles.of(fs, folder)) {
        String path = status.getPath().toUri().getPath();
        String file = path.substring(root.length()).replaceFirst("^/+", "");
        if (!("/" + file).contains("/.")) {
          files.add(file);
        }
      }
    } catch (IOException e) {
      throw new EnvironmentException("Cannot list " + folder + ": " + e.getMessage(), e);
    }
    return files;
  }
}
