/** The texts that the model learns to answer. */
package io.geolocsft.stage.caption;
