/** Answers that need no model: the middle of the training points, the nearest in pixels. */
package io.geolocsft.evaluate.reference;
