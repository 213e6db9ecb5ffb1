package io.geolocsft.files;

import java.io.IOException;
import java.util.Optional;

/** The members of one kind of archive, one after the other. */
interface MemberSource {

  /**
   * The next file; folders are passed over.
   *
   * @return empty at the end
   * @throws DamagedArchiveException if the archive is not what it says; there is nothing after it
   */
  Optional<ArchiveMember> next() throws IOException;
}
