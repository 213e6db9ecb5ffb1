package io.geolocsft.stage.neighbours;

import static org.apache.spark.sql.functions.col;

import com.google.common.collect.Iterators;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.answering.Answering;
import io.geolocsft.cluster.answering.Answering.Query;
import io.geolocsft.cluster.answering.ImageFeature;
import io.geolocsft.cluster.answering.ModelStream;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.retrieve.FeatureBlock;
import io.geolocsft.retrieve.Neighbour;
import io.geolocsft.stage.CountedRows;
import io.geolocsft.stage.ModelFolder;
import io.geolocsft.stage.ModelStage;
import io.geolocsft.stage.SplitRows;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.SortedFiles;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * Finds the selected images that are most like each benchmark image, by the cosine of the vision
 * tower's features (mean over the patches). Every pair is compared, in blocks, so that neither side
 * need fit into memory.
 */
public final class Neighbours implements ModelStage {

  /** Images in a block, a few MB; a task makes one, or compares two. */
  private static final int BLOCK = 1_000;

  /** Some tens of MB. */
  private static final long ROWS_PER_FILE = 4_000_000;

  @Override
  public String name() {
    return "neighbours";
  }

  @Override
  public List<String> inputs() {
    return List.of(Tables.BINNED.name(), Tables.SELECTION.name());
  }

  @Override
  public List<String> outputs() {
    return List.of(Tables.NEIGHBOURS.name());
  }

  @Override
  public int revision() {
    return 1;
  }

  @Override
  public SettingValues settings(SettingValues all) {
    return all.only("neighbours", "model.weights", "model.dtype", "run.seed");
  }

  @Override
  public void run(StageContext context) throws Exception {
    ModelFolder.check(context.config().model());
    int count = context.config().neighbours().count();
    Dataset<Row> binned = context.tables().read(Tables.BINNED);
    Dataset<Row> chosen =
        SplitRows.trained(binned)
            .join(context.tables().read(Tables.SELECTION).select("image_id"), "image_id");
    Dataset<Row> asked = SplitRows.evaluated(binned);
    if (count == 0) {
      publish(context, context.spark().createDataFrame(List.of(), Tables.NEIGHBOURS.struct()), 0);
      return;
    }
    long questions = asked.count();
    long total = chosen.count() + questions;
    LongAccumulator seen = context.spark().sparkContext().longAccumulator("images seen");
    JavaRDD<FeatureBlock> gallery = blocks(context, chosen, seen);
    JavaRDD<FeatureBlock> queries = blocks(context, asked, seen);
    try (CountedRows shown =
        new CountedRows(seen, context.progress("Looking", total, "images"), total)) {
      gallery.count();
      queries.count();
    }
    try {
      publish(context, neighbours(context, queries, gallery, asked, count), questions * count);
    } finally {
      gallery.unpersist();
      queries.unpersist();
    }
  }

  /** Features of images in the order of their ids, held by the executors. */
  private static JavaRDD<FeatureBlock> blocks(
      StageContext context, Dataset<Row> images, LongAccumulator seen) {
    PipelineConfig config = context.config();
    Answering tower =
        new Answering(
            ModelSpec.base(config.model(), config.run().seed()),
            List.of(),
            config.model().device(),
            config.examples(),
            config.infer(),
            config.run().seed(),
            ImageBytes.of(context.spark()));
    long count = images.count();
    return images
        .select("image_id", "uri", "sha256", "latitude", "longitude")
        .repartitionByRange((int) (1 + count / BLOCK), col("image_id"))
        .sortWithinPartitions("image_id")
        .toJavaRDD()
        .mapPartitions(rows -> List.of(block(tower, rows, seen)).iterator())
        .persist(StorageLevel.MEMORY_AND_DISK());
  }

  private static FeatureBlock block(Answering tower, Iterator<Row> images, LongAccumulator seen)
      throws Exception {
    List<Row> rows = new ArrayList<>();
    images.forEachRemaining(rows::add);
    FeatureBlock block = new FeatureBlock();
    Iterator<List<Query>> batches =
        Iterators.transform(
            Iterators.partition(rows.iterator(), tower.settings().batchSize()),
            batch -> batch.stream().map(Neighbours::query).toList());
    int row = 0;
    ModelStream<ImageFeature> features = ModelStream.features(tower, batches);
    while (features.hasNext()) {
      List<ImageFeature> batch = features.next();
      for (ImageFeature feature : batch) {
        Row image = rows.get(row++);
        if (feature.vector() != null) {
          GeoPoint point = new GeoPoint(image.getDouble(3), image.getDouble(4));
          block.add(image.getString(0), point, feature.vector());
        }
      }
      seen.add(batch.size());
    }
    return block;
  }

  private static Query query(Row image) {
    return new Query(image.getString(0), image.getString(1), image.getString(2));
  }

  private static Dataset<Row> neighbours(
      StageContext context,
      JavaRDD<FeatureBlock> queries,
      JavaRDD<FeatureBlock> gallery,
      Dataset<Row> asked,
      int count) {
    JavaRDD<Row> rows =
        queries
            .cartesian(gallery)
            .flatMapToPair(
                pair ->
                    IntStream.range(0, pair._1().size())
                        .mapToObj(
                            image ->
                                new Tuple2<>(
                                    pair._1().id(image),
                                    pair._2().nearest(pair._1().vector(image), count)))
                        .iterator())
            .reduceByKey((some, others) -> Neighbour.merge(some, others, count))
            .flatMap(image -> rows(image._1(), image._2()));
    return context
        .spark()
        .createDataFrame(rows, Tables.NEIGHBOURS.struct())
        .drop("benchmark")
        .join(asked.select(col("image_id"), col("split").as("benchmark")), "image_id")
        .select(Tables.NEIGHBOURS.columns());
  }

  private static Iterator<Row> rows(String imageId, List<Neighbour> neighbours) {
    return IntStream.range(0, neighbours.size())
        .mapToObj(
            i ->
                RowFactory.create(
                    "",
                    imageId,
                    i + 1,
                    neighbours.get(i).imageId(),
                    neighbours.get(i).latitude(),
                    neighbours.get(i).longitude(),
                    neighbours.get(i).similarity()))
        .iterator();
  }

  private static void publish(StageContext context, Dataset<Row> rows, long count) {
    int files = Math.toIntExact(1 + count / ROWS_PER_FILE);
    context
        .tables()
        .publish(Tables.NEIGHBOURS, SortedFiles.of(rows, files, "benchmark", "image_id", "rank"));
  }
}
