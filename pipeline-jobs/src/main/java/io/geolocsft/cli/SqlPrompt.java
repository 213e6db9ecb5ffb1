package io.geolocsft.cli;

import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.failure.Failure;
import io.geolocsft.failure.ExitCode;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.util.ShutdownHookManager;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Asks for statements until the end of input; a wrong one is told of, and it goes on. */
final class SqlPrompt {

  private static final Signal INTERRUPT = new Signal("INT");

  private final Console console;
  private final Consumer<String> statements;
  private volatile boolean interrupted;

  /**
   * @param statements runs what was typed, up to a semicolon at the end of a line
   */
  SqlPrompt(Console console, Consumer<String> statements) {
    this.console = console;
    this.statements = statements;
  }

  /** What the process ends with. */
  int run() throws IOException {
    console.note("Statements end with ';'. Ctrl-D leaves.");
    SignalHandler before = handleBy(SignalHandler.SIG_DFL);
    SignalHandler ending =
        signal -> {
          interrupted = true;
          before.handle(signal);
        };
    handleBy(ending);
    try {
      ask(ending);
    } catch (EndOfFileException e) {
      // Off the line of the prompt.
      console.err().println();
      console.err().flush();
    } catch (UserInterruptException e) {
      // The terminal is as it was; the process ends as it does of every Ctrl-C.
      ending.handle(INTERRUPT);
    }
    return ExitCode.DONE;
  }

  private void ask(SignalHandler ending) throws IOException {
    try (Terminal terminal = TerminalBuilder.builder().system(true).nativeSignals(false).build()) {
      // A terminal without a size, as some containers give, would show dots for a prompt.
      if (terminal.getWidth() == 0 || terminal.getHeight() == 0) {
        terminal.setSize(new Size(80, 24));
      }
      LineReader reader = LineReaderBuilder.builder().terminal(terminal).build();
      StringBuilder typed = new StringBuilder();
      // A statement that was interrupted ends by itself, or as Spark stops under it: nothing more
      // is
      // asked then.
      while (!interrupted && !ShutdownHookManager.get().isShutdownInProgress()) {
        String line = reader.readLine(typed.isEmpty() ? "sql> " : "  -> ");
        // While it reads, JLine takes the signal for itself, and nobody has it afterwards.
        handleBy(ending);
        typed.append(line).append('\n');
        if (line.stripTrailing().endsWith(";")) {
          run(typed.toString());
          typed.setLength(0);
        }
      }
    }
  }

  /** Gives back who handled Ctrl-C before. */
  private static SignalHandler handleBy(SignalHandler handler) {
    try {
      return Signal.handle(INTERRUPT, handler);
    } catch (IllegalArgumentException e) {
      // java -Xrs leaves the signal alone.
      return SignalHandler.SIG_DFL;
    }
  }

  private void run(String typed) {
    try {
      statements.accept(typed);
    } catch (RuntimeException e) {
      Failure.tell(e, console);
    }
  }
}
