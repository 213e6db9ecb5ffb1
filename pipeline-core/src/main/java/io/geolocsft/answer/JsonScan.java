package io.geolocsft.answer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.answer.json.Keys;
import io.geolocsft.answer.json.PartialJson;
import io.geolocsft.answer.json.PartialJson.End;
import io.geolocsft.answer.token.Lexer;
import io.geolocsft.answer.token.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the JSON objects of a text and what they say. */
final class JsonScan {

  /** Characters that failing attempts may take, as a multiple of the text's. */
  private static final int PATIENCE = 8;

  private static final Pattern KEY = Pattern.compile("\\{\\s{0,20}+[\"'][^\"'\\n]{0,40}+");

  private final String text;
  private final char[] characters;
  private final StringBuilder rest = new StringBuilder();
  private final List<Answer> answers = new ArrayList<>();
  private Optional<Answer> open = Optional.empty();
  private int from;

  private JsonScan(String text) {
    this.text = text;
    this.characters = text.toCharArray();
  }

  static JsonScan of(String text) {
    JsonScan scan = new JsonScan(text.replace(Lexer.JSON, ' '));
    scan.scan();
    return scan;
  }

  /** Whether a text is one object and nothing else. */
  static boolean isObject(String text) {
    String stripped = text.strip();
    if (!stripped.startsWith("{") || !stripped.endsWith("}")) {
      return false;
    }
    PartialJson object = PartialJson.read(stripped.toCharArray(), 0);
    return object.end() == End.COMPLETE && object.endsAt() == stripped.length();
  }

  private void scan() {
    long patience = (long) PATIENCE * text.length();
    int start = text.indexOf('{');
    while (start >= 0 && patience > 0) {
      if (!isObject(start)) {
        start = text.indexOf('{', start + 1);
        continue;
      }
      PartialJson object = PartialJson.read(characters, start);
      patience -= object.isEmpty() ? object.endsAt() - start : 0;
      int next = object.isEmpty() ? empty(object, start) : found(object, start);
      start = text.indexOf('{', next);
    }
    rest.append(text, from, text.length());
  }

  /** Whether what follows a brace can be a key, a comment or the end of an object. */
  private boolean isObject(int brace) {
    int at = brace + 1;
    while (at < characters.length && Character.isWhitespace(characters[at])) {
      at++;
    }
    boolean mark = at < characters.length && "\"'/#_$}".indexOf(characters[at]) >= 0;
    return mark || at < characters.length && Character.isLetter(characters[at]);
  }

  /** A brace without JSON, unless the text ends within the first key. */
  private int empty(PartialJson object, int start) {
    boolean key = KEY.matcher(text).region(start, text.length()).matches();
    if (object.end() == End.CUT && key) {
      open = Optional.of(Answer.without(AnswerStatus.NO_COORDINATES));
    }
    return start + 1;
  }

  private int found(PartialJson object, int start) {
    ObjectNode certain = object.certain();
    Optional<Answer> answer = JsonAnswers.in(certain);
    return switch (object.end()) {
      case COMPLETE -> take(start, object.endsAt(), answer);
      case BROKEN -> broken(object, start, answer.map(JsonScan::lenient));
      case CUT -> {
        open = isSibling(start) ? Optional.empty() : Optional.of(cut(object, answer));
        yield take(start, text.length(), Optional.empty());
      }
    };
  }

  /** Whether an object follows one with an answer in an array, whose first counts. */
  private boolean isSibling(int start) {
    boolean last = rest.length() > 1 && rest.charAt(rest.length() - 2) == Lexer.JSON;
    return last
        && text.substring(from, start).strip().equals(",")
        && answers.get(answers.size() - 1).status() != AnswerStatus.JSON;
  }

  /** Takes an object out of the text; its answer leaves a mark there. */
  private int take(int start, int end, Optional<Answer> answer) {
    rest.append(text, from, start).append(' ');
    answer.ifPresent(found -> rest.append(Lexer.JSON));
    answer.ifPresent(answers::add);
    rest.append(' ');
    from = end;
    return end;
  }

  /** What is broken is read as text, but thoughts are not. */
  private int broken(PartialJson object, int start, Optional<Answer> answer) {
    boolean thoughts =
        object.certain().properties().stream()
            .anyMatch(field -> Keys.of(field.getKey()).has(Term.THINKING));
    if (answer.isPresent()) {
      return take(start, object.endsAt(), answer);
    }
    if (!thoughts) {
      return object.endsAt();
    }
    int next = text.indexOf('{', object.endsAt());
    return take(start, next < 0 ? text.length() : next, Optional.empty());
  }

  private static Answer lenient(Answer answer) {
    return answer.status() == AnswerStatus.JSON
        ? new Answer(AnswerStatus.LABELLED, answer.point())
        : answer;
  }

  private static Answer cut(PartialJson object, Optional<Answer> certain) {
    Optional<Answer> answer =
        certain.or(() -> JsonAnswers.inOpenThoughts(object.certain())).map(JsonScan::lenient);
    if (answer.isPresent()) {
      return answer.get();
    }
    ObjectNode all = object.all();
    boolean cut = JsonAnswers.in(all).or(() -> JsonAnswers.inOpenThoughts(all)).isPresent();
    return Answer.without(cut ? AnswerStatus.TRUNCATED : AnswerStatus.NO_COORDINATES);
  }

  /** The text without its objects; {@link Lexer#JSON} stands for each that has an answer. */
  String rest() {
    return rest.toString();
  }

  List<Answer> answers() {
    return answers;
  }

  /** What the object says that the text ends in, if it ends in one. */
  Optional<Answer> open() {
    return open;
  }
}
