/** What {@code config.json} of a model says. */
package io.geolocsft.gemma.config;
