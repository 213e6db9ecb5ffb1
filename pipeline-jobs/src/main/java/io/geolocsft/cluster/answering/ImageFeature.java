package io.geolocsft.cluster.answering;

import io.geolocsft.cluster.answering.Answering.Query;

/**
 * What a vision tower sees in an image.
 *
 * @param vector mean of the last hidden state over the patches, of length 1; null where the image
 *     cannot be read
 */
public record ImageFeature(Query query, float[] vector) {}
