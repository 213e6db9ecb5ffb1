package io.geolocsft.stage.select;

import com.google.common.collect.Iterables;
import com.google.common.collect.Iterators;
import com.google.common.collect.Streams;
import com.google.common.primitives.Longs;
import io.geolocsft.select.HashTables;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * Looks for near hashes in {@link HashTables}, a part of a table at a time. Hashes travel there in
 * arrays: as rows, one for each table, they would take many times as long.
 */
final class NearHashes {

  /** 8 MB of a task's memory, and of it what its search takes. */
  private static final long HASHES_PER_PART = 1_000_000;

  private static final int HASHES_AT_ONCE = 1 << 16;

  private static final StructType PAIRS =
      new StructType().add("a", DataTypes.LongType, false).add("b", DataTypes.LongType, false);

  private final HashTables tables;
  private final int parts;
  private final int tasks;

  /**
   * @param hashes how many will be searched, roughly
   */
  NearHashes(int bits, long hashes) {
    tables = HashTables.of(bits, hashes);
    parts = Math.toIntExact(1 + hashes / HASHES_PER_PART);
    tasks = Math.toIntExact(1 + hashes * tables.count() / HASHES_PER_PART);
  }

  /**
   * Each pair of different hashes that are near, once: columns a and b.
   *
   * @param images with a column hash
   */
  Dataset<Row> pairs(Dataset<Row> images) {
    Filing filing = new Filing(tables, parts);
    JavaRDD<Row> pairs =
        images
            .select("hash")
            .distinct()
            .as(Encoders.LONG())
            .toJavaRDD()
            .mapPartitionsToPair(filing::file)
            .groupByKey(tasks)
            .flatMap(part -> filing.search(part._1, part._2));
    return images.sparkSession().createDataFrame(pairs, PAIRS);
  }

  /** What executors do; a part of a table has the number {@code table * parts + part}. */
  private record Filing(HashTables tables, int parts) implements Serializable {

    Iterator<Tuple2<Integer, long[]>> file(Iterator<Long> hashes) {
      return Streams.stream(Iterators.partition(hashes, HASHES_AT_ONCE))
          .map(Longs::toArray)
          .flatMap(
              some ->
                  IntStream.range(0, tables.count()).boxed().flatMap(table -> file(table, some)))
          .iterator();
    }

    private Stream<Tuple2<Integer, long[]>> file(int table, long[] hashes) {
      long[][] filed = new long[parts][Math.min(hashes.length, 2 * hashes.length / parts)];
      int[] sizes = new int[parts];
      for (long hash : hashes) {
        int part = tables.part(table, hash, parts);
        if (sizes[part] == filed[part].length) {
          filed[part] = Arrays.copyOf(filed[part], hashes.length);
        }
        filed[part][sizes[part]++] = hash;
      }
      return IntStream.range(0, parts)
          .mapToObj(
              part -> new Tuple2<>(table * parts + part, Arrays.copyOf(filed[part], sizes[part])));
    }

    Iterator<Row> search(int number, Iterable<long[]> filed) {
      long[] hashes = Longs.concat(Iterables.toArray(filed, long[].class));
      return Iterators.transform(
          tables.pairs(number / parts, hashes), pair -> RowFactory.create(pair[0], pair[1]));
    }
  }
}
