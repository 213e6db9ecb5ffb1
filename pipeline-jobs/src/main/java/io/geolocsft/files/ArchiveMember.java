package io.geolocsft.files;

import java.util.Optional;

/**
 * What an archive's directory says of a member; or, with a problem and no name, that the archive
 * cannot be read on from here.
 *
 * @param number counts the members of the archive from 1
 * @param name path in the archive
 * @param part where it lies
 * @param problem why it cannot be read
 */
public record ArchiveMember(
    long number, Optional<String> name, Optional<FilePart> part, Optional<Damage> problem) {

  /**
   * Why a member, or all that follow, cannot be read.
   *
   * @param kind a word to count by
   * @param message what is wrong and, where one helps, the remedy
   */
  public record Damage(String kind, String message) {}

  static ArchiveMember of(long number, String name, FilePart part) {
    return new ArchiveMember(number, Optional.of(name), Optional.of(part), Optional.empty());
  }

  /** A file that cannot be read. */
  public static ArchiveMember bad(long number, String name, String kind, String message) {
    return new ArchiveMember(
        number, Optional.of(name), Optional.empty(), Optional.of(new Damage(kind, message)));
  }

  static ArchiveMember end(long number, String kind, String message) {
    return new ArchiveMember(
        number, Optional.empty(), Optional.empty(), Optional.of(new Damage(kind, message)));
  }
}
