/** Stages {@code select} and {@code holdout}: good images, well spread, no two alike. */
package io.geolocsft.stage.select;
