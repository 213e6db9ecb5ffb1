/** Stage {@code neighbours}: the training images that are most like each benchmark image. */
package io.geolocsft.stage.neighbours;
