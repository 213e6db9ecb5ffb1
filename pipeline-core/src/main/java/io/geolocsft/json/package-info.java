/** JSON files of model folders, which come from anywhere. */
package io.geolocsft.json;
