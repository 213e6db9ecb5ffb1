/** Stage {@code report}: the tables of a run as one HTML page. */
package io.geolocsft.stage.report;
