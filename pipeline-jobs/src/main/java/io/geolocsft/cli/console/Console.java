package io.geolocsft.cli.console;

import io.geolocsft.stage.Progress;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Where the user reads: results on {@code out}, everything on the way on {@code err}.
 *
 * @param isTerminal whether a progress bar can be drawn
 */
public record Console(PrintWriter out, PrintWriter err, boolean isTerminal) {

  public static Console system() {
    return new Console(
        new PrintWriter(System.out, true, charset()),
        new PrintWriter(System.err, true, charset()),
        System.console() != null);
  }

  /** The terminal's, and UTF-8 for files and pipes. */
  public static Charset charset() {
    java.io.Console terminal = System.console();
    // The locales C and POSIX say ASCII, and are set in terminals that show UTF-8.
    return terminal == null || terminal.charset().equals(StandardCharsets.US_ASCII)
        ? StandardCharsets.UTF_8
        : terminal.charset();
  }

  public void print(String text) {
    out.println(text);
    out.flush();
  }

  public void note(String text) {
    if (!text.isEmpty()) {
      err.println(text);
      err.flush();
    }
  }

  public Progress progress(String label, long total, String unit) {
    return isTerminal
        ? new BarProgress(label, total, unit)
        : new LineProgress(label, total, unit, this);
  }
}
