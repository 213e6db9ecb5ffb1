/** Stage {@code bin}: where on Earth images lie, and the adaptive partition. */
package io.geolocsft.stage.bin;
