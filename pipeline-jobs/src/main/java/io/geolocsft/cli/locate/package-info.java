/** The command {@code locate}. */
package io.geolocsft.cli.locate;
