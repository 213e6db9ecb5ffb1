/**
 * What the stages share. Each has a package of its own below this one: named tables in, named
 * tables out. No stage knows another; they meet in tables.
 */
package io.geolocsft.stage;
