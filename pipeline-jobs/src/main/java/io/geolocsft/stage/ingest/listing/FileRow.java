package io.geolocsft.stage.ingest.listing;

import io.geolocsft.files.ArchiveMember;
import io.geolocsft.files.FilePart;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A file of an image set, or of one of its archives.
 *
 * @param path below the set's folder, of a member behind that of its archive; null where an archive
 *     cannot be read on
 * @param place what {@code line} counts
 * @param member its path in the archive
 * @param uri of a member
 * @param problem why it cannot be read, a word to count by
 * @param detail the same in full
 * @param json of a sample of a {@link WebDataset}
 */
record FileRow(
    String path,
    String place,
    long line,
    String member,
    String uri,
    String problem,
    String detail,
    String json) {

  static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType, true)
          .add("place", DataTypes.StringType, false)
          .add("line", DataTypes.LongType, false)
          .add("member", DataTypes.StringType, true)
          .add("uri", DataTypes.StringType, true)
          .add("problem", DataTypes.StringType, true)
          .add("detail", DataTypes.StringType, true)
          .add("json", DataTypes.StringType, true);

  static FileRow of(String path, long number) {
    return new FileRow(path, "file", number, null, null, null, null, null);
  }

  /** An archive that may not be opened. */
  static FileRow of(String archive, RowProblem problem) {
    return new FileRow(
        null, place(archive), 0, null, null, problem.kind(), problem.getMessage(), null);
  }

  static FileRow of(String archive, ArchiveMember member, String json) {
    return new FileRow(
        member.name().map(name -> archive + "/" + name).orElse(null),
        place(archive),
        member.number(),
        member.name().orElse(null),
        member.part().map(FilePart::uri).orElse(null),
        member.problem().map(ArchiveMember.Damage::kind).orElse(null),
        member.problem().map(ArchiveMember.Damage::message).orElse(null),
        json);
  }

  private static String place(String archive) {
    return archive + " member";
  }

  /** Of {@link #SCHEMA}. */
  Row row() {
    return RowFactory.create(path, place, line, member, uri, problem, detail, json);
  }
}
