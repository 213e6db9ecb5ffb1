/** The configuration of a run: one record a section, read strictly from YAML. */
package io.geolocsft.config;
