/** What an exception means to the user. */
package io.geolocsft.cli.failure;
