package io.geolocsft.answer.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** A JSON object as far as a text has it, with the liberties that models take. */
public final class PartialJson {

  /** A field of objects that the text ends in. */
  public static final String UNFINISHED = "\uE000";

  /** How an object ends. */
  public enum End {
    COMPLETE,
    /** The text ends within it. */
    CUT,
    /** What follows is not JSON. */
    BROKEN
  }

  /** The paper's form has five; a bound keeps the work on hostile texts linear. */
  private static final int MAX_DEPTH = 64;

  /** A name can take all of a text. */
  private static final int MAX_NAME = 1 << 20;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_YAML_COMMENTS)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .enable(JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_NAME)
                  .build())
          .build();

  private final char[] text;
  private final int start;
  private final ObjectNode root = JsonNodeFactory.instance.objectNode();
  private final Deque<JsonNode> open = new ArrayDeque<>();
  private String field = "";
  private int values;
  private End end = End.COMPLETE;
  private int endsAt;

  /** Adds the number that the object ends with, whose last digits may be missing. */
  private Runnable lastNumber = () -> {};

  private PartialJson(char[] text, int start) {
    this.text = text;
    this.start = start;
  }

  /** The object that a brace opens. */
  public static PartialJson read(char[] text, int start) {
    PartialJson object = new PartialJson(text, start);
    object.read();
    return object;
  }

  private void read() {
    try (JsonParser parser = FACTORY.createParser(text, start, text.length - start)) {
      try {
        readObject(parser);
        endsAt = offset(parser);
      } catch (IOException | NumberFormatException e) {
        // Jackson takes a sign and a point for a number, until its value is asked for.
        fail(e instanceof JsonEOFException ? text.length : offset(parser));
      }
    } catch (IOException e) {
      throw new IllegalStateException("Closing a parser of characters does nothing", e);
    }
  }

  private void fail(int at) {
    endsAt = at;
    end = at == text.length ? End.CUT : End.BROKEN;
    open.stream()
        .filter(node -> end == End.CUT && node.isObject())
        .forEach(node -> ((ObjectNode) node).putNull(UNFINISHED));
  }

  private int offset(JsonParser parser) {
    long offset = start + parser.currentLocation().getCharOffset();
    return (int) Math.max(start + 1, Math.min(text.length, offset));
  }

  private void readObject(JsonParser parser) throws IOException {
    parser.nextToken();
    open.push(root);
    while (!open.isEmpty()) {
      JsonToken token = parser.nextToken();
      lastNumber.run();
      lastNumber = () -> {};
      switch (token) {
        case FIELD_NAME -> field = parser.currentName();
        case START_OBJECT -> open(JsonNodeFactory.instance.objectNode());
        case START_ARRAY -> open(JsonNodeFactory.instance.arrayNode());
        case END_OBJECT, END_ARRAY -> open.pop();
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
        case VALUE_STRING -> add(JsonNodeFactory.instance.textNode(parser.getText()));
        default -> add(JsonNodeFactory.instance.nullNode());
      }
    }
  }

  private void number(JsonParser parser) throws IOException {
    JsonNode number = JsonNodeFactory.instance.numberNode(parser.getDoubleValue());
    JsonNode parent = open.peek();
    String name = field;
    values++;
    Runnable addition = () -> add(parent, name, number);
    if (isFollowed(parser)) {
      addition.run();
    } else {
      lastNumber = addition;
    }
  }

  /** Whether a number is known to end where it does. */
  private boolean isFollowed(JsonParser parser) throws IOException {
    int at = start + (int) parser.currentTokenLocation().getCharOffset() + parser.getTextLength();
    while (at < text.length && Character.isWhitespace(text[at])) {
      at++;
    }
    return at < text.length && ",}]".indexOf(text[at]) >= 0;
  }

  private void open(JsonNode node) {
    add(node);
    open.push(node);
  }

  private void add(JsonNode node) {
    values++;
    add(open.peek(), field, node);
  }

  private static void add(JsonNode parent, String name, JsonNode node) {
    if (parent instanceof ObjectNode object) {
      object.set(name, node);
    } else {
      ((ArrayNode) parent).add(node);
    }
  }

  /** What there is of the object, without a number whose last digits may be missing. */
  public ObjectNode certain() {
    return root;
  }

  /** The object with that number. */
  public ObjectNode all() {
    lastNumber.run();
    lastNumber = () -> {};
    return root;
  }

  public End end() {
    return end;
  }

  /** Whether no value was found, so that the brace may as well be punctuation. */
  public boolean isEmpty() {
    return values == 0;
  }

  /** The index behind the object, or where it is no longer one. */
  public int endsAt() {
    return endsAt;
  }
}
