/** One self-contained HTML file with maps and charts. */
package io.geolocsft.report;
