package io.geolocsft.stage.select;

import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.RuleSettings;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** How long it takes to reject near duplicates among hashes, one of twenty like another. */
public final class LookAlikesBench {

  private LookAlikesBench() {}

  /** Images as they are judged, of which none is rejected yet. */
  public static Dataset<Row> images(SparkSession spark, long count) {
    return spark
        .range(0, count, 1, 8)
        .selectExpr(
            "concat('image-', id) AS image_id",
            "IF(id % 20 = 0, xxhash64(id + 1) ^ shiftleft(1L, CAST(id % 64 AS INT)), xxhash64(id)) AS perceptual_hash",
            "1000000L AS pixels",
            "double(id % 997) AS blur",
            "xxhash64(id, 7) AS key",
            "CAST(NULL AS STRING) AS rule",
            "CAST(NULL AS DOUBLE) AS measured_value",
            "CAST(NULL AS DOUBLE) AS limit_value",
            "CAST(NULL AS STRING) AS detail");
  }

  /** How many are rejected under the rule's usual setting. */
  public static long rejected(Dataset<Row> images) {
    RuleSettings rules = ConfigReader.section(RuleSettings.class, Map.of(), "rules");
    try (LookAlikes lookAlikes = new LookAlikes(rules)) {
      return lookAlikes.reject(images).where("rule IS NOT NULL").count();
    }
  }
}
