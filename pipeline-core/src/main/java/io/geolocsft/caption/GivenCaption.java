package io.geolocsft.caption;

/**
 * A caption that a file holds.
 *
 * @param image what the file calls the image: a path, or its name
 * @param text the caption
 */
public record GivenCaption(String image, String text) {}
