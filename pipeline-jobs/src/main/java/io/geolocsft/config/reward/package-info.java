/** What a configuration rewards answers for. */
package io.geolocsft.config.reward;
