package io.geolocsft.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the images of the quickstart. */
@Command(
    name = "quickstart-data",
    mixinStandardHelpOptions = true,
    version = "quickstart-data, images of version " + QuickstartData.VERSION,
    sortOptions = false,
    description = {
      "Writes folders of geotagged images, each with a catalogue.csv: tiles of NASA's Blue Marble.",
      "The same options give the same bytes. Folders that are complete stay as they are.",
      "What is wrong with some images of the catalogue is printed.",
      "Example: quickstart-data out/quickstart/input --part pipeline"
    })
public final class QuickstartData implements Callable<Integer> {

  /** To be raised when the same options give other images than before. */
  static final int VERSION = 1;

  private static final int TILE_SIZE = 64;
  private static final double TILE_DEGREES = 10;

  /** Which folders are written. */
  enum Part {
    /** Both of the others. */
    ALL,
    /** The catalogue and the two benchmarks. */
    PIPELINE,
    /** The training images of the small base model. */
    BASE
  }

  @Spec private CommandSpec command;

  @Parameters(paramLabel = "OUT_DIR", description = "where the folders are written")
  private Path output;

  @Option(
      names = "--part",
      defaultValue = "all",
      description = "all, pipeline or base (${DEFAULT-VALUE})")
  private Part part;

  @Option(
      names = "--catalogue",
      defaultValue = "22000",
      description = "images in the catalogue (${DEFAULT-VALUE})")
  private int catalogue;

  @Option(
      names = "--benchmark",
      defaultValue = "1000",
      description = "images in each benchmark (${DEFAULT-VALUE})")
  private int benchmark;

  @Option(
      names = "--base",
      defaultValue = "40000",
      description = "images for the base model (${DEFAULT-VALUE})")
  private int base;

  @Option(
      names = "--seed",
      defaultValue = "7",
      description = "of all random draws (${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--picture",
      defaultValue = "run/data/blue-marble/bmng.jpg",
      description = "the Earth in plate carrée projection (${DEFAULT-VALUE})")
  private Path picture;

  /** Runs it and ends the process: 0 done, 2 usage, 4 a file could not be read or written. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new QuickstartData()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() {
    checkCounts();
    try {
      write();
      return 0;
    } catch (IOException e) {
      System.err.printf("Could not make the quickstart's images: %s%n", e);
      return 4;
    }
  }

  private void checkCounts() {
    if (catalogue < 1 || benchmark < 1 || base < 1) {
      throw new ParameterException(
          command.commandLine(), "--catalogue, --benchmark and --base must be at least 1");
    }
  }

  private void write() throws IOException {
    Files.createDirectories(output);
    if (part != Part.BASE) {
      writeOnce(
          "pipeline",
          String.format(
              Locale.ROOT, "catalogue=%d benchmark=%d base=%d", catalogue, benchmark, base),
          Map.of(
              "catalogue", plan -> plan.catalogue(catalogue),
              "photos", plan -> plan.photos(benchmark),
              "sparse", plan -> plan.sparse(benchmark)));
    }
    if (part != Part.PIPELINE) {
      writeOnce("base", "base=" + base, Map.of("base", Plan::base));
    }
  }

  private void writeOnce(
      String name, String counts, Map<String, Function<Plan, List<Photograph>>> folders)
      throws IOException {
    Stamp stamp = stamp(name, folders.keySet().stream().map(output::resolve).toList(), counts);
    if (stamp.isCurrent()) {
      System.out.printf("%s: %s complete already%n", output, new TreeSet<>(folders.keySet()));
      return;
    }
    stamp.clear();
    BlueMarble earth = BlueMarble.read(picture);
    DownwardCamera camera = new DownwardCamera(earth, TILE_SIZE, TILE_DEGREES);
    Plan plan = new Plan(new Draws(seed), new Land(earth), base);
    for (String folder : new TreeSet<>(folders.keySet())) {
      List<Photograph> photographs = folders.get(folder).apply(plan);
      new ImageFolder(output.resolve(folder), camera).write(photographs);
      System.out.printf("%s: %s%n", output.resolve(folder), summary(photographs));
    }
    stamp.set();
  }

  private static String summary(List<Photograph> photographs) {
    Map<Flaw, Long> counts =
        photographs.stream()
            .collect(
                Collectors.groupingBy(
                    photograph -> photograph.view().flaw(), TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(
            entry ->
                String.format(Locale.ROOT, "%d %s", entry.getValue(), entry.getKey().description()))
        .collect(Collectors.joining(", ", photographs.size() + " images: ", ""));
  }

  private Stamp stamp(String name, List<Path> folders, String counts) throws IOException {
    String parameters =
        String.format(
            Locale.ROOT,
            "version=%d seed=%d picture=%s,%d %s%n",
            VERSION,
            seed,
            picture.getFileName(),
            Files.size(picture),
            counts);
    return new Stamp(output.resolve(name + ".stamp"), folders, parameters);
  }
}
