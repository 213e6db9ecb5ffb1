package io.geolocsft.stage;

/** Steps of the table {@code funnel} that do not belong to a rule. */
public final class FunnelSteps {

  /** All images that were listed. */
  public static final String READ = "read";

  /** What ingest could not take. */
  public static final String UNREADABLE = "unreadable";

  /** What was lost in the draw, not by a rule. */
  public static final String NOT_SAMPLED = "not_sampled";

  private FunnelSteps() {}
}
