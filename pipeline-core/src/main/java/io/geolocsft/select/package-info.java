/** Which images to train on: adaptive cells, quotas, quality, duplicate and leakage rules. */
package io.geolocsft.select;
