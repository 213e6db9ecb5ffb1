package io.geolocsft.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the images of the quickstart. */
@Command(
    name = "quickstart-data",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes folders of geotagged images, each with a catalogue.csv: tiles of NASA's Blue Marble.",
      "The same options give the same bytes. Folders that are complete stay as they are.",
      "Example: quickstart-data out/quickstart/input --part pipeline"
    })
public final class QuickstartData implements Callable<Integer> {

  /** To be raised when the same options give other images than before. */
  private static final int VERSION = 1;

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

  @Parameters(paramLabel = "OUT_DIR", description = "where the folders are written")
  private Path output;

  @Option(
      names = "--part",
      defaultValue = "all",
      description = "all, pipeline or base (${DEFAULT-VALUE})")
  private Part part;

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
    System.exit(
        new CommandLine(new QuickstartData())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public Integer call() {
    try {
      write();
      return 0;
    } catch (IOException e) {
      System.err.printf("Could not make the quickstart's images: %s%n", e);
      return 4;
    }
  }

  private void write() throws IOException {
    Files.createDirectories(output);
    if (part != Part.PIPELINE) {
      writeBase();
    }
  }

  private void writeBase() throws IOException {
    Path folder = output.resolve("base");
    Stamp stamp = stamp("base", List.of(folder), "base=" + base);
    if (stamp.isCurrent()) {
      System.out.printf("%s is complete already%n", folder);
      return;
    }
    stamp.clear();
    BlueMarble earth = BlueMarble.read(picture);
    List<Photograph> photographs = new BaseViews(new Draws(seed), new Land(earth)).draw(base);
    new ImageFolder(folder, camera(earth)).write(photographs);
    System.out.printf("%s: %d images for the base model%n", folder, photographs.size());
    stamp.set();
  }

  private static DownwardCamera camera(BlueMarble earth) {
    return new DownwardCamera(earth, TILE_SIZE, TILE_DEGREES);
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
