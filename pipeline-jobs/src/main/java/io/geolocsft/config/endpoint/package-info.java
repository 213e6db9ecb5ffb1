/** Sections about servers with OpenAI's interface, and about what they are asked for. */
package io.geolocsft.config.endpoint;
