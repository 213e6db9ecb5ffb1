/** Stage {@code evaluate}: candidates to points, points to figures. */
package io.geolocsft.stage.evaluate;
