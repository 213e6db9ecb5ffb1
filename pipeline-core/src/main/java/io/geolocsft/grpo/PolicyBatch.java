package io.geolocsft.grpo;

import com.google.common.primitives.Booleans;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.TokenChoices;
import io.geolocsft.generate.Continuation;
import io.geolocsft.generate.Continuation.Choice;
import io.geolocsft.training.PixelSource;
import io.geolocsft.training.TokenPass.Rows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/**
 * Some images with answers to learn from, an image a row: its prompt with what all answers begin
 * with, run once, and its answers, each of which sees the prompt and itself.
 *
 * @param advantages of each choice's answer
 * @param weights of each choice
 * @param imitated whether the cross-entropy of each choice is learned
 * @param first place of the first choice among all that this rank learns from in a step
 */
record PolicyBatch(
    Rows rows,
    TokenChoices choices,
    float[] advantages,
    float[] weights,
    boolean[] imitated,
    int first) {

  /**
   * An answer to learn from.
   *
   * @param isImitated whether its cross-entropy is learned, whatever it was worth
   * @param advantage over the other answers
   * @param weight of each of its tokens
   */
  record Lesson(Continuation answer, boolean isImitated, double advantage, double weight) {

    static Lesson drawn(Continuation answer, double advantage, double weight) {
      return new Lesson(answer, false, advantage, weight);
    }

    static Lesson imitated(Continuation answer, double weight) {
      return new Lesson(answer, true, 0, weight);
    }

    /** What the model must read to choose as it did: the last choice is read by nobody. */
    private int[] read() {
      return Ints.toArray(answer.tokens().subList(0, length()));
    }

    private int length() {
      List<Choice> choices = answer.choices();
      return choices.get(choices.size() - 1).at();
    }
  }

  /** An image, and what is to be learned from answers about it, of one choice at least each. */
  record Lessons(LocatedExample image, List<Lesson> answers) {

    int choices() {
      return answers.stream().mapToInt(lesson -> lesson.answer().choices().size()).sum();
    }

    Lessons first(int count) {
      return new Lessons(image, answers.subList(0, count));
    }

    /** Tokens that all answers begin with before the first choice: they are run once. */
    int opening() {
      int[] first = answers.get(0).read();
      int common = first.length;
      for (Lesson lesson : answers) {
        int[] read = lesson.read();
        int most = Math.min(common, lesson.answer().choices().get(0).at());
        int mismatch = Arrays.mismatch(first, 0, most, read, 0, Math.min(most, read.length));
        common = mismatch < 0 ? most : mismatch;
      }
      return common;
    }

    /** Of the row that they are, at most. */
    int tokens() {
      return image.prompt().length + answers.stream().mapToInt(Lesson::length).sum();
    }
  }

  /**
   * Lays out images and loads them.
   *
   * @param first place of their first choice
   * @param cached whether {@code images} gives features rather than pixels
   * @param shared tokens that all prompts begin with, to stand apart
   * @param vocabulary words of the model
   */
  static PolicyBatch of(
      List<Lessons> all,
      int first,
      PixelSource images,
      boolean cached,
      int shared,
      int imageToken,
      int vocabulary)
      throws IOException {
    List<int[]> prompts = new ArrayList<>();
    List<List<int[]>> answers = new ArrayList<>();
    for (Lessons lessons : all) {
      int opening = lessons.opening();
      int[] begun = Arrays.copyOf(lessons.answers().get(0).read(), opening);
      prompts.add(Ints.concat(lessons.image().prompt(), begun));
      answers.add(
          lessons.answers().stream()
              .map(Lesson::read)
              .map(read -> Arrays.copyOfRange(read, opening, read.length))
              .toList());
    }
    TokenBatch tokens = TokenBatch.forked(prompts, answers, imageToken, shared);
    List<Long> at = new ArrayList<>();
    List<Integer> chosen = new ArrayList<>();
    List<BitSet> allowed = new ArrayList<>();
    List<Float> advantages = new ArrayList<>();
    List<Float> weights = new ArrayList<>();
    List<Boolean> imitated = new ArrayList<>();
    List<float[]> loaded = new ArrayList<>();
    for (int row = 0; row < all.size(); row++) {
      Collections.addAll(loaded, images.pixels(all.get(row).image().example()));
      int begin = prompts.get(row).length;
      int opening = begin - all.get(row).image().prompt().length;
      for (int k = 0; k < answers.get(row).size(); k++) {
        Lesson lesson = all.get(row).answers().get(k);
        for (Choice choice : lesson.answer().choices()) {
          int read = choice.at() - opening;
          int before = read == 0 ? prompts.get(row).length : begin + read;
          at.add((long) tokens.cell(row, before - 1));
          chosen.add(choice.token());
          allowed.add(choice.allowed());
          advantages.add((float) lesson.advantage());
          weights.add((float) lesson.weight());
          imitated.add(lesson.isImitated());
        }
        begin += answers.get(row).get(k).length;
      }
    }
    List<String> imageIds =
        all.stream().map(lessons -> lessons.image().example().imageId()).toList();
    return new PolicyBatch(
        new Rows(imageIds, tokens, longs(at), loaded.toArray(float[][]::new), cached),
        TokenChoices.of(Ints.toArray(chosen), allowed, vocabulary),
        Floats.toArray(advantages),
        Floats.toArray(weights),
        Booleans.toArray(imitated),
        first);
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
