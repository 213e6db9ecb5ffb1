/** The command {@code judge}. */
package io.geolocsft.cli.judge;
