/** Stages {@code examples} and {@code sft}: training texts, and the model tuned on them. */
package io.geolocsft.stage.tune;
