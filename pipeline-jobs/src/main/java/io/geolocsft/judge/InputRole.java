package io.geolocsft.judge;

import static io.geolocsft.judge.InputColumn.ANSWER;
import static io.geolocsft.judge.InputColumn.AUTHOR;
import static io.geolocsft.judge.InputColumn.BENCHMARK;
import static io.geolocsft.judge.InputColumn.IMAGE;
import static io.geolocsft.judge.InputColumn.LATITUDE;
import static io.geolocsft.judge.InputColumn.LONGITUDE;
import static io.geolocsft.judge.InputColumn.MODEL;
import static io.geolocsft.judge.InputColumn.STATUS;

import java.util.List;

/** What a file is given for. */
public enum InputRole {
  TRUTH("--truth", "--truth-columns", "binned") {
    @Override
    public List<InputColumn> columns() {
      return List.of(IMAGE, LATITUDE, LONGITUDE, AUTHOR, BENCHMARK);
    }
  },
  PREDICTIONS("--predictions", "--prediction-columns", "predictions") {
    @Override
    public List<InputColumn> columns() {
      return List.of(IMAGE, LATITUDE, LONGITUDE, ANSWER, STATUS, MODEL, BENCHMARK);
    }
  };

  private final String option;
  private final String columnsOption;
  private final String tableOfRun;

  InputRole(String option, String columnsOption, String tableOfRun) {
    this.option = option;
    this.columnsOption = columnsOption;
    this.tableOfRun = tableOfRun;
  }

  /** The columns that are looked for. */
  public abstract List<InputColumn> columns();

  /** The option that names the file. */
  public String option() {
    return option;
  }

  /** The table of a run that holds such rows. */
  String tableOfRun() {
    return tableOfRun;
  }

  /** The option that names its columns. */
  public String columnsOption() {
    return columnsOption;
  }
}
