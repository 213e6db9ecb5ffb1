/** One class a stage: named tables in, named tables out. */
package io.geolocsft.stage;
