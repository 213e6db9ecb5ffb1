package io.geolocsft.gemma;

import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Token rows of different lengths as one padded rectangle, on the host. Tokens that all rows begin
 * with may stand apart, to be run once. A row may fork: behind its prompt several answers follow
 * one another, each of which sees the prompt and itself.
 *
 * @param prefix the tokens that every row begins with and that {@code ids} leaves out; no image
 *     tokens
 * @param rows number of rows
 * @param length padded length of the rows behind the prefix
 * @param ids token ids, {@code [rows, length]} row by row; 0 at padding and at image tokens
 * @param valid false at padding, {@code [rows, length]}
 * @param block number from 1 of the image that a token belongs to, 0 for text, {@code [rows,
 *     length]}
 * @param positions position of each token within its row, prefix included and padding left out,
 *     {@code [rows, length]}
 * @param fork number from 1 of the answer that a token belongs to, 0 for the prompt, {@code [rows,
 *     length]}; empty where no row forks
 * @param imageTokens where the image tokens stand among the {@code rows * length} tokens, in order
 */
public record TokenBatch(
    int[] prefix,
    int rows,
    int length,
    long[] ids,
    boolean[] valid,
    long[] block,
    long[] positions,
    long[] fork,
    long[] imageTokens) {

  /** A shorter common beginning is not worth a pass of its own. */
  private static final int WORTH_A_PASS = 32;

  /** Which end of a short row is filled up. */
  public enum Padding {
    LEFT,
    RIGHT
  }

  /** Lays out rows; a run of {@code imageToken} is one image. */
  public static TokenBatch of(List<int[]> tokens, Padding padding, int imageToken) {
    return of(tokens, padding, imageToken, 0);
  }

  /**
   * Lays out rows with their first tokens apart.
   *
   * @param shared how many, at most {@link #commonPrefix}
   */
  public static TokenBatch of(List<int[]> tokens, Padding padding, int imageToken, int shared) {
    int longest = tokens.stream().mapToInt(row -> row.length).max().orElse(0);
    int length = Math.max(0, longest - shared);
    int cells = tokens.size() * length;
    long[] ids = new long[cells];
    boolean[] valid = new boolean[cells];
    long[] block = new long[cells];
    long[] positions = new long[cells];
    List<Long> imageTokens = new ArrayList<>();
    for (int row = 0; row < tokens.size(); row++) {
      int[] line = tokens.get(row);
      int own = line.length - shared;
      int start = row * length + (padding == Padding.LEFT ? length - own : 0);
      long images = 0;
      for (int i = shared; i < line.length; i++) {
        int cell = start + i - shared;
        boolean image = line[i] == imageToken;
        valid[cell] = true;
        positions[cell] = i;
        if (image) {
          boolean first = i == 0 || line[i - 1] != imageToken;
          images += first ? 1 : 0;
          block[cell] = images;
          imageTokens.add((long) cell);
        } else {
          ids[cell] = line[i];
        }
      }
    }
    int[] prefix = shared == 0 ? new int[0] : Arrays.copyOf(tokens.get(0), shared);
    long[] at = imageTokens.stream().mapToLong(Long::longValue).toArray();
    return new TokenBatch(
        prefix, tokens.size(), length, ids, valid, block, positions, new long[0], at);
  }

  /**
   * Lays out prompts with several answers each; a row's tokens are those of its prompt and then of
   * its answers in order.
   *
   * @param shared how many first tokens stand apart, at most {@link #commonPrefix} of the prompts
   */
  public static TokenBatch forked(
      List<int[]> prompts, List<List<int[]>> answers, int imageToken, int shared) {
    List<int[]> rows = new ArrayList<>();
    for (int row = 0; row < prompts.size(); row++) {
      int length = answers.get(row).stream().mapToInt(answer -> answer.length).sum();
      // Filled in below: an image's token that a model wrote is a word and not an image.
      rows.add(Ints.concat(prompts.get(row), new int[length]));
    }
    TokenBatch batch = of(rows, Padding.RIGHT, imageToken, shared);
    long[] fork = new long[batch.ids.length];
    for (int row = 0; row < prompts.size(); row++) {
      int index = prompts.get(row).length;
      for (int answer = 0; answer < answers.get(row).size(); answer++) {
        for (int i = 0; i < answers.get(row).get(answer).length; i++) {
          int cell = batch.cell(row, index++);
          batch.ids[cell] = answers.get(row).get(answer)[i];
          fork[cell] = answer + 1L;
          batch.positions[cell] = (long) prompts.get(row).length + i;
        }
      }
    }
    return new TokenBatch(
        batch.prefix,
        batch.rows,
        batch.length,
        batch.ids,
        batch.valid,
        batch.block,
        batch.positions,
        fork,
        batch.imageTokens);
  }

  /**
   * How many tokens all rows begin with before any image, where it pays to run them once.
   *
   * @param limit the most to count; it must leave each row a token
   */
  public static int commonPrefix(List<int[]> tokens, int imageToken, int limit) {
    if (tokens.size() < 2) {
      return 0;
    }
    int common = limit;
    int[] first = tokens.get(0);
    for (int[] row : tokens) {
      int same = 0;
      while (same < common && row[same] == first[same] && row[same] != imageToken) {
        same++;
      }
      common = same;
    }
    return common < WORTH_A_PASS ? 0 : common;
  }

  /** The cell of a row's token {@code index}, counted without padding, among all cells. */
  public int cell(int row, int index) {
    int start = row * length;
    while (!valid[start]) {
      start++;
    }
    return start + index - prefix.length;
  }

  /** Whether rows hold several answers. */
  boolean isForked() {
    return fork.length > 0;
  }

  /** Whether every cell holds a token. */
  boolean isFull() {
    for (boolean cell : valid) {
      if (!cell) {
        return false;
      }
    }
    return true;
  }

  /** Whether every row begins with a token, so that padding is behind what any token sees. */
  boolean isPaddedBehind() {
    for (int row = 0; row < rows; row++) {
      if (!valid[row * length]) {
        return false;
      }
    }
    return true;
  }

  /** Whether the images stand at the same places in every row. */
  boolean hasImagesAlike() {
    for (int row = 1; row < rows; row++) {
      if (!Arrays.equals(block, row * length, (row + 1) * length, block, 0, length)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "TokenBatch["
        + prefix.length
        + " + "
        + rows
        + " x "
        + length
        + ", images at "
        + Arrays.toString(imageTokens)
        + "]";
  }
}
