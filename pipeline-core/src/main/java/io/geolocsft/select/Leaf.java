package io.geolocsft.select;

/**
 * A cell of an adaptive partition that is not split further.
 *
 * @param cellId id in the partition's cell system
 * @param level its level
 * @param count how many images lie in it
 */
public record Leaf(long cellId, int level, long count) {}
