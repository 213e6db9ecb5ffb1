package io.geolocsft.cli.console;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * The standard output and error of this process, up to its last words: what anything writes after
 * them is dropped, be it a stage, a progress bar, Spark's log or a thread that dies.
 */
public final class StandardStreams {

  private final PrintStream err;
  private volatile boolean isShut;

  private StandardStreams(PrintStream err) {
    this.err = err;
  }

  /** Takes the place of {@link System#out} and {@link System#err}. */
  public static StandardStreams take(Charset charset) {
    StandardStreams streams = new StandardStreams(System.err);
    System.setOut(new PrintStream(streams.new Gate(System.out), true, charset));
    System.setErr(new PrintStream(streams.new Gate(System.err), true, charset));
    return streams;
  }

  /** Says one thing more on the standard error, and nothing after it. */
  public void shut(String lastWords) {
    isShut = true;
    err.println(lastWords);
    err.flush();
  }

  private final class Gate extends FilterOutputStream {

    Gate(OutputStream stream) {
      super(stream);
    }

    @Override
    public void write(int value) throws IOException {
      if (!isShut) {
        out.write(value);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (!isShut) {
        out.write(bytes, offset, length);
      }
    }
  }
}
