/**
 * What the stages share. Their packages lie below this one: named tables in, named tables out. No
 * stage knows another; they meet in tables.
 */
package io.geolocsft.stage;
