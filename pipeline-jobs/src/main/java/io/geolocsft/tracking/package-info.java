/**
 * What others than the user are told: MLflow of training and the model that came of it, OpenLineage
 * of what stages read and write.
 */
package io.geolocsft.tracking;
