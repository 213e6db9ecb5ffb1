package io.geolocsft.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.generate.Continuation;
import io.geolocsft.generate.Continuation.Choice;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.grpo.PolicyBatch.Lesson;
import io.geolocsft.grpo.PolicyBatch.Lessons;
import io.geolocsft.training.OutOfDeviceMemoryException;
import io.geolocsft.training.Savings;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What goes at once where memory is short. */
class TestPolicyMemory {

  private static final int PROMPT = 5;
  private static final int ANSWERS = 4;
  private static final int WORDS = 3;

  private static Lessons image(int number) {
    TrainingExample example =
        new TrainingExample(
            "image-" + number, new int[PROMPT + 1], PROMPT, "", String.valueOf(number));
    List<Integer> tokens = Collections.nCopies(WORDS, 7);
    List<Choice> choices =
        IntStream.range(0, WORDS).mapToObj(at -> new Choice(at, 7, null, -1)).toList();
    Lesson lesson = Lesson.drawn(new Continuation(tokens, choices, false), 1, 1);
    return new Lessons(
        new LocatedExample(example, new GeoPoint(0, 0)), Collections.nCopies(ANSWERS, lesson));
  }

  /** Of five images. */
  private static LessonRows rows(GemmaModel model, int microBatchSize, long free)
      throws IOException {
    LessonRows rows =
        new LessonRows(
            model,
            Optional.empty(),
            image -> new float[0][],
            false,
            microBatchSize,
            new PolicyMemory(model.config(), DataType.FLOAT32, Savings.USUAL),
            free);
    rows.take(IntStream.range(0, 5).mapToObj(TestPolicyMemory::image).toList());
    return rows;
  }

  /** Choices of each micro-batch. */
  private static List<Integer> parts(LessonRows rows) {
    return rows.batches().stream().map(batch -> batch.advantages().length).toList();
  }

  private static List<Integer> parts(int microBatchSize, long free) throws IOException {
    try (GemmaModel model = SmallGemma.random(3)) {
      return parts(rows(model, microBatchSize, free));
    }
  }

  private static long learning(int images, int answers) {
    try (GemmaModel model = SmallGemma.random(3)) {
      return new PolicyMemory(model.config(), DataType.FLOAT32, Savings.USUAL)
          .learning(images, 0, PROMPT + answers * (WORDS - 1), (long) images * answers * WORDS);
    }
  }

  @Test
  void aMicroBatchIsWhatFits() throws IOException {
    int image = ANSWERS * WORDS;
    assertThat(parts(4, Long.MAX_VALUE)).containsExactly(4 * image, image);
    assertThat(parts(4, learning(3, ANSWERS))).containsExactly(3 * image, 2 * image);
    assertThat(parts(4, learning(3, ANSWERS) - 1)).containsExactly(2 * image, 2 * image, image);
    assertThat(parts(4, learning(1, 2)))
        .as("half of an image's answers, ten times")
        .isEqualTo(Collections.nCopies(10, 2 * WORDS));
    assertThat(parts(4, 0))
        .as("a single answer goes whatever it takes")
        .isEqualTo(Collections.nCopies(5 * ANSWERS, WORDS));
  }

  /** Whatever was calculated: by half as many as went together at most. */
  @Test
  void whereMemoryRunsOutHalfAsManyGo() throws IOException {
    int image = ANSWERS * WORDS;
    EngineException cause = new EngineException("out of memory");
    try (GemmaModel model = SmallGemma.random(3)) {
      LessonRows rows = rows(model, 16, learning(4, ANSWERS));
      assertThat(parts(rows)).containsExactly(4 * image, image);
      rows.halve(0, cause);
      assertThat(parts(rows)).containsExactly(2 * image, 2 * image, image);
      rows.halve(0, cause);
      assertThat(parts(rows)).isEqualTo(Collections.nCopies(5, image));
      rows.halve(0, cause);
      assertThat(parts(rows)).isEqualTo(Collections.nCopies(10, 2 * WORDS));
      rows.halve(0, cause);
      assertThat(parts(rows)).isEqualTo(Collections.nCopies(20, WORDS));
      assertThatThrownBy(() -> rows.halve(0, cause))
          .isInstanceOf(OutOfDeviceMemoryException.class)
          .hasMessageContaining("a single answer");
    }
  }
}
