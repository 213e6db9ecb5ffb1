/**
 * Supervised fine-tuning: batches, the loss on target tokens alone, AdamW, schedules, checkpoints.
 */
package io.geolocsft.sft;
