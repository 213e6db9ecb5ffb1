package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.FullFileSystem;
import io.geolocsft.SparkFixture;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.table.Lineage;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TestGeoLocSft {

  private final SparkSession spark = SparkFixture.session();

  @TempDir Path folder;

  private CommandFixture command;

  @BeforeEach
  void setUp() throws IOException {
    command = new CommandFixture(folder);
  }

  @Test
  void runsAllStagesAndThenHasNothingToDo() throws IOException {
    assertThat(command.call("run")).isZero();
    assertThat(words()).containsExactly("first", "geo_aware", "third");
    assertThat(command.out()).contains("third   run", "errors_third 3");
    assertThat(Files.readString(command.output().resolve("config.yaml"))).contains("title: third");
    assertThat(command.output().resolve(".lease")).doesNotExist();
    assertThat(command.output().resolve(".scratch")).doesNotExist();

    Map<String, String> manifests = manifests();
    assertThat(command.call("run")).isZero();
    assertThat(command.runs()).containsExactly(1, 1, 1);
    assertThat(manifests()).isEqualTo(manifests);
    assertThat(command.err()).contains("first: skipped, nothing has changed");
    assertThat(command.out()).contains("third   skipped");
  }

  @Test
  void aChangedSettingRunsItsStageAndThoseAfterIt() {
    command.call("run");
    assertThat(command.call("run", "--set", "select.strategy=uniform")).isZero();
    assertThat(command.runs()).containsExactly(1, 2, 2);
    assertThat(words()).containsExactly("first", "uniform", "third");
    assertThat(command.call("run", "--set", "sft.rank=8")).isZero();
    assertThat(command.runs()).containsExactly(1, 3, 3);
    assertThat(words()).containsExactly("first", "geo_aware", "third");
  }

  @Test
  void theReasonOfARunIsTold() {
    command.call("run");
    assertThat(command.err()).contains("first: running, it has not run yet");
    command.call("run", "--set", "select.strategy=uniform");
    assertThat(command.err())
        .contains(
            "second: running, select.strategy is \"uniform\", was \"geo_aware\"",
            "third: running, another errors_second");
    command.call("second", "--force", "--set", "select.strategy=uniform");
    assertThat(command.err()).contains("second: running, --force");
  }

  @Test
  void aRaisedRevisionRunsItsStageAndThoseAfterIt() {
    command.call("run");
    command.second.raiseRevision();
    assertThat(command.call("run")).isZero();
    assertThat(command.runs()).containsExactly(1, 2, 2);
    assertThat(command.err())
        .contains("second: running, it writes revision 2, but revision 1 is stored");
  }

  @Test
  void forceRunsWhatIsDoneAndLeavesTheRestDone() {
    command.call("run");
    assertThat(command.call("second", "--force")).isZero();
    assertThat(command.call("run")).isZero();
    assertThat(command.runs()).containsExactly(1, 2, 1);
  }

  @Test
  void partsOfTheRunAreChosenByName() {
    assertThat(command.call("run", "--to", "second")).isZero();
    assertThat(command.runs()).containsExactly(1, 1, 0);
    assertThat(command.call("run", "--from", "second", "--force")).isZero();
    assertThat(command.runs()).containsExactly(1, 2, 1);
    assertThat(command.call("run", "--only", "third,first", "--force")).isZero();
    assertThat(command.runs()).containsExactly(2, 2, 2);
  }

  @Test
  void aDryRunShowsThePlanAndChangesNothing() {
    assertThat(command.call("run", "--dry-run", "--set", "sft.rank=8")).isZero();
    assertThat(command.output()).doesNotExist();
    assertThat(command.out()).contains("  rank: 8", "hash ", "errors_second");
    assertThat(command.out()).containsPattern("first +to do");
    command.call("first");
    assertThat(command.call("run", "--dry-run")).isZero();
    assertThat(command.out())
        .containsPattern("first +done +nothing has changed +errors_first 1, errors_first_two 1");
    assertThat(command.out()).containsPattern("second +to do +it has not run yet +errors_first 1 ");
    assertThat(command.runs()).containsExactly(1, 0, 0);
  }

  @Test
  void aStageWithNothingToDoSaysWhy() {
    command.third.leaveOut("a.b is 0");
    assertThat(command.call("run", "--dry-run", "--only", "third")).isZero();
    assertThat(command.out()).containsPattern("third +left out +a\\.b is 0");
    assertThat(command.call("run")).isZero();
    assertThat(command.err()).contains("third: nothing to do, a.b is 0");
    assertThat(command.runs()).containsExactly(1, 1, 0);
  }

  @Test
  void anInterruptedRunGoesOnAndEndsWithTheSameTables() throws IOException {
    command.call("run");
    Map<String, String> expected = manifests();
    command = new CommandFixture(Files.createDirectory(folder.resolve("again")));
    command.second.when(
        context -> {
          context.tables().scratch("second").create("checkpoint").close();
          throw new EnvironmentException("pulled the plug");
        });
    assertThat(command.call("run")).isEqualTo(ExitCode.ENVIRONMENT);
    command.second.when(
        context ->
            assertThat(context.tables().scratch("second").list("")).containsKey("checkpoint"));
    assertThat(command.call("run")).isZero();
    assertThat(command.runs()).containsExactly(1, 2, 1);
    assertThat(manifests()).isEqualTo(expected);
    assertThat(command.output().resolve(".scratch")).doesNotExist();
  }

  /** What was published before it failed belongs to other settings than what was left. */
  @Test
  void noStageReadsWhatAFailedOneLeft() {
    command.call("run");
    command.second.when(
        context -> {
          throw new DataException("too few");
        });
    assertThat(command.call("second", "--set", "select.strategy=uniform")).isEqualTo(ExitCode.DATA);
    assertThat(command.call("third")).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(command.err())
        .contains("third reads errors_second, but second failed since")
        .contains(
            "errors_second_two is of another run. Run 'geolocsft run --to second' with the same --conf first");
    command.second.when(context -> {});
    assertThat(command.call("run", "--set", "select.strategy=uniform")).isZero();
    assertThat(command.runs()).containsExactly(1, 3, 2);
    assertThat(words()).containsExactly("first", "uniform", "third");
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new DataException("empty folder"), 3, "error: empty folder"),
        Arguments.of(new EnvironmentException("no network"), 4, "error: no network"),
        Arguments.of(new ConfigException("no model in x"), 2, "error: no model in x"),
        Arguments.of(new RuntimeException(new DataException("row 3")), 3, "error: row 3"),
        Arguments.of(
            new RuntimeException("task", new IOException("write: No space left on device")),
            4,
            "error: No space left on device: free some"),
        Arguments.of(
            new RuntimeException("task", new ConnectException("refused")), 4, "error: task: "),
        Arguments.of(
            new SparkException(
                """
                Job aborted: ResultStage 3 (collect) has failed the maximum allowable number of times: 4.
                Most recent failure reason:
                Stage failed because barrier task ResultTask(3, 1) finished unsuccessfully.
                java.lang.IllegalStateException: Rank 0 closed its connection
                \tat io.geolocsft.cluster.RankTask.call(RankTask.java:27)
                """),
            4,
            "number of times (java.lang.IllegalStateException: Rank 0 closed its connection): look"),
        Arguments.of(new OutOfMemoryError("Java heap space"), 4, "error: Out of memory"),
        Arguments.of(new IllegalStateException("odd"), 1, "error: This is a bug"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureHasItsExitCodeAndOneClearMessage(Throwable failure, int code, String message) {
    command.first.when(
        context -> {
          if (failure instanceof Error error) {
            throw error;
          }
          throw (Exception) failure;
        });
    assertThat(command.call("first")).isEqualTo(code);
    assertThat(command.err()).contains(message);
    assertThat(command.err().lines().count()).isLessThan(code == 1 ? 1000 : 4);
    assertThat(command.output().resolve(".lease")).doesNotExist();
  }

  @Test
  void aFullDiskIsSaidSoAndTheNextRunGoesOn() {
    System.setProperty("spark.hadoop.fs.full.impl", FullFileSystem.class.getName());
    System.setProperty("full", "true");
    try {
      String output = "full://" + command.output();
      assertThat(command.callInto(output, "first")).isEqualTo(ExitCode.ENVIRONMENT);
      assertThat(command.err()).contains("No space left on device: free some");
      System.setProperty("full", "false");
      assertThat(command.callInto(output, "first")).isZero();
    } finally {
      System.clearProperty("full");
      System.clearProperty("spark.hadoop.fs.full.impl");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run --conf CONF --set sft.rnk=8    | sft.rnk: unknown setting; did you mean sft.rank?",
        "run --conf CONF --set sft.rank=x   | sft.rank: \"x\" is not allowed; allowed: a whole number",
        "run --conf none.yaml               | There is no configuration file none.yaml",
        "run                                | Missing required option: '--conf=FILE'",
        "run --conf CONF --from fourth      | no stage 'fourth'; allowed: first, second, third",
        "run --conf CONF --only first --to second | --only cannot be used with --from or --to",
        "run --conf CONF --from third --to first | --from third comes after --to first",
        "run --conf CONF --fast             | Unknown option: '--fast'",
        "fourth --conf CONF                 | Unmatched arguments",
        "second --conf CONF --output NEW    | reads errors_first, which does not exist: run 'geolocsft run --to first' with the same --conf first",
        "first --conf CONF --output CONF    | is a file; give a folder",
        "first --conf CONF --output CONF/x  | lies below a file; give a folder",
        "first --conf CONF --output DONE --set run.name=other | belongs to the run 'words', not to 'other'",
        "first --conf CONF --output nowhere://x | nowhere",
      })
  void wrongUseEndsWithCodeTwo(String line, String message) throws IOException {
    Path done = Files.createDirectory(folder.resolve("done"));
    Files.writeString(done.resolve("run.json"), "{\"run\": \"words\"}");
    String[] arguments =
        line.replace("CONF", folder.resolve("words.yaml").toString())
            .replace("NEW", folder.resolve("new").toString())
            .replace("DONE", done.toString())
            .split(" ");
    assertThat(command.callWith(arguments)).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(command.err()).contains(message);
    assertThat(command.runs()).containsExactly(0, 0, 0);
  }

  @Test
  void helpShowsAnExampleForEverySubcommand() {
    for (String name : List.of("run", "first", "second", "third")) {
      assertThat(command.callWith(name, "--help")).isZero();
      assertThat(command.out())
          .contains("Example:", "geolocsft " + name + " --conf conf/quickstart.yaml")
          .contains("--set=PATH=VALUE", "--dry-run", "--force", "--output=DIR");
    }
    assertThat(command.callWith("--help")).isZero();
    assertThat(command.out()).contains("Exit codes:", "first", "Makes the first word.");
    assertThat(command.callWith("--version")).isZero();
    assertThat(command.out()).matches("geolocsft [0-9a-f]{8}\\s+");
  }

  @Test
  void twoRunsCannotWriteToOneFolder() {
    command.first.when(
        context -> {
          CommandFixture other = new CommandFixture(folder);
          assertThat(other.call("first")).isEqualTo(ExitCode.ENVIRONMENT);
          assertThat(other.err()).contains("is being written by process");
          assertThat(other.call("run", "--dry-run")).isZero();
        });
    assertThat(command.call("first")).isZero();
  }

  @Test
  void aStageThatForgetsAnOutputIsABug() {
    command.first.when(context -> context.tables().publishDirectory("x", path -> {}));
    assertThat(command.call("first")).isZero();
    command.second.when(
        context ->
            context
                .tables()
                .with(Lineage.none())
                .publish(
                    Tables.errorsOf("second"), context.tables().read(Tables.errorsOf("first"))));
    assertThat(command.call("second")).isEqualTo(ExitCode.BUG);
    assertThat(command.err()).contains("ended without publishing errors_second");
  }

  private List<String> words() {
    return TableStore.open(spark, command.output().toString())
        .read(Tables.errorsOf("third"))
        .select("message")
        .as(Encoders.STRING())
        .collectAsList();
  }

  private Map<String, String> manifests() {
    TableStore store = TableStore.open(spark, command.output().toString());
    return Map.of(
        "first", store.manifest("errors_first").orElseThrow().id(),
        "second", store.manifest("errors_second").orElseThrow().id(),
        "third", store.manifest("errors_third").orElseThrow().id());
  }
}
