package io.geolocsft.cluster.answering;

import io.geolocsft.cluster.answering.Answering.Problem;
import io.geolocsft.cluster.answering.Answering.Query;

/**
 * An image as the vision tower takes it.
 *
 * @param views the whole and its crops, {@code [3, side, side]} each; null where there is a problem
 * @param problem null where there are views
 */
record ReadImage(Query query, float[][] views, Problem problem) {}
