/** What others than the user are told of a training run, and of the model that came of it. */
package io.geolocsft.tracking;
