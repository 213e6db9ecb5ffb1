package io.geolocsft.report.data;

import java.util.OptionalDouble;

/**
 * One step of training by rewards, all ranks together.
 *
 * @param step counted from 1
 * @param epoch passes over the data with this step
 * @param reward mean of the answers'
 * @param heldOutReward mean of greedy answers about held-out images, if they were asked about
 * @param entropy of the answers, in nats a token
 * @param divergence to the tuned model (k3), in nats a token; 0 where it is not measured
 */
public record RewardStep(
    int step,
    double epoch,
    double reward,
    OptionalDouble heldOutReward,
    double entropy,
    double divergence) {}
