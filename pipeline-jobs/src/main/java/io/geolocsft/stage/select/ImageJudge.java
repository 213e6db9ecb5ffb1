package io.geolocsft.stage.select;

import io.geolocsft.config.RuleSettings;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.ImageFacts;
import io.geolocsft.select.KeyedOrder;
import io.geolocsft.select.LeafLookup;
import io.geolocsft.select.Leakage;
import io.geolocsft.select.QualityRules;
import io.geolocsft.select.Rejection;
import io.geolocsft.stage.GeoReference;
import io.geolocsft.stage.StageContext;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.reflect.ClassTag$;

/**
 * All that can be said about one training image alone. Broadcast, and built once on each executor.
 */
final class ImageJudge implements Serializable {

  private static final long serialVersionUID = 1L;

  private final GeoReference geography;
  private final RuleSettings rules;
  private final long seed;
  private final List<Long> leafIds;
  private final List<Leakage.Image> heldOut;
  private transient Tools tools;

  /**
   * @param leafIds of the adaptive partition, outside of which images lie too sparsely; none where
   *     that does not count
   * @param heldOut what must not be given away
   */
  private ImageJudge(
      GeoReference geography,
      RuleSettings rules,
      long seed,
      List<Long> leafIds,
      List<Leakage.Image> heldOut) {
    this.geography = geography;
    this.rules = rules;
    this.seed = seed;
    this.leafIds = List.copyOf(leafIds);
    this.heldOut = List.copyOf(heldOut);
  }

  /**
   * For executors, as a run is configured.
   *
   * @param leaves as in the constructor
   * @param binned whose benchmarks' images must not be given away
   */
  static Broadcast<ImageJudge> broadcast(
      StageContext context, List<Long> leaves, Dataset<Row> binned) {
    SparkSession spark = context.spark();
    ImageJudge judge =
        new ImageJudge(
            GeoReference.read(context.config().bin(), spark),
            context.config().select().rules(),
            context.config().run().seed(),
            leaves,
            HeldOutImages.of(binned));
    return spark.sparkContext().broadcast(judge, ClassTag$.MODULE$.apply(ImageJudge.class));
  }

  private record Tools(
      KeyedOrder order, LeafLookup leaves, QualityRules quality, Leakage leakage) {}

  private synchronized Tools tools() {
    if (tools == null) {
      tools =
          new Tools(
              new KeyedOrder(seed),
              new LeafLookup(geography.cells(), leafIds, geography.settings().maxLevel()),
              new QualityRules(rules.limits(), geography.earth()),
              new Leakage(
                  heldOut,
                  new Leakage.Limits(
                      rules.nearDuplicateBits(),
                      rules.excludeBenchmarkCells(),
                      rules.benchmarkBufferKm(),
                      rules.excludeBenchmarkSequences(),
                      rules.excludeBenchmarkAuthors())));
    }
    return tools;
  }

  long key(String imageId) {
    return tools().order().of(imageId);
  }

  OptionalLong leaf(GeoPoint at) {
    return tools().leaves().leafAt(at.latitude(), at.longitude());
  }

  Optional<Rejection> check(ImageFacts facts, Leakage.Image image) {
    return tools()
        .quality()
        .check(facts)
        .or(() -> sparse(facts.point()))
        .or(() -> tools().leakage().check(image));
  }

  private Optional<Rejection> sparse(GeoPoint at) {
    return leafIds.isEmpty() || leaf(at).isPresent()
        ? Optional.empty()
        : Optional.of(
            new Rejection(
                "sparse_cell",
                null,
                (double) geography.settings().minImages(),
                "its cell holds fewer images"));
  }
}
