package io.geolocsft.gemma;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Token rows of different lengths as one padded rectangle, on the host.
 *
 * @param rows number of rows
 * @param length padded length
 * @param ids token ids, {@code [rows, length]} row by row; 0 at padding and at image tokens
 * @param valid false at padding, {@code [rows, length]}
 * @param block number from 1 of the image that a token belongs to, 0 for text, {@code [rows,
 *     length]}
 * @param positions position of each token within its row, padding left out, {@code [rows, length]}
 * @param imageTokens where the image tokens stand among the {@code rows * length} tokens, in order
 */
public record TokenBatch(
    int rows,
    int length,
    long[] ids,
    boolean[] valid,
    long[] block,
    long[] positions,
    long[] imageTokens) {

  /** Which end of a short row is filled up. */
  public enum Padding {
    LEFT,
    RIGHT
  }

  /** Lays out rows; a run of {@code imageToken} is one image. */
  public static TokenBatch of(List<int[]> tokens, Padding padding, int imageToken) {
    int length = tokens.stream().mapToInt(row -> row.length).max().orElse(0);
    int cells = tokens.size() * length;
    long[] ids = new long[cells];
    boolean[] valid = new boolean[cells];
    long[] block = new long[cells];
    long[] positions = new long[cells];
    List<Long> imageTokens = new ArrayList<>();
    for (int row = 0; row < tokens.size(); row++) {
      int[] line = tokens.get(row);
      int start = row * length + (padding == Padding.LEFT ? length - line.length : 0);
      long images = 0;
      for (int i = 0; i < line.length; i++) {
        int cell = start + i;
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
    long[] at = imageTokens.stream().mapToLong(Long::longValue).toArray();
    return new TokenBatch(tokens.size(), length, ids, valid, block, positions, at);
  }

  /** The cell of a row's token {@code index}, counted without padding, among all cells. */
  public int cell(int row, int index) {
    int start = row * length;
    while (!valid[start]) {
      start++;
    }
    return start + index;
  }

  @Override
  public String toString() {
    return "TokenBatch["
        + rows
        + " x "
        + length
        + ", images at "
        + Arrays.toString(imageTokens)
        + "]";
  }
}
