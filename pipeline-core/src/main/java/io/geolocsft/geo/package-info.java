/** Points, earth models and distances, cell systems, regions, population density. */
package io.geolocsft.geo;
