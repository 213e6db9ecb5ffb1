package io.geolocsft.answer;

import java.util.Optional;

/** A way of writing two coordinates. */
interface Form {

  /** The coordinates that begin with the token at an index. */
  Optional<Reading> at(int index);
}
