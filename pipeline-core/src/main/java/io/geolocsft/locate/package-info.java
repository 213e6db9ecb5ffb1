/** Where photographs of unknown places were taken, for people and programs that ask. */
package io.geolocsft.locate;
