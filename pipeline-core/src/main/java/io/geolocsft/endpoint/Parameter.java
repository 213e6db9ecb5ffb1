package io.geolocsft.endpoint;

import java.util.regex.Pattern;

/** What a request holds beside the question, and a server may not know. */
enum Parameter {
  // A single letter is a parameter only where it is quoted; llama.cpp speaks of choices.
  N("n", "[\"'`]n[\"'`]|completion choice"),
  TOP_K("top_k", word("top_k")),
  SEED("seed", word("seed")),
  LOGPROBS("logprobs", word("(top_)?logprobs")),
  RESPONSE_FORMAT("response_format", word("response_format|json_schema")),
  TOP_P("top_p", word("top_p")),
  TEMPERATURE("temperature", word("temperature")),
  /** The older name of {@code max_completion_tokens}, which stands in for it. */
  MAX_TOKENS("max_tokens", word("max_completion_tokens"));

  /** In requests. */
  final String key;

  private final Pattern mention;

  Parameter(String key, String mention) {
    this.key = key;
    this.mention = Pattern.compile(mention);
  }

  private static String word(String name) {
    return "(?<![\\w-])(" + name + ")(?![\\w-])";
  }

  boolean isMentioned(String message) {
    return mention.matcher(message).find();
  }

  /** What becomes of the answers where the server does not take it. */
  String consequence() {
    return switch (this) {
      case N -> "candidates are asked for one by one";
      case LOGPROBS -> "answers have no probability";
      case RESPONSE_FORMAT -> "answers are of any form";
      case SEED -> "answers differ from run to run";
      case MAX_TOKENS -> "max_completion_tokens is sent instead";
      case TOP_K, TOP_P, TEMPERATURE -> "the server's own value holds";
    };
  }
}
