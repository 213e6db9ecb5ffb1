/** Writes a first configuration for images that are there. */
package io.geolocsft.cli.init;
