/** Each table's schema with its version, reading, and atomic publishing with a manifest. */
package io.geolocsft.table;
