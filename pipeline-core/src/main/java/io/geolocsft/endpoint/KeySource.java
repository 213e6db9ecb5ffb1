package io.geolocsft.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Where the key of an endpoint is found by each process that needs it. The key itself is in no
 * setting, and travels with none.
 *
 * @param environment the environment variable that holds it, or empty
 * @param file the file whose first line it is, or empty; without either there is no key
 */
public record KeySource(String environment, String file) implements Serializable {

  /** For a server that asks for no key. */
  public static final KeySource NONE = new KeySource("", "");

  private static final int MOST_BYTES = 16 << 10;

  /** In capitals, since a key that was put here by mistake has other letters. */
  private static final Pattern VARIABLE = Pattern.compile("[A-Z_][A-Z0-9_]{0,63}");

  private static final Pattern SENDABLE = Pattern.compile("[\\x21-\\x7e]+");

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if there are two places, or the first is not the name of a
   *     variable; the message does not repeat it
   */
  public KeySource {
    if (!environment.isEmpty() && !file.isEmpty()) {
      throw new IllegalArgumentException(
          "key_environment and key_file both say where the key is: keep one");
    }
    if (!environment.isEmpty() && !VARIABLE.matcher(environment).matches()) {
      throw new IllegalArgumentException(
          "key_environment must be the name of an environment variable in capitals, such as"
              + " OPENAI_API_KEY; the key itself does not belong into the settings");
    }
  }

  /** A key in an environment variable. */
  public static KeySource environment(String name) {
    return new KeySource(name, "");
  }

  /** A key in a file's first line. */
  public static KeySource file(String path) {
    return new KeySource("", path);
  }

  /**
   * Reads the key.
   *
   * @return empty for {@link #NONE}
   * @throws UnusableEndpointException if it is not there, or cannot stand in a header
   */
  String read() throws UnusableEndpointException {
    return read(System::getenv);
  }

  String read(UnaryOperator<String> variables) throws UnusableEndpointException {
    if (equals(NONE)) {
      return "";
    }
    String place = file.isEmpty() ? "the environment variable " + environment : "the file " + file;
    String key = (file.isEmpty() ? variable(variables) : firstLine()).strip();
    if (!SENDABLE.matcher(key).matches()) {
      throw new UnusableEndpointException(
          "The key in "
              + place
              + (key.isEmpty() ? " is empty" : " has characters that no key has")
              + "; put the endpoint's key there");
    }
    return key;
  }

  private String variable(UnaryOperator<String> variables) throws UnusableEndpointException {
    String value = variables.apply(environment);
    if (value == null) {
      throw new UnusableEndpointException(
          "The environment variable "
              + environment
              + " is not set in this process; key_environment names it, and every executor needs it"
              + " (spark.executorEnv."
              + environment
              + ", or key_file instead)");
    }
    return value;
  }

  private String firstLine() throws UnusableEndpointException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      String text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
      return text.lines().findFirst().orElse("");
    } catch (IOException | IllegalArgumentException e) {
      throw new UnusableEndpointException(
          "The file " + file + " of key_file cannot be read: every executor needs it", e);
    }
  }
}
