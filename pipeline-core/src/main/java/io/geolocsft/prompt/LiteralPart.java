package io.geolocsft.prompt;

import java.util.List;

/** ASCII text that stands as it is. A state is the number of bytes so far. */
record LiteralPart(String text) implements GrammarPart {

  @Override
  public long next(long state, int b) {
    return state < text.length() && text.charAt((int) state) == b ? state + 1 : DEAD;
  }

  @Override
  public boolean isComplete(long state) {
    return state == text.length();
  }

  @Override
  public String closing(long state) {
    return text.substring((int) state);
  }

  @Override
  public int bound(long state) {
    return text.length() - (int) state;
  }

  @Override
  public List<String> beginnings() {
    return List.of(text);
  }
}
