package io.geolocsft.stage.evaluate;

import com.google.common.collect.AbstractIterator;
import io.geolocsft.evaluate.AnswerBins;
import io.geolocsft.evaluate.Slice;
import io.geolocsft.evaluate.TallyPart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;

/** The answers of a partition, counted; when much was counted it is given away in between. */
final class TalliedRows extends AbstractIterator<Row> {

  /** Numbers to keep, of 4 bytes, and as much again where they are sorted. */
  private static final long MOST_NUMBERS = 16_000_000;

  /** Answers between two looks at how much was counted. */
  private static final int STRIDE = 50_000;

  /**
   * What is counted of a model on a benchmark.
   *
   * @param slices but the whole
   */
  private record Counted(
      String benchmark, String model, TallyPart whole, Map<Slice, TallyPart> slices) {

    boolean isOf(Row row) {
      return AnswerRows.model(row).equals(model) && AnswerRows.benchmark(row).equals(benchmark);
    }

    long size() {
      return whole.size() + slices.values().stream().mapToLong(TallyPart::size).sum();
    }
  }

  private final Iterator<Row> rows;
  private final AnswerBins bins;
  private final AnswerRows answers;
  private final LongAccumulator judged;
  private final List<Counted> all = new ArrayList<>(); // of a few models
  private final Queue<Row> ready = new ArrayDeque<>();

  TalliedRows(Iterator<Row> rows, AnswerBins bins, AnswerRows answers, LongAccumulator judged) {
    this.rows = rows;
    this.bins = bins;
    this.answers = answers;
    this.judged = judged;
  }

  @Override
  protected Row computeNext() {
    while (ready.isEmpty() && rows.hasNext()) {
      int counted = 0;
      for (; counted < STRIDE && rows.hasNext(); counted++) {
        add(rows.next());
      }
      judged.add(counted);
      if (!rows.hasNext() || all.stream().mapToLong(Counted::size).sum() > MOST_NUMBERS) {
        flush();
      }
    }
    return ready.isEmpty() ? endOfData() : ready.remove();
  }

  private void add(Row row) {
    Counted counted = counted(row);
    List<TallyPart> own = new ArrayList<>();
    own.add(counted.whole());
    for (Slice slice : answers.parts(row)) {
      own.add(counted.slices().computeIfAbsent(slice, unused -> new TallyPart(bins)));
    }
    TallyPart.add(
        bins, row.getInt(answers.width()), AnswerRows.truth(row), AnswerRows.prediction(row), own);
  }

  private Counted counted(Row row) {
    for (Counted each : all) {
      if (each.isOf(row)) {
        return each;
      }
    }
    Counted fresh =
        new Counted(
            AnswerRows.benchmark(row), AnswerRows.model(row), new TallyPart(bins), new HashMap<>());
    all.add(fresh);
    return fresh;
  }

  private void flush() {
    for (Counted counted : all) {
      ready.add(row(counted, Slice.ALL, counted.whole()));
      counted.slices().forEach((slice, part) -> ready.add(row(counted, slice, part)));
    }
    all.clear();
  }

  private static Row row(Counted counted, Slice slice, TallyPart part) {
    return RowFactory.create(
        counted.benchmark(), slice.dimension(), slice.value(), counted.model(), part.toBytes());
  }
}
