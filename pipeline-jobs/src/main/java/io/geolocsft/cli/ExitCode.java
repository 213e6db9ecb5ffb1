package io.geolocsft.cli;

/** How the process ends. */
final class ExitCode {

  static final int DONE = 0;
  static final int BUG = 1;
  static final int CONFIGURATION = 2;
  static final int DATA = 3;
  static final int ENVIRONMENT = 4;

  private ExitCode() {}
}
