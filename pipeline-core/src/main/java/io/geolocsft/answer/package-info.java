/** Reads the coordinates in what a model wrote. */
package io.geolocsft.answer;
