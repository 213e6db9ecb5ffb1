/** Models that answer for images in Spark tasks: what is read ahead, held, kept and counted. */
package io.geolocsft.cluster.answering;
