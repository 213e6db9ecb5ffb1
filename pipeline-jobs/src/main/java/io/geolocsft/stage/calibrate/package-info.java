/** Stage {@code calibrate}: how far off answers are, by how sure they are. */
package io.geolocsft.stage.calibrate;
