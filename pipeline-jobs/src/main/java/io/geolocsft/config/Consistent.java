package io.geolocsft.config;

import java.util.List;

/** Settings that may contradict each other although each alone is allowed. */
interface Consistent {

  /** One sentence for each contradiction, with the values. */
  List<String> contradictions();
}
