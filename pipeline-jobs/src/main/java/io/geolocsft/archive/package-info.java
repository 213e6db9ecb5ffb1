/** Files inside tar and zip archives, each read on its own where it lies, nothing unpacked. */
package io.geolocsft.archive;
