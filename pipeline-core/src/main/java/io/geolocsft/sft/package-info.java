/** Supervised fine-tuning: batches, and the loss on target tokens alone. */
package io.geolocsft.sft;
