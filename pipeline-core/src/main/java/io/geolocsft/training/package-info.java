/**
 * What every kind of training shares: AdamW and its schedules, the sum of gradients over ranks, the
 * order of examples, checkpoints, image features.
 */
package io.geolocsft.training;
