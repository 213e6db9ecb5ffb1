package io.geolocsft.prompt;

import java.util.List;

/**
 * Any JSON object or string, written as {@link JsonTarget} writes: a space behind each colon and
 * comma and none elsewhere.
 *
 * <p>Objects and arrays lie at most {@value #MAX_DEPTH} deep and numbers have no more than {@value
 * #MAX_NUMBER} digits in a row, so that any reader takes them.
 *
 * @param opening the byte that it begins with: that of an object or of a string
 */
record JsonPart(char opening) implements GrammarPart {

  static final JsonPart OBJECT = new JsonPart('{');
  static final JsonPart STRING = new JsonPart('"');

  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER = 16;
  private static final List<String> WORDS = List.of("true", "false", "null");

  /** What was read last, and so what may follow. */
  private enum Mode {
    START,
    /** After an object's brace: a key or the end. */
    OBJECT_OPEN,
    ARRAY_OPEN,
    KEY_STRING,
    /** After a key: a colon. */
    KEY,
    COLON,
    /** After a comma within an object or array: a space. */
    COMMA,
    /** After that space within an object. */
    BEFORE_KEY,
    BEFORE_VALUE,
    STRING,
    MINUS,
    ZERO,
    DIGITS,
    POINT,
    FRACTION,
    EXPONENT,
    EXPONENT_SIGN,
    EXPONENT_DIGITS,
    WORD,
    /** After a value: a comma or the end of what it lies in. */
    VALUE
  }

  private static final Mode[] MODES = Mode.values();

  /**
   * A text so far.
   *
   * @param detail within a string 1 after a backslash and 2 to 5 within \\u; digits of a number;
   *     which word and how much of it
   * @param depth objects and arrays that are open
   * @param stack a bit for each of them, the innermost lowest: 1 for an object
   */
  private record Prefix(Mode mode, int detail, int depth, int stack) {

    static Prefix of(long state) {
      return new Prefix(
          MODES[(int) (state & 31)],
          (int) (state >> 5 & 31),
          (int) (state >> 10 & 31),
          (int) (state >> 15));
    }

    long state() {
      return mode.ordinal() | (long) detail << 5 | (long) depth << 10 | (long) stack << 15;
    }

    Prefix in(Mode next) {
      return in(next, 0);
    }

    Prefix in(Mode next, int nextDetail) {
      return new Prefix(next, nextDetail, depth, stack);
    }

    boolean isInObject() {
      return depth > 0 && (stack & 1) == 1;
    }

    /** Null where it would be too deep. */
    Prefix open(boolean object) {
      return depth == MAX_DEPTH
          ? null
          : new Prefix(
              object ? Mode.OBJECT_OPEN : Mode.ARRAY_OPEN,
              0,
              depth + 1,
              stack << 1 | (object ? 1 : 0));
    }

    /** Null where the innermost is of the other kind. */
    Prefix close(boolean object) {
      return depth == 0 || object != isInObject()
          ? null
          : new Prefix(Mode.VALUE, 0, depth - 1, stack >> 1);
    }
  }

  @Override
  public long next(long state, int b) {
    Prefix next = next(Prefix.of(state), b);
    return next == null ? DEAD : next.state();
  }

  private Prefix next(Prefix at, int b) {
    return switch (at.mode) {
      case START -> b == opening ? value(at, b) : null;
      case OBJECT_OPEN -> b == '}' ? at.close(true) : key(at, b);
      case ARRAY_OPEN -> b == ']' ? at.close(false) : value(at, b);
      case KEY_STRING, STRING -> string(at, b);
      case KEY -> b == ':' ? at.in(Mode.COLON) : null;
      case COLON -> b == ' ' ? at.in(Mode.BEFORE_VALUE) : null;
      case COMMA -> comma(at, b);
      case BEFORE_KEY -> key(at, b);
      case BEFORE_VALUE -> value(at, b);
      case WORD -> word(at, b);
      case VALUE -> afterValue(at, b);
      default -> number(at, b);
    };
  }

  private static Prefix key(Prefix at, int b) {
    return b == '"' ? at.in(Mode.KEY_STRING) : null;
  }

  private static Prefix comma(Prefix at, int b) {
    Mode next = at.isInObject() ? Mode.BEFORE_KEY : Mode.BEFORE_VALUE;
    return b == ' ' ? at.in(next) : null;
  }

  private static Prefix value(Prefix at, int b) {
    return switch (b) {
      case '"' -> at.in(Mode.STRING);
      case '{' -> at.open(true);
      case '[' -> at.open(false);
      case '-' -> at.in(Mode.MINUS);
      case '0' -> at.in(Mode.ZERO);
      case 't' -> at.in(Mode.WORD, 1);
      case 'f' -> at.in(Mode.WORD, 8 + 1);
      case 'n' -> at.in(Mode.WORD, 16 + 1);
      default -> isDigit(b) ? at.in(Mode.DIGITS, 1) : null;
    };
  }

  private static Prefix afterValue(Prefix at, int b) {
    return switch (b) {
      case ',' -> at.depth == 0 ? null : at.in(Mode.COMMA);
      case '}' -> at.close(true);
      case ']' -> at.close(false);
      default -> null;
    };
  }

  private static Prefix string(Prefix at, int b) {
    if (at.detail == 0) {
      if (b == '"') {
        return at.in(at.mode == Mode.STRING ? Mode.VALUE : Mode.KEY);
      }
      return b < ' ' ? null : b == '\\' ? at.in(at.mode, 1) : at;
    }
    if (at.detail == 1) {
      if (b == 'u') {
        return at.in(at.mode, 2);
      }
      return "\"\\/bfnrt".indexOf(b) >= 0 ? at.in(at.mode) : null;
    }
    return Character.digit(b, 16) < 0 ? null : at.in(at.mode, at.detail == 5 ? 0 : at.detail + 1);
  }

  private static Prefix word(Prefix at, int b) {
    String word = WORDS.get(at.detail / 8);
    int length = at.detail % 8;
    if (word.charAt(length) != b) {
      return null;
    }
    return length + 1 == word.length() ? at.in(Mode.VALUE) : at.in(Mode.WORD, at.detail + 1);
  }

  private static Prefix number(Prefix at, int b) {
    if (isDigit(b)) {
      return switch (at.mode) {
        case MINUS -> b == '0' ? at.in(Mode.ZERO) : at.in(Mode.DIGITS, 1);
        case POINT -> at.in(Mode.FRACTION, 1);
        // Two digits at most: a reader need not hold more.
        case EXPONENT, EXPONENT_SIGN -> at.in(Mode.EXPONENT_DIGITS, MAX_NUMBER - 1);
        case ZERO -> null;
        default -> at.detail == MAX_NUMBER ? null : at.in(at.mode, at.detail + 1);
      };
    }
    if (b == '.') {
      return at.mode == Mode.ZERO || at.mode == Mode.DIGITS ? at.in(Mode.POINT) : null;
    }
    if (b == 'e' || b == 'E') {
      return isNumber(at) && at.mode != Mode.EXPONENT_DIGITS ? at.in(Mode.EXPONENT) : null;
    }
    if (b == '-' || b == '+') {
      return at.mode == Mode.EXPONENT ? at.in(Mode.EXPONENT_SIGN) : null;
    }
    return isNumber(at) ? afterValue(at, b) : null;
  }

  /** Whether a number may end here. */
  private static boolean isNumber(Prefix at) {
    return switch (at.mode) {
      case ZERO, DIGITS, FRACTION, EXPONENT_DIGITS -> true;
      default -> false;
    };
  }

  private static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }

  @Override
  public boolean isComplete(long state) {
    Prefix at = Prefix.of(state);
    return at.mode == Mode.VALUE && at.depth == 0;
  }

  @Override
  public String closing(long state) {
    Prefix at = Prefix.of(state);
    StringBuilder closing = new StringBuilder(closing(at));
    for (int level = 0, stack = at.stack; level < at.depth; level++, stack >>= 1) {
      closing.append((stack & 1) == 1 ? '}' : ']');
    }
    return closing.toString();
  }

  /** What completes the value within what it lies in. */
  private String closing(Prefix at) {
    return switch (at.mode) {
      case START -> opening == '{' ? "{}" : "\"\"";
      case KEY_STRING, STRING -> escape(at.detail) + (at.mode == Mode.STRING ? "\"" : "\": 0");
      case KEY -> ": 0";
      case COLON -> " 0";
      case COMMA -> at.isInObject() ? " \"\": 0" : " 0";
      case BEFORE_KEY -> "\"\": 0";
      case BEFORE_VALUE, MINUS, POINT, EXPONENT, EXPONENT_SIGN -> "0";
      case WORD -> WORDS.get(at.detail / 8).substring(at.detail % 8);
      default -> "";
    };
  }

  private static String escape(int detail) {
    return detail == 0 ? "" : detail == 1 ? "n" : "0".repeat(6 - detail);
  }

  @Override
  public int bound(long state) {
    return closing(state).length();
  }

  @Override
  public List<String> beginnings() {
    return opening == '{' ? List.of("{\"a\"", "{}") : List.of("\"a\"", "\"A\"", "\"\"");
  }
}
