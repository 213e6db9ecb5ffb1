package io.geolocsft.cluster.answering;

import com.google.common.collect.ListMultimap;
import com.google.common.collect.MultimapBuilder;
import com.google.common.collect.Multimaps;
import io.geolocsft.cluster.answering.ChunkAnswerer.Chunk;
import io.geolocsft.cluster.answering.ChunkAnswerer.Line;
import io.geolocsft.cluster.answering.ChunkAnswerer.Request;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Images in the order of their ids, in chunks that are the same whatever the number of partitions.
 *
 * @param images by the number of their chunk
 * @param count of the chunks
 */
public record ImageChunks(JavaPairRDD<Integer, Request> images, int count) {

  /** Few enough that a killed run loses little. */
  private static final int BATCHES_PER_CHUNK = 4;

  /** Images are read ahead within a task: it is long where there are many. */
  private static final int CHUNKS_PER_TASK = 32;

  /** Where there are fewer, all slots end at about the same time. */
  private static final int TASKS_PER_SLOT = 4;

  private static final Comparator<Request> ORDER =
      Comparator.comparing(Request::benchmark).thenComparing(Request::imageId);

  /**
   * Cuts images into chunks.
   *
   * @param sorted the images by benchmark and id
   * @param total how many there are
   * @param slots of the cluster for tasks
   */
  public static ImageChunks of(JavaRDD<Request> sorted, long total, int batchSize, int slots) {
    int size = batchSize * BATCHES_PER_CHUNK;
    int chunks = Math.toIntExact((total + size - 1) / size);
    int tasks = Math.max(chunks / CHUNKS_PER_TASK, Math.min(chunks, TASKS_PER_SLOT * slots));
    return new ImageChunks(
        sorted
            .zipWithIndex()
            .mapToPair(indexed -> new Tuple2<>((int) (indexed._2() / size), indexed._1()))
            .partitionBy(new HashPartitioner(Math.max(1, tasks))),
        chunks);
  }

  /** Everything that models answer for them; an image's lines follow one another. */
  public JavaRDD<Line> answers(ChunkAnswerer work) {
    return images.mapPartitions(part -> work.answers(chunks(part)));
  }

  private static List<Chunk> chunks(Iterator<Tuple2<Integer, Request>> images) {
    ListMultimap<Integer, Request> chunks = MultimapBuilder.treeKeys().arrayListValues().build();
    images.forEachRemaining(image -> chunks.put(image._1(), image._2()));
    // A shuffle may deliver them in any order.
    return Multimaps.asMap(chunks).entrySet().stream()
        .map(chunk -> new Chunk(chunk.getKey(), chunk.getValue().stream().sorted(ORDER).toList()))
        .toList();
  }
}
