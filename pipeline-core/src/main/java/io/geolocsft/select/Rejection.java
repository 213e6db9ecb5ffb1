package io.geolocsft.select;

/**
 * Why an image is not chosen.
 *
 * @param rule the rule's name
 * @param measured what the image has, null if that is not a number
 * @param limit what the rule asks for, null if that is not a number
 * @param detail what else helps to understand it, or null
 */
public record Rejection(String rule, Double measured, Double limit, String detail) {

  static Rejection of(String rule, double measured, double limit) {
    return new Rejection(rule, measured, limit, null);
  }

  static Rejection because(String rule, String detail) {
    return new Rejection(rule, null, null, detail);
  }
}
