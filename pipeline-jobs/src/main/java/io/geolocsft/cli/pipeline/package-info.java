/** Which stages run, in which folder, and why. */
package io.geolocsft.cli.pipeline;
