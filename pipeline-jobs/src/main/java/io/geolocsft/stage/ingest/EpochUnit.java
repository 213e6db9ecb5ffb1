package io.geolocsft.stage.ingest;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a number counts that stands for a time: a unit since 1970. */
enum EpochUnit {
  SECONDS(1_000_000),
  MILLISECONDS(1_000),
  MICROSECONDS(1),
  NANOSECONDS(0.001);

  /** In 1973, and as long before 1970 in 1966. */
  private static final BigDecimal LEAST_SECONDS = BigDecimal.valueOf(100_000_000);

  /** The end of 2099, and as long before 1970 in 1840. */
  private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(4_102_444_800L);

  private static final BigDecimal MICROSECONDS_PER_SECOND = BigDecimal.valueOf(1_000_000);

  private final BigDecimal microseconds;

  EpochUnit(double microseconds) {
    this.microseconds = BigDecimal.valueOf(microseconds);
  }

  /**
   * The unit in which a number is a time of 1840 to 1966 or of 1973 to 2099: a thousand lies
   * between one unit and the next, so there is one at most.
   */
  static Optional<EpochUnit> of(BigDecimal number) {
    return Arrays.stream(values()).filter(unit -> unit.isPlausible(number)).findFirst();
  }

  private boolean isPlausible(BigDecimal number) {
    BigDecimal seconds = number.multiply(microseconds).divide(MICROSECONDS_PER_SECOND).abs();
    return seconds.compareTo(LEAST_SECONDS) >= 0 && seconds.compareTo(MOST_SECONDS) < 0;
  }

  /** The unit that a setting names, {@code epoch_seconds}. */
  static Optional<EpochUnit> named(String setting) {
    return Arrays.stream(values()).filter(unit -> unit.setting().equals(setting)).findFirst();
  }

  /** The names of all. */
  static String settings() {
    return Arrays.stream(values()).map(EpochUnit::setting).collect(Collectors.joining(", "));
  }

  private String setting() {
    return "epoch_" + name().toLowerCase(Locale.ROOT);
  }

  /**
   * The time that a number of this unit stands for, to the microsecond before it.
   *
   * @throws ArithmeticException if it lies beyond what 64 bits of microseconds hold
   */
  Instant time(BigDecimal number) {
    long time = number.multiply(microseconds).setScale(0, RoundingMode.FLOOR).longValueExact();
    return Instant.ofEpochSecond(
        Math.floorDiv(time, 1_000_000L), Math.floorMod(time, 1_000_000L) * 1_000L);
  }
}
