/** What a report shows, ready to be drawn. */
package io.geolocsft.report.data;
