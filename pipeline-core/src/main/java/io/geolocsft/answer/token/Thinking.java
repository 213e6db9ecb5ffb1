package io.geolocsft.answer.token;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What models write before they answer, between tags of several families. */
public final class Thinking {

  private static final String NAMES =
      "(?:think|thinking|thought|thoughts|reasoning|reflection|analysis|scratchpad|seed:think)";

  private static final Pattern TAG =
      Pattern.compile(
          "(?<open><\\s?"
              + NAMES
              + "(?:\\s[^<>]{0,60}+)?>|\\[THINK\\]|\u25C1think\u25B7|<unused94>|<\\|channel\\|>analysis)"
              + "|(?<close><\\s?/\\s?"
              + NAMES
              + "\\s?>|\\[/THINK\\]|\u25C1/think\u25B7|<unused95>|<\\|channel\\|>final(?:<\\|message\\|>)?)",
          Pattern.CASE_INSENSITIVE);

  private static final String ANSWER_ENDS = "</answer>";

  private Thinking() {}

  /**
   * A text without its thoughts. Thoughts that begin nowhere began in the prompt; those that end
   * nowhere go on to the end, unless an answer's tag ends there.
   */
  public static String without(String text) {
    StringBuilder said = new StringBuilder();
    int depth = 0;
    int from = 0;
    Matcher tag = TAG.matcher(text);
    while (tag.find()) {
      if (tag.group("open") != null) {
        said.append(depth == 0 ? text.substring(from, tag.start()) : "");
        depth++;
      } else {
        said.setLength(depth == 0 ? 0 : said.length());
        depth = Math.max(0, depth - 1);
      }
      from = tag.end();
    }
    boolean answered = depth > 0 && text.strip().endsWith(ANSWER_ENDS);
    int answer = text.lastIndexOf("<answer>");
    return answered && answer >= from
        ? text.substring(answer)
        : said.append(depth == 0 ? text.substring(from) : "").toString();
  }
}
