/** Low-rank adapters around the decoder's linear layers, and PEFT's files for them. */
package io.geolocsft.lora;
