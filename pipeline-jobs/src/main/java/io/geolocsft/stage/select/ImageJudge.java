package io.geolocsft.stage.select;

import io.geolocsft.config.RuleSettings;
import io.geolocsft.select.ImageFacts;
import io.geolocsft.select.KeyedOrder;
import io.geolocsft.select.Leakage;
import io.geolocsft.select.QualityRules;
import io.geolocsft.select.Rejection;
import io.geolocsft.stage.GeoReference;
import io.geolocsft.stage.StageContext;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
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
  private final boolean needsLeaf;
  private final List<Leakage.Image> heldOut;
  private transient Tools tools;

  /**
   * @param needsLeaf whether an image outside of the partition's leaves lies too sparsely
   * @param heldOut what must not be given away
   */
  private ImageJudge(
      GeoReference geography,
      RuleSettings rules,
      long seed,
      boolean needsLeaf,
      List<Leakage.Image> heldOut) {
    this.geography = geography;
    this.rules = rules;
    this.seed = seed;
    this.needsLeaf = needsLeaf;
    this.heldOut = List.copyOf(heldOut);
  }

  /**
   * For executors, as a run is configured.
   *
   * @param needsLeaf as in the constructor
   * @param binned whose benchmarks' images must not be given away
   */
  static Broadcast<ImageJudge> broadcast(
      StageContext context, boolean needsLeaf, Dataset<Row> binned) {
    SparkSession spark = context.spark();
    ImageJudge judge =
        new ImageJudge(
            GeoReference.read(context.config().bin(), spark),
            context.config().select().rules(),
            context.config().run().seed(),
            needsLeaf,
            HeldOutImages.of(binned));
    return spark.sparkContext().broadcast(judge, ClassTag$.MODULE$.apply(ImageJudge.class));
  }

  private record Tools(KeyedOrder order, QualityRules quality, Leakage leakage) {}

  private synchronized Tools tools() {
    if (tools == null) {
      tools =
          new Tools(
              new KeyedOrder(seed),
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

  Optional<Rejection> check(ImageFacts facts, Leakage.Image image, boolean hasLeaf) {
    return tools()
        .quality()
        .check(facts)
        .or(() -> sparse(hasLeaf))
        .or(() -> tools().leakage().check(image));
  }

  private Optional<Rejection> sparse(boolean hasLeaf) {
    return hasLeaf || !needsLeaf
        ? Optional.empty()
        : Optional.of(
            new Rejection(
                "sparse_cell",
                null,
                (double) geography.settings().minImages(),
                "its cell holds fewer images"));
  }
}
