/** What the tables of a run are, for people and for other programs. */
package io.geolocsft.cli.show;
