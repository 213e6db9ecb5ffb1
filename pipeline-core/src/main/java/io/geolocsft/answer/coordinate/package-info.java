/** Numbers with their signs, minutes, seconds and hemispheres. */
package io.geolocsft.answer.coordinate;
