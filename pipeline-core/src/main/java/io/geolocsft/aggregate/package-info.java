/** An image's candidates to one point with a radius. */
package io.geolocsft.aggregate;
