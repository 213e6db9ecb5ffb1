package io.geolocsft.device;

import java.util.List;

/**
 * What was found of a device.
 *
 * @param peakFlops operations a second that utilisation is measured by
 * @param parity how far its results are from the processor's
 */
public record DeviceReport(
    double peakFlops, List<Parity> parity, List<Rate> rates, List<Memory> memory) {

  public DeviceReport {
    parity = List.copyOf(parity);
    rates = List.copyOf(rates);
    memory = List.copyOf(memory);
  }

  /** One output's greatest or mean distance from the processor's. */
  public record Parity(String output, double difference, double tolerance) {
    public boolean holds() {
      return difference <= tolerance;
    }
  }

  /**
   * Speed of one kind of work, the median of several runs.
   *
   * @param tokens a second: all of training rows and prompts, the new ones of decoding
   * @param utilisation share of the peak that the model's own operations reach
   * @param exhausted whether it did not fit into the device's memory; there are no figures then
   */
  public record Rate(
      String work, double seconds, double tokens, double utilisation, boolean exhausted) {}

  /**
   * What is in use with a training step of one row.
   *
   * @param kept bytes of the device with all activations kept
   * @param recomputed bytes with layers run again on the way back
   */
  public record Memory(int length, Bytes kept, Bytes recomputed) {}

  /**
   * Memory in use at its most: of the whole GPU, whoever uses it, or of this process on the
   * processor.
   *
   * @param bytes 0 where it is not known
   * @param calculated by {@link io.geolocsft.training.TrainingMemory}
   * @param exhausted whether the step did not fit
   */
  public record Bytes(long bytes, long calculated, boolean exhausted) {}
}
