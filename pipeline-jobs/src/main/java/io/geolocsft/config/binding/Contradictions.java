package io.geolocsft.config.binding;

import java.time.DateTimeException;

/** What is wrong with a section as a whole, or with one of its settings beside the others. */
public final class Contradictions {

  private final SettingTree tree;
  private final Problems problems;
  private final String path;

  /**
   * @param path of the section; empty for the whole configuration
   */
  Contradictions(SettingTree tree, Problems problems, String path) {
    this.tree = tree;
    this.problems = problems;
    this.path = path;
  }

  /** One sentence with the values. */
  public void add(String text) {
    problems.add(path.isEmpty() ? "all" : path, text);
  }

  /** One sentence about a setting. */
  public void add(String setting, String text) {
    String at = path.isEmpty() ? setting : path + "." + setting;
    problems.add(at, text, tree.originOf(at));
  }

  /**
   * Makes what the settings stand for, whose own bounds are the last word.
   *
   * @param setting the one that can be wrong yet
   */
  public void attempt(String setting, Runnable made) {
    try {
      made.run();
    } catch (IllegalArgumentException | DateTimeException e) {
      add(setting, e.getMessage());
    }
  }

  /** The same where no setting alone is to blame. */
  public void attempt(Runnable made) {
    try {
      made.run();
    } catch (IllegalArgumentException e) {
      add(e.getMessage());
    }
  }
}
