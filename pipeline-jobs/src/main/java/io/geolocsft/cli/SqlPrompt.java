package io.geolocsft.cli;

import java.io.IOException;
import java.util.function.Consumer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import sun.misc.Signal;

/** Asks for statements until the end of input; a wrong one is told of, and it goes on. */
final class SqlPrompt {

  private final Console console;
  private final Consumer<String> statements;

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
    // Ctrl-C ends the process as everywhere; on its way out the terminal is set as it was.
    try (Terminal terminal = TerminalBuilder.builder().system(true).nativeSignals(false).build()) {
      // A terminal without a size, as some containers give, would show dots for a prompt.
      if (terminal.getWidth() == 0 || terminal.getHeight() == 0) {
        terminal.setSize(new Size(80, 24));
      }
      LineReader reader = LineReaderBuilder.builder().terminal(terminal).build();
      StringBuilder typed = new StringBuilder();
      while (true) {
        String line = reader.readLine(typed.isEmpty() ? "sql> " : "  -> ");
        typed.append(line).append('\n');
        if (line.stripTrailing().endsWith(";")) {
          run(typed.toString());
          typed.setLength(0);
        }
      }
    } catch (EndOfFileException e) {
      // Off the line of the prompt.
      console.err().println();
      console.err().flush();
      return ExitCode.DONE;
    } catch (UserInterruptException e) {
      // While it reads, JLine may take the signal for itself.
      console.err().println("interrupted");
      console.err().flush();
      return ExitCode.SIGNAL + new Signal("INT").getNumber();
    }
  }

  private void run(String typed) {
    try {
      statements.accept(typed);
    } catch (RuntimeException e) {
      console.failed(e);
    }
  }
}
