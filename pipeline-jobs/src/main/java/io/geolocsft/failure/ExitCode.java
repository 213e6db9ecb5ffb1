package io.geolocsft.failure;

/** How the process ends. */
public final class ExitCode {

  public static final int DONE = 0;
  public static final int BUG = 1;
  public static final int CONFIGURATION = 2;
  public static final int DATA = 3;
  public static final int ENVIRONMENT = 4;

  /** Plus the number of the signal that ended the process. */
  public static final int SIGNAL = 128;

  private ExitCode() {}
}
