/** What a device computes, how fast, and in how much memory. */
package io.geolocsft.device;
