/** What a terminal shows: progress, time left, tables of text. */
package io.geolocsft.cli.console;
