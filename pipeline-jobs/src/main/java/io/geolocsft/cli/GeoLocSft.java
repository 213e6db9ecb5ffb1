package io.geolocsft.cli;

import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.console.StandardStreams;
import io.geolocsft.cli.doctor.DoctorCommand;
import io.geolocsft.cli.export.ExportCommand;
import io.geolocsft.cli.failure.Failure;
import io.geolocsft.cli.history.HistoryCommand;
import io.geolocsft.cli.init.InitCommand;
import io.geolocsft.cli.judge.JudgeCommand;
import io.geolocsft.cli.locate.LocateCommand;
import io.geolocsft.cli.pipeline.CodeVersion;
import io.geolocsft.cli.pipeline.StageEntry;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.cli.show.ShowCommand;
import io.geolocsft.failure.ExitCode;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The main class. */
@Command(
    name = "geolocsft",
    mixinStandardHelpOptions = true,
    versionProvider = CodeVersion.class,
    subcommandsRepeatable = false,
    sortOptions = false,
    description = {
      "Fine-tunes Gemma 3 to tell where a photograph was taken, and measures how well it does.",
      "Every stage reads and writes Parquet tables below the output folder."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a bug in this program",
      "2:wrong configuration or usage",
      "3:wrong input data",
      "4:disk, network or cluster failed; trying again may help",
      "130:interrupted by Ctrl-C (143 by SIGTERM)"
    },
    footer = {"", "Example:", "  geolocsft run --conf conf/quickstart.yaml"})
public final class GeoLocSft {

  private GeoLocSft() {}

  /** Runs one subcommand and ends the process with its exit code. */
  public static void main(String[] arguments) {
    // Spark and Hadoop format numbers in the default locale, even in names of files.
    Locale.setDefault(Locale.ROOT);
    StandardStreams streams = StandardStreams.take(Console.charset());
    Console console = Console.system();
    CommandLine main = commandLine(StageList.standard(), console);
    Interruption interruption = Interruption.await(streams, () -> lastWords(main, console));
    int code = interruption.exitCode(main.execute(arguments));
    // YARN calls a driver in its cluster failed that exits by itself, even by 0.
    if (code != ExitCode.DONE || !"cluster".equals(System.getProperty("spark.submit.deployMode"))) {
      System.exit(code);
    }
  }

  /** What an interrupted command ends with; a terminal may be in the middle of a line. */
  private static String lastWords(CommandLine main, Console console) {
    ParseResult parsed = main.getParseResult();
    boolean runsStages =
        parsed != null
            && parsed.hasSubcommand()
            && (parsed.subcommand().commandSpec().userObject() instanceof RunCommand
                || parsed.subcommand().commandSpec().userObject() instanceof StageCommand);
    return (console.isTerminal() ? System.lineSeparator() : "")
        + (runsStages
            ? "interrupted: the same command continues where this one stopped"
            : "interrupted");
  }

  /** The commands over some stages. */
  public static CommandLine commandLine(StageList stages, Console console) {
    CommandLine main = new CommandLine(new GeoLocSft());
    for (StageEntry entry : stages.entries()) {
      if (!entry.name().equals(LocateCommand.NAME)) {
        CommandLine command = new CommandLine(new StageCommand(stages, entry, console));
        entry.describe(command.getCommandSpec().usageMessage());
        main.addSubcommand(entry.name(), command);
      }
    }
    main.addSubcommand(new RunCommand(stages, console));
    main.addSubcommand(
        new LocateCommand(
            request ->
                new Invocation(stages, request, console)
                    .execute(List.of(stages.named(LocateCommand.NAME).orElseThrow())),
            console));
    main.addSubcommand(new InitCommand(console));
    main.addSubcommand(new DoctorCommand(stages, console));
    main.addSubcommand(new JudgeCommand(console));
    main.addSubcommand(new SqlCommand(console));
    main.addSubcommand(new ShowCommand(console));
    main.addSubcommand(new ExportCommand(console));
    main.addSubcommand(new HistoryCommand(console));
    main.addSubcommand(new LeakageCommand(console));
    main.addSubcommand(new ParityCommand(console));
    main.addSubcommand(new MergeCommand(console));
    main.addSubcommand(new GpuCheckCommand(console));
    main.setCaseInsensitiveEnumValuesAllowed(true);
    main.setOut(console.out()).setErr(console.err());
    main.setExecutionStrategy(parsed -> execute(parsed, console));
    main.setExecutionExceptionHandler((failure, command, parsed) -> Failure.tell(failure, console));
    return main;
  }

  /** The exit code, of errors of the virtual machine too, which picocli lets through. */
  private static int execute(ParseResult parsed, Console console) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (Error error) {
      return Failure.tell(error, console);
    }
  }
}
