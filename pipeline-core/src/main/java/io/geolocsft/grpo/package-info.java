/**
 * Group relative policy optimisation (GRPO, arXiv 2402.03300): several answers to each image are
 * drawn from the model, rewarded, and compared with one another.
 */
package io.geolocsft.grpo;
