package io.geolocsft.stage;

/** How far a piece of work is. Safe to call from several threads. */
@FunctionalInterface
public interface Progress extends AutoCloseable {

  /**
   * Tells how much is done in all, in the unit that the progress was opened with.
   *
   * @param done from 0 to the total; an earlier, higher figure stands
   */
  void reached(long done);

  /**
   * Tells that so many units were there before, as from an earlier run: they say nothing of how
   * fast the work goes. What is then reached counts them in.
   */
  default void found(long units) {}

  /** What the work itself says of how it is, to be shown beside. */
  default void says(String text) {}

  @Override
  default void close() {}
}
