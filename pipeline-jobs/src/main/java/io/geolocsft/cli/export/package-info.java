/** Tables of a run as files for other programs. */
package io.geolocsft.cli.export;
