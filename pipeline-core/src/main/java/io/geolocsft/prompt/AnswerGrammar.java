package io.geolocsft.prompt;

import java.util.ArrayList;
import java.util.List;

/**
 * The texts that a {@link TargetTemplate} could write, for any place and with any thoughts, as a
 * deterministic automaton over their bytes. Every one of them reads as a point on Earth.
 */
public final class AnswerGrammar {

  /**
   * How far a text is.
   *
   * @param part the index of the part that it is in
   * @param inner the part's own state
   */
  public record State(int part, long inner) {}

  /**
   * A part of the sequence.
   *
   * @param skips how many parts may be left out from this one on; 0 where it must stand. The part
   *     behind them begins with another byte.
   */
  private record Step(GrammarPart part, int skips) {}

  private final List<Step> steps;

  private AnswerGrammar(List<Step> steps) {
    this.steps = List.copyOf(steps);
  }

  /** Puts a grammar together. */
  static final class Builder {
    private final List<Step> steps = new ArrayList<>();

    Builder literal(String text) {
      return add(new LiteralPart(text), 0);
    }

    /** Latitude or longitude in degrees. */
    Builder coordinate(int limit, int decimals) {
      return add(new CoordinatePart(limit, decimals), 0);
    }

    Builder object() {
      return add(JsonPart.OBJECT, 0);
    }

    /** A text and some JSON behind it, or neither. */
    Builder optional(String text, JsonPart json) {
      return add(new LiteralPart(text), 2).add(json, 0);
    }

    private Builder add(GrammarPart part, int skips) {
      steps.add(new Step(part, skips));
      return this;
    }

    /** The last part must be a literal. */
    AnswerGrammar build() {
      return new AnswerGrammar(steps);
    }
  }

  /** Before the first byte. */
  public State start() {
    return new State(0, steps.get(0).part.start());
  }

  /** After one more byte, 0 to 255; null where it cannot follow. */
  public State next(State state, int b) {
    Step step = steps.get(state.part);
    long inner = step.part.next(state.inner, b);
    if (inner != GrammarPart.DEAD) {
      return new State(state.part, inner);
    }
    if (step.part.isComplete(state.inner)) {
      return isEnd(state) ? null : next(begin(state.part + 1), b);
    }
    return isSkippable(state) ? next(begin(state.part + step.skips), b) : null;
  }

  private State begin(int part) {
    return new State(part, steps.get(part).part.start());
  }

  private boolean isSkippable(State state) {
    Step step = steps.get(state.part);
    return step.skips > 0 && state.inner == step.part.start();
  }

  /** Whether nothing can follow. */
  public boolean isEnd(State state) {
    return state.part == steps.size() - 1 && steps.get(state.part).part.isComplete(state.inner);
  }

  /**
   * The only text that can follow, up to where there is a choice again; empty where there is one
   * now.
   */
  public String forced(State state) {
    State at = settled(state);
    boolean fixed = steps.get(at.part).part instanceof LiteralPart && !isSkippable(at);
    return fixed ? steps.get(at.part).part.closing(at.inner) : "";
  }

  /** Ways in which the text may go on behind what is {@link #forced}; none at the end. */
  public List<String> beyond(State state) {
    int next = settled(state).part + 1;
    return next < steps.size() ? beginnings(next) : List.of();
  }

  private List<String> beginnings(int part) {
    Step step = steps.get(part);
    List<String> all = new ArrayList<>(step.part.beginnings());
    if (step.skips > 0) {
      all.addAll(beginnings(part + step.skips));
    }
    return all;
  }

  /** The state itself, or if its part can only end, the beginning of the next. */
  private State settled(State state) {
    GrammarPart part = steps.get(state.part).part;
    boolean over = part.isComplete(state.inner) && part.bound(state.inner) == 0;
    return over && !isEnd(state) ? begin(state.part + 1) : state;
  }

  /** The shortest text that ends the part that a state is in, or the next where it may end now. */
  public String closing(State state) {
    Step step = steps.get(state.part);
    if (isSkippable(state)) {
      return closing(begin(state.part + step.skips));
    }
    return step.part.isComplete(state.inner) && !isEnd(state)
        ? closing(begin(state.part + 1))
        : step.part.closing(state.inner);
  }

  /** Bytes that the shortest of the texts takes at most, whatever its coordinates are. */
  public int bound() {
    return bound(start());
  }

  /** Bytes that the shortest way to the end takes at most, whatever the coordinates are. */
  public int bound(State state) {
    State at = settled(state);
    int bytes = 0;
    int part = at.part;
    if (!isSkippable(at)) {
      bytes += steps.get(part++).part.bound(at.inner);
    }
    while (part < steps.size()) {
      Step step = steps.get(part);
      if (step.skips == 0) {
        bytes += step.part.bound(step.part.start());
      }
      part += Math.max(1, step.skips);
    }
    return bytes;
  }
}
