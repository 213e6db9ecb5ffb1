package io.geolocsft.cli;

/** How the process ends. */
final class ExitCode {

  static final int DONE = 0;
  static final int BUG = 1;
  static final int CONFIGURATION = 2;
  static final int DATA = 3;
  static final int ENVIRONMENT = 4;

  /** Plus the number of the signal that ended the process. */
  static final int SIGNAL = 128;

  private ExitCode() {}
}
