package io.geolocsft.cli;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** A small stage: adds a word of the configuration to the words of the stage before it. */
final class WordStage implements Stage {

  /** What happens before the words are published. */
  @FunctionalInterface
  interface Event {
    void happens(StageContext context) throws Exception;
  }

  private final String name;
  private final List<String> inputs;
  private final String setting;
  private final Function<PipelineConfig, String> word;
  private int revision = 1;
  private Event event = context -> {};
  private int runs;
  private String leftOut;

  /**
   * @param setting the path of the word
   */
  WordStage(
      String name, List<String> inputs, String setting, Function<PipelineConfig, String> word) {
    this.name = name;
    this.inputs = inputs;
    this.setting = setting;
    this.word = word;
  }

  void when(Event other) {
    event = other;
  }

  void leaveOut(String why) {
    leftOut = why;
  }

  void raiseRevision() {
    revision++;
  }

  int runs() {
    return runs;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> leftOut(PipelineConfig config) {
    return Optional.ofNullable(leftOut);
  }

  @Override
  public List<String> inputs() {
    return inputs;
  }

  @Override
  public List<String> outputs() {
    return List.of("errors_" + name, "errors_" + name + "_two");
  }

  @Override
  public int revision() {
    return revision;
  }

  @Override
  public SettingValues settings(SettingValues all) {
    return all.only(setting);
  }

  @Override
  public void run(StageContext context) throws Exception {
    runs++;
    List<String> words = new ArrayList<>();
    for (String input : inputs) {
      words.addAll(words(context, Tables.named(input).orElseThrow()));
    }
    words.add(word.apply(context.config()));
    publish(context, outputs().get(0), words);
    event.happens(context);
    publish(context, outputs().get(1), words);
  }

  static List<String> words(StageContext context, TableSchema table) {
    return context.tables().read(table).select("message").as(Encoders.STRING()).collectAsList();
  }

  private void publish(StageContext context, String output, List<String> words) {
    List<Row> rows =
        words.stream()
            .map(w -> RowFactory.create(name, "run", "run", null, null, "word", w, null))
            .toList();
    context
        .tables()
        .publish(
            Tables.named(output).orElseThrow(),
            context.spark().createDataFrame(rows, Tables.ERRORS.struct()).coalesce(1));
  }
}
