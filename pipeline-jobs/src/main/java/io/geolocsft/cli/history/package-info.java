/** What became of many runs, in one table. */
package io.geolocsft.cli.history;
