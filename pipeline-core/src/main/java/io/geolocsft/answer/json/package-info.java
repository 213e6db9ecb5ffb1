/** JSON as models write it: cut off, broken, with liberties. */
package io.geolocsft.answer.json;
