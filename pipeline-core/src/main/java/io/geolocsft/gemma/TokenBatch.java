package io.geolocsft.gemma;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Token rows of different lengths as one padded rectangle, on the host. Tokens that all rows begin
 * with may stand apart, to be run once.
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
    return new TokenBatch(prefix, tokens.size(), length, ids, valid, block, positions, at);
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
