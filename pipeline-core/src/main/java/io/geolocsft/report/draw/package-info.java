/** What pages are drawn with: markup, maps, scales, and numbers as readers want them. */
package io.geolocsft.report.draw;
