package io.geolocsft.answer.token;

import java.lang.Character.UnicodeScript;

/**
 * One way of writing where people have many: digits of any script, dashes, spaces, degree signs and
 * primes, full-width forms.
 */
public final class Typography {

  /** A dash that may be a minus sign or punctuation: the em dash and its kin. */
  public static final char LONG_DASH = '\u2014';

  /** A sign of which it is not clear whether it means minus. */
  public static final char UNSURE = '\u2213';

  private static final String INVISIBLE =
      "\u061C\u180E\u200B\u200C\u200D\u200E\u200F\u2060\u2061\u2062\u2063\u2064\uFEFF";

  private final String text;
  private final StringBuilder plain;

  private Typography(String text) {
    this.text = text;
    this.plain = new StringBuilder(text.length());
  }

  /** The text in ASCII where it has a counterpart there. */
  public static String plain(String text) {
    return text.chars().allMatch(c -> c < 128) ? text : new Typography(text).plain();
  }

  private String plain() {
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (c < 128) {
        plain.append((char) c);
      } else if (!isInvisible(c)) {
        append(c, at);
      }
    }
    return plain.toString();
  }

  private static boolean isInvisible(int c) {
    return INVISIBLE.indexOf(c) >= 0
        || c >= 0x202A && c <= 0x202E
        || c >= 0x2066 && c <= 0x206F
        || c >= 0xFE00 && c <= 0xFE0F
        || c >= 0xD800 && c <= 0xDFFF;
  }

  private void append(int c, int next) {
    if (Character.isDigit(c)) {
      plain.append((char) ('0' + Character.digit(c, 10)));
    } else if (c >= 0xFF01 && c <= 0xFF5E) {
      plain.append((char) (c - 0xFEE0));
    } else if (isDash(c)) {
      plain.append(dash(c));
    } else if (Character.isSpaceChar(c) || c == 0x85) {
      plain.append(c == 0x85 || c == 0x2028 || c == 0x2029 ? '\n' : ' ');
    } else {
      appendMark(c, next);
    }
  }

  private static boolean isDash(int c) {
    return Character.getType(c) == Character.DASH_PUNCTUATION
        || "\u2212\u207B\u208B\u02D7\u2796\u2043\u2052\u2500\u2501".indexOf(c) >= 0;
  }

  /** Waves and double hyphens are dashes of which nothing is known. */
  private static char dash(int c) {
    return switch (c) {
      case 0x301C, 0x3030, 0x2E17, 0x2E40, 0x30A0, 0x2E5D, 0x1400 -> UNSURE;
      case 0x2014, 0x2015, 0x2E3A, 0x2E3B, 0xFE31, 0xFE58, 0x2500, 0x2501 -> LONG_DASH;
      default -> '-';
    };
  }

  private void appendMark(int c, int next) {
    switch (c) {
      case 0xBA, 0xB0, 0x2DA, 0x2070, 0x2218, 0x1D52, 0x25CB, 0x25E6, 0x309C -> plain.append('°');
      case 0x2103 -> plain.append("°C");
      case 0x2109 -> plain.append("°F");
      case 0x2032, 0x2B9, 0x2BC, 0xB4, 0x2018, 0x2019, 0x201B -> plain.append('\'');
      case 0x2033, 0x2BA, 0x2DD, 0x201C, 0x201D, 0x201E, 0x201F, 0x3003 -> plain.append('"');
      case 0x60C, 0x3001, 0xFE50, 0xFE51, 0xFF64 -> plain.append(',');
      case 0x66B -> plain.append('.');
      case 0x61B -> plain.append(';');
      case 0x66A -> plain.append('%');
      case 0x3002, 0xFF61, 0x964, 0x6D4, 0x61F -> plain.append(". ");
      case 0xB7 -> plain.append(isDigit(next) && endsWithDigit() ? '.' : ' ');
      case 0x3010, 0x3014, 0x3008, 0x300A, 0x300C, 0x300E, 0x27E8 -> plain.append('(');
      case 0x3011, 0x3015, 0x3009, 0x300B, 0x300D, 0x300F, 0x27E9 -> plain.append(')');
      case 0xAB, 0xBB, 0x2039, 0x203A, 0x2022, 0x25CF, 0x25AA -> plain.append(" * ");
      case 0x2223, 0x2502, 0x2503, 0x2758 -> plain.append('|');
      case 0x2044, 0x2215 -> plain.append('/');
      case 0x2248, 0x2243, 0x223C, 0x2245 -> plain.append('~');
      case 0xFE62, 0x2795 -> plain.append('+');
      case 0x20E3 -> plain.append(") ");
      case 0xAD, 0x30FC, 0xFF70, 0xAF, 0x2238, 0x2242, 0x2296, 0x229D, 0x2574, 0x25AC ->
          appendIfDash(c, next);
      default -> appendOther(c);
    }
  }

  /** Characters that are dashes only before a number, where no word goes on with them. */
  private void appendIfDash(int c, int next) {
    char before = plain.length() > 0 ? plain.charAt(plain.length() - 1) : ' ';
    boolean vowel = c == 0x30FC || c == 0xFF70;
    boolean word =
        vowel
            ? UnicodeScript.of(before) == UnicodeScript.KATAKANA
            : Character.isLetterOrDigit(before);
    boolean number = isDigit(next) || next < text.length() && text.charAt(next) == '.';
    if (number && !word) {
      plain.append(vowel && !Character.isLetter(before) ? '-' : UNSURE);
    } else if (c != 0xAD) {
      plain.appendCodePoint(c);
    }
  }

  private void appendOther(int c) {
    if (c >= 0x2460 && c <= 0x2473) {
      plain.append(' ').append(c - 0x245F).append(") ");
    } else {
      plain.appendCodePoint(c);
    }
  }

  private boolean isDigit(int at) {
    return at < text.length() && Character.isDigit(text.codePointAt(at));
  }

  private boolean endsWithDigit() {
    return plain.length() > 0 && Character.isDigit(plain.charAt(plain.length() - 1));
  }
}
