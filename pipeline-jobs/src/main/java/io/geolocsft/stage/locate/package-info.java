/** Stage {@code locate}: where photographs were taken whose places nobody knows. */
package io.geolocsft.stage.locate;
