/** Comparison of a checkpoint on a device with what transformers and PEFT compute for it. */
package io.geolocsft.parity;
