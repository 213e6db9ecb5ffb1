package io.geolocsft.stage.select;

import io.geolocsft.select.Leakage;
import io.geolocsft.stage.SplitRows;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What training must not see: the benchmarks' images, few enough for every executor to hold. */
final class HeldOutImages {

  private HeldOutImages() {}

  /** The benchmarks' images among the rows of {@code binned}, in the order of their ids. */
  static List<Leakage.Image> of(Dataset<Row> binned) {
    return SplitRows.evaluated(binned)
        .select(
            "image_id",
            "sha256",
            "perceptual_hash",
            "latitude",
            "longitude",
            "cell_id",
            "sequence_id",
            "author")
        .orderBy("image_id")
        .collectAsList()
        .stream()
        .map(JudgedRows::image)
        .toList();
  }
}
