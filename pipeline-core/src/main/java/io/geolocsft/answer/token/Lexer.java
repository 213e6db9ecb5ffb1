package io.geolocsft.answer.token;

import io.geolocsft.answer.token.Token.Numeral;
import io.geolocsft.answer.token.Token.TokenType;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a plain text into tokens. Spaces, emphasis, braces and approximation signs are none, so that
 * they can stand anywhere.
 */
public final class Lexer {

  /** Stands in a text for a JSON object that was read before. */
  public static final char JSON = '\uE000';

  private static final Pattern NUMBER =
      Pattern.compile("(?:\\d++(?:\\.\\d++)?+|\\.\\d++)(?<dotted>(?:\\.\\d++)++)?+");
  private static final Pattern EXPONENT =
      Pattern.compile("(?:e|(?<=(?<!\\d)\\d\\.\\d{1,30})E)[+-]?+\\d{1,3}+(?![\\p{L}\\d]|\\.\\d)");
  private static final Pattern TAG =
      Pattern.compile("<(/?)([A-Za-z][\\w-]{0,30}+)(?!:)[^<>]{0,120}+>");

  /** A tag whose attributes are coordinates. */
  private static final Pattern LABELLED_TAG =
      Pattern.compile("(?i)lat(?:itude)?\\s?+=\\s?+[\"']?[-+]?\\d");

  private static final Pattern LABELS =
      Pattern.compile("(lat|lon|lng|long)(?:lat|long|lon|lng)", Pattern.CASE_INSENSITIVE);
  private static final Pattern COMMAND = Pattern.compile("\\\\([A-Za-z]{1,20}+)");

  /** What a tag's name must mean to be a word of the text. */
  private static final Set<Term> TAGS =
      EnumSet.of(Term.LATITUDE, Term.LONGITUDE, Term.FINAL, Term.PLACE);

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String text) {
    this.text = text;
  }

  public static Tokens lex(String plain) {
    Lexer lexer = new Lexer(plain);
    while (lexer.at < plain.length()) {
      lexer.next();
    }
    boolean open = plain.lastIndexOf('{') > plain.lastIndexOf('}');
    return new Tokens(Phrases.merged(lexer.tokens), plain.length(), open);
  }

  private void next() {
    char c = text.charAt(at);
    int linkEnd = LinkBounds.end(text, at);
    if (linkEnd > at) {
      add(TokenType.LINK, linkEnd);
    } else if (c == '\n' || c == '\r') {
      newline();
    } else if (c == JSON) {
      add(TokenType.JSON, at + 1);
    } else if (isDigit(at) || c == '.' && isDigit(at + 1) && !isDigit(at - 1)) {
      number();
    } else if (Character.isLetter(text.codePointAt(at))) {
      word();
    } else if (c == '<' || c == '\\') {
      markup();
    } else {
      mark();
    }
  }

  private void add(TokenType type, int end) {
    tokens.add(Token.of(type, at, end, text.substring(at, end)));
    at = end;
  }

  private boolean isDigit(int index) {
    return index >= 0 && index < text.length() && isDigit(text.charAt(index));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private void newline() {
    int end = at;
    int lines = 0;
    while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
      lines += text.charAt(end++) == '\n' ? 1 : 0;
    }
    tokens.add(Token.of(TokenType.NEWLINE, at, end, lines > 1 ? "\n\n" : "\n"));
    at = end;
  }

  /** Dates, versions and addresses have several points; they are words. */
  private void number() {
    Matcher matcher = NUMBER.matcher(text).region(at, text.length());
    matcher.lookingAt();
    int end = matcher.end();
    if (matcher.group("dotted") != null) {
      add(TokenType.WORD, end);
      return;
    }
    String digits = text.substring(at, end);
    Matcher exponent = EXPONENT.matcher(text).useTransparentBounds(true).region(end, text.length());
    boolean scientific = exponent.lookingAt();
    int point = digits.indexOf('.');
    int decimals = point < 0 ? 0 : digits.length() - point - 1;
    end = scientific ? exponent.end() : end;
    String all = text.substring(at, end);
    Numeral numeral = new Numeral(Double.parseDouble(all), decimals, scientific);
    tokens.add(new Token(TokenType.NUMBER, at, end, all, Set.of(), numeral));
    at = end;
  }

  private void word() {
    int end = wordEnd();
    if (isCompact(text.codePointAt(at))) {
      compactWords(end);
    } else {
      addWord(end);
    }
  }

  /** Names such as latlng are two labels. */
  private void addWord(int end) {
    Matcher labels = LABELS.matcher(text).region(at, end);
    if (labels.matches()) {
      addSingleWord(labels.end(1));
    }
    addSingleWord(end);
  }

  private void addSingleWord(int end) {
    String word = text.substring(at, end);
    tokens.add(new Token(TokenType.WORD, at, end, word, Vocabulary.terms(word), Numeral.NONE));
    at = end;
  }

  /** Words of scripts without spaces: the known ones, and what lies between them. */
  private void compactWords(int end) {
    boolean alone = true;
    int unknown = at;
    while (at < end) {
      int length = Vocabulary.compact(text, at, end, alone);
      if (length > 0) {
        int known = at;
        at = unknown;
        if (known > unknown) {
          addWord(known);
        }
        addWord(known + length);
        unknown = at;
      } else {
        at += Character.charCount(text.codePointAt(at));
      }
      alone = false;
    }
    at = unknown;
    if (end > at) {
      addWord(end);
    }
  }

  /** Letters of one kind of script; compound names such as centerLat are cut into their words. */
  private int wordEnd() {
    boolean compact = isCompact(text.codePointAt(at));
    int end = at;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      boolean goesOn = isWordPart(c) && isCompact(c) == compact || isCombining(c);
      if (!goesOn || end > at && isHump(end)) {
        break;
      }
      end += Character.charCount(c);
    }
    return end;
  }

  private static boolean isWordPart(int c) {
    return Character.isLetter(c);
  }

  private static boolean isCombining(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  private boolean isHump(int index) {
    return Character.isUpperCase(text.charAt(index))
        && index + 1 < text.length()
        && Character.isLowerCase(text.charAt(index + 1))
        && Character.isLetter(text.charAt(index - 1));
  }

  /** Whether a script writes its words without spaces, or its particles. */
  static boolean isCompact(int c) {
    return c >= 0xE00
        && switch (UnicodeScript.of(c)) {
          case HAN, HIRAGANA, KATAKANA, HANGUL, THAI -> true;
          default -> c == 0x30FC;
        };
  }

  private void markup() {
    Matcher tag = TAG.matcher(text).region(at, text.length());
    Matcher command = COMMAND.matcher(text).region(at, text.length());
    if (tag.lookingAt() && !LABELLED_TAG.matcher(tag.group()).find()) {
      tag(tag.group(2), tag.group(1).isEmpty(), tag.end());
    } else if (command.lookingAt()) {
      command(command.group(1), command.end());
    } else if (text.charAt(at) == '\\') {
      at++;
    } else {
      mark();
    }
  }

  /** A tag's name may be a label; the ends of rows and cells are those of tables. */
  private void tag(String name, boolean opens, int end) {
    switch (name) {
      case "br", "p", "tr", "li", "div", "ul", "ol" -> addMark(TokenType.NEWLINE, "\n", end);
      case "td", "th" -> {
        if (!opens) {
          addMark(TokenType.MARK, "|", end);
        }
      }
      case "answer" -> addMark(TokenType.MARK, opens ? "<answer>" : "</answer>", end);
      default -> namedTag(name, opens, end);
    }
    at = end;
  }

  private void namedTag(String name, boolean opens, int end) {
    Set<Term> terms = Vocabulary.terms(name);
    if (opens && !Collections.disjoint(terms, TAGS)) {
      // It does not touch what follows.
      tokens.add(new Token(TokenType.WORD, at, end - 1, name, terms, Numeral.NONE));
    }
  }

  private void addMark(TokenType type, String mark, int end) {
    tokens.add(Token.of(type, at, end, mark));
  }

  private void command(String name, int end) {
    switch (name) {
      case "times", "cdot" -> addMark(TokenType.MARK, "\u00D7", end);
      case "pm" -> addMark(TokenType.MARK, "\u00B1", end);
      case "boxed", "fbox", "framebox" ->
          tokens.add(
              new Token(TokenType.WORD, at, end, name, Vocabulary.terms("boxed"), Numeral.NONE));
      case "phi", "varphi" -> addTerm(name, Term.LATITUDE, end);
      case "lambda" -> addTerm(name, Term.LONGITUDE, end);
      default -> {
        if (isEscape(name)) {
          addMark(TokenType.NEWLINE, "\n", at + 2);
          at += 2;
          return;
        }
      }
    }
    at = end;
  }

  /** Whether it is no command but an escaped end of a line or tab before a word. */
  private static boolean isEscape(String name) {
    boolean escape = "nrt".indexOf(name.charAt(0)) >= 0;
    return escape
        && (name.length() == 1
            || Character.isUpperCase(name.charAt(1))
            || !Vocabulary.terms(name.substring(1)).isEmpty());
  }

  private void addTerm(String name, Term term, int end) {
    tokens.add(new Token(TokenType.WORD, at, end, name, Set.of(term), Numeral.NONE));
  }

  private void mark() {
    char c = text.charAt(at);
    boolean range = c == '~' && isDigit(at - 1) && isDigit(at + 1);
    boolean skipped = Character.isWhitespace(c) || "*_`{}^#".indexOf(c) >= 0 || c == '~' && !range;
    if (skipped) {
      at++;
    } else if (c == '°') {
      tokens.add(new Token(TokenType.MARK, at, at + 1, "°", Set.of(Term.DEGREES), Numeral.NONE));
      at++;
    } else {
      add(TokenType.MARK, at + Character.charCount(text.codePointAt(at)));
    }
  }
}
