/** The command line: a subcommand a stage, and {@code run} for all of them. */
package io.geolocsft.cli;
