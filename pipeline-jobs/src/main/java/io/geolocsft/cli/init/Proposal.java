package io.geolocsft.cli.init;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.geolocsft.config.SftSettings;
import io.geolocsft.config.TableColumn;
import io.geolocsft.geo.CellSystem;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A first configuration, each of its values with the reason.
 *
 * @param name of the run
 * @param output folder of the run, if nothing else is said
 * @param images folder of the images
 * @param table of their coordinates, if there is one
 * @param model folder of the model
 */
record Proposal(
    String name, String output, String images, Optional<TableSearch.Found> table, String model) {

  private static final CellSystem S2 = CellSystem.of("s2");

  /** As GeoLocSFT takes (arXiv 2506.01277). */
  private static final int PAIRS = 2700;

  /** Images to evaluate on, at most: intervals of about two points. */
  private static final int HELD_OUT = 2000;

  /** Images of a cell that a look at one needs, on average. */
  private static final int CELL_IMAGES = 20;

  private static final int FINEST = 10;
  private static final int COARSEST = 2;

  /** Leaves that a selection is to be spread over, at least. */
  private static final int LEAVES = 200;

  private static final int MOST_IMAGES = 2000;

  /** Side of an S2 cell of level 0, about, in km. */
  private static final double LEVEL_0_KM = 9200;

  /** What says where the images are, without the rest. */
  String inputs() {
    StringBuilder yaml = new StringBuilder();
    yaml.append("run:\n  name: ").append(name).append("\n\ningest:\n");
    yaml.append("  images: ").append(quoted(images)).append("\n");
    table.ifPresent(found -> addTable(yaml, found));
    return yaml.append("\nmodel:\n  path: ").append(quoted(model)).append("\n").toString();
  }

  private static void addTable(StringBuilder yaml, TableSearch.Found found) {
    yaml.append("  table: ").append(quoted(found.location())).append("\n  columns:\n");
    for (Map.Entry<TableColumn, String> column : found.columns().names().entrySet()) {
      yaml.append("    ")
          .append(column.getKey().key())
          .append(": ")
          .append(quoted(column.getValue()))
          .append("\n");
    }
  }

  /**
   * The whole file.
   *
   * @param sft how it is trained if nothing else is said
   */
  String yaml(Catalogue catalogue, SftSettings sft) {
    long images = Math.max(table.isEmpty() ? catalogue.rows() : catalogue.placed(), 1);
    long count = Math.max(1, Math.min(PAIRS, images / 3));
    long most = Math.max(10, Math.min(MOST_IMAGES, images / LEAVES));
    int level = level(catalogue);
    return """
        # Written by 'geolocsft init'. Other settings have their defaults: conf/SETTINGS.md has all of them.
        #
        # %s
        #
        # Next: run/geolocsft doctor --conf FILE, then run/geolocsft run --conf FILE

        """
            .formatted(found(catalogue))
        + inputs()
        + "  device: auto            # a GPU where Spark gives one to a task, else the CPU\n\n"
        + String.format(
            Locale.ROOT,
            """
            bin:
              level: %d                # cells of about %,.0f km; %s
              min_level: %d
              max_level: %d
              min_images: %-5d        # a leaf with fewer images is dropped
              max_images: %-5d        # one with more is split: %,d images make about %d leaves or more

            select:
              count: %-5d             # %s
            %s
            %s# Images to evaluate on, which are never trained on: these are what 'geolocsft holdout' takes out of
            # the images, once the stage bin has run. Then take the # away from the two lines below.
            holdout:
              count: %-5d             # a tenth of the images, %,d at most
              max_density: 1000000     # wherever they lie; 10 people per square km: in sparsely populated places

            # benchmarks:
            #   - {name: holdout, images: %s, table: %s, columns: {id: image_id}}
            """,
            level,
            LEVEL_0_KM / (1 << level),
            spread(catalogue, level),
            Math.min(COARSEST, level),
            level + 3,
            Math.max(1, most / CELL_IMAGES),
            most,
            images,
            Math.max(1, images / most),
            count,
            count == PAIRS
                ? "as GeoLocSFT's paper; more need more time, not more memory"
                : "a third of the images: with all of them there would be nothing to choose",
            rules(catalogue),
            warmUp(count, sft),
            Math.max(1, Math.min(HELD_OUT, images / 10)),
            HELD_OUT,
            quoted(output + "/tables/holdout"),
            quoted(output + "/tables/holdout"));
  }

  private static String spread(Catalogue catalogue, int level) {
    if (catalogue.places().isEmpty()) {
      return "how many images lie in one is not known before EXIF is read";
    }
    long cells = catalogue.cells(S2, level);
    return String.format(
        Locale.ROOT,
        "%d of them hold %d images each on average",
        cells,
        catalogue.places().size() / cells);
  }

  private String found(Catalogue catalogue) {
    return table.isEmpty()
        ? String.format(
            Locale.ROOT,
            "%,d files, and no table with coordinates beside them: they are read from EXIF.",
            catalogue.rows())
        : String.format(
            Locale.ROOT,
            "%,d rows in the table, %,d of them with coordinates on Earth; %,d sequences, %,d authors.",
            catalogue.rows(),
            catalogue.placed(),
            catalogue.sequences(),
            catalogue.authors());
  }

  /** The finest one whose cells hold enough images. */
  private static int level(Catalogue catalogue) {
    int level = FINEST;
    while (level > COARSEST
        && catalogue.places().size() < CELL_IMAGES * catalogue.cells(S2, level)) {
      level--;
    }
    return level;
  }

  private static String rules(Catalogue catalogue) {
    StringBuilder rules = new StringBuilder();
    if (catalogue.sequences() > 1) {
      rules.append("    max_per_sequence: 1    # a drive past one place is one place\n");
    }
    if (catalogue.authors() > 1) {
      rules.append("    max_per_author: 50     # nobody's habits decide\n");
    }
    return rules.isEmpty() ? "" : "  rules:\n" + rules;
  }

  /** Where the default would take much of the training, or all of it. */
  private static String warmUp(long count, SftSettings sft) {
    long steps = sft.steps(count);
    return steps / 10 >= sft.warmupSteps()
        ? ""
        : String.format(
            Locale.ROOT,
            """
            sft:
              warmup_steps: %-5d      # a tenth of the %d steps; %d, the default, are for some hundreds

            """,
            Math.max(1, steps / 10),
            steps,
            sft.warmupSteps());
  }

  /** As YAML reads it back, whatever is in it. */
  private static String quoted(String text) {
    return text.matches("[A-Za-z/][A-Za-z0-9/_.-]*")
        ? text
        : "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }
}
