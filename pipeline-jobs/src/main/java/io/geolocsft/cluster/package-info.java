/** Models on executors: barrier training, and one model per executor and device for inference. */
package io.geolocsft.cluster;
