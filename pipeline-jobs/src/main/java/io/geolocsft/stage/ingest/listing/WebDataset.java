package io.geolocsft.stage.ingest.listing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.when;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import io.geolocsft.config.ImageSet;
import io.geolocsft.config.TableColumn;
import io.geolocsft.failure.DataException;
import io.geolocsft.files.Archive;
import io.geolocsft.files.ArchiveMember;
import io.geolocsft.files.DamagedArchiveException;
import io.geolocsft.files.FolderListing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * Samples of WebDataset's tars (https://github.com/webdataset/webdataset): members that follow each
 * other and share a key, their name up to the first dot of its last part. One is the image, {@code
 * <key>.json} holds the columns.
 */
final class WebDataset {

  private static final Pattern IMAGE =
      Pattern.compile(".*\\.(jpe?g|png|gif|webp|tiff?|bmp|ppm|avif|heic)");
  private static final Pattern TABLE = Pattern.compile(".*\\.json");
  private static final int MOST_JSON_BYTES = 1 << 20;

  private WebDataset() {}

  /**
   * @param listings as of {@link ListedImages#of}
   */
  static Dataset<Row> read(SparkSession spark, ImageSet set, List<FolderListing> listings) {
    List<String> archives = ImageFiles.of(spark, set, listings).archives();
    if (archives.isEmpty()) {
      throw new DataException(
          "%s holds no .tar, which the layout webdataset needs; put some there or set %s.images"
              .formatted(set.images(), set.setting()));
    }
    Dataset<Row> samples =
        ArchivedFiles.rows(spark, set, archives, WebDataset::samples)
            .withColumn(
                JsonRows.FIELDS,
                from_json(
                    col("json"),
                    DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType)));
    Column broken = col("json").isNotNull().and(col(JsonRows.FIELDS).isNull());
    RowOrigin origin =
        new RowOrigin(
            col("place"),
            col("line"),
            when(broken, "malformed_row").otherwise(col("problem")),
            when(broken, "its .json holds no JSON object").otherwise(col("detail")),
            col("member"),
            col("uri"));
    return ListedImages.select(
        samples,
        set,
        origin,
        column ->
            column == TableColumn.IMAGE
                ? col("path")
                : JsonRows.value(column.nameIn(set.columns())));
  }

  private static Iterator<FileRow> samples(String name, Archive archive) {
    PeekingIterator<ArchiveMember> members =
        Iterators.peekingIterator(ArchivedFiles.visible(archive));
    return new AbstractIterator<>() {
      @Override
      protected FileRow computeNext() {
        return members.hasNext() ? sample(name, archive, members) : endOfData();
      }
    };
  }

  /** Of a sample without an image the first member, which is then told to be none. */
  private static FileRow sample(
      String name, Archive archive, PeekingIterator<ArchiveMember> members) {
    ArchiveMember first = members.next();
    List<ArchiveMember> sample = new ArrayList<>(List.of(first));
    while (first.name().isPresent()
        && members.hasNext()
        && key(members.peek()).equals(key(first))) {
      sample.add(members.next());
    }
    String key = key(first).orElse("");
    ArchiveMember image = best(sample, key, IMAGE).orElse(first);
    Optional<ArchiveMember> table =
        best(sample, key, TABLE).filter(member -> member.part().isPresent());
    try {
      return FileRow.of(name, image, table.isPresent() ? text(archive, table.get()) : null);
    } catch (DamagedArchiveException e) {
      return FileRow.of(
          name,
          ArchiveMember.bad(
              image.number(), table.get().name().orElse(""), "archive_damaged", e.getMessage()),
          null);
    }
  }

  /** {@code 0001.jpg} before {@code 0001.depth.png}. */
  private static Optional<ArchiveMember> best(
      List<ArchiveMember> sample, String key, Pattern kind) {
    return sample.stream()
        .filter(member -> is(kind, member))
        .min(
            Comparator.comparing(
                member -> member.name().orElse("").indexOf('.', key.length() + 1) >= 0));
  }

  private static String text(Archive archive, ArchiveMember member) throws DamagedArchiveException {
    try {
      String text = new String(archive.read(member, MOST_JSON_BYTES), StandardCharsets.UTF_8);
      return text.startsWith(NumberedLines.BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (DamagedArchiveException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read an archive: " + e.getMessage(), e);
    }
  }

  private static boolean is(Pattern kind, ArchiveMember member) {
    String name = member.name().orElse("").toLowerCase(Locale.ROOT);
    return kind.matcher(name).matches();
  }

  private static Optional<String> key(ArchiveMember member) {
    return member.name().map(name -> name.substring(0, keyLength(name)));
  }

  private static int keyLength(String name) {
    int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
    return dot < 0 ? name.length() : dot;
  }
}
