package io.geolocsft.quickstart;

/**
 * A square colour image before it is rounded to bytes.
 *
 * @param size pixels of a side
 * @param colors [size, size, 3] red, green, blue; 0 to 255, beyond that over- or underexposed
 */
record Tile(int size, float[] colors) {

  float at(int row, int column, int channel) {
    return colors[(row * size + column) * 3 + channel];
  }
}
