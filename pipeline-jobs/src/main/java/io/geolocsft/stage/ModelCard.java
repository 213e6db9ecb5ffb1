package io.geolocsft.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.config.GrpoSettings;
import io.geolocsft.config.InferSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.config.SftSettings;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.Slice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The card of a trained model, {@code README.md} in its folder: front matter and sections as PEFT
 * writes them and Hugging Face shows them (hf.co/docs/hub/model-cards).
 *
 * @param config of the run
 * @param model {@code tuned}, or {@code rewarded} after training by rewards
 * @param figures of its answers, by the convention that the settings spell out; none before they
 *     are measured
 */
public record ModelCard(PipelineConfig config, String model, List<Figure> figures) {

  /** The file's name. */
  public static final String FILE = "README.md";

  private static final List<String> MODELS =
      List.of(InferSettings.BASE, InferSettings.TUNED, InferSettings.REWARDED);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a tuned model that has not been measured yet. */
  public static ModelCard tuned(PipelineConfig config) {
    return new ModelCard(config, InferSettings.TUNED, List.of());
  }

  /** The same after training by rewards. */
  public static ModelCard rewarded(PipelineConfig config) {
    return new ModelCard(config, InferSettings.REWARDED, List.of());
  }

  /** The same model, measured. */
  public ModelCard with(List<Figure> measured) {
    return new ModelCard(config, model, measured);
  }

  private boolean isRewarded() {
    return model.equals(InferSettings.REWARDED);
  }

  /** A figure that the card shows. */
  private record Line(
      String name, String metric, OptionalDouble thresholdKm, double factor, String format) {

    boolean shows(Figure figure) {
      return figure.metric().equals(metric) && figure.thresholdKm().equals(thresholdKm);
    }

    String cell(Figure figure) {
      String value = text(figure.value());
      return figure.interval().isKnown()
          ? "%s (%s to %s)"
              .formatted(value, text(figure.interval().low()), text(figure.interval().high()))
          : value;
    }

    private String text(double value) {
      return String.format(Locale.ROOT, format, value * factor);
    }
  }

  /** The whole card. */
  public String text() {
    return Stream.of(frontMatter(), about(), training(), results(), use())
        .filter(section -> !section.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  private boolean isAdapter() {
    return config.sft().adapter().equals("lora");
  }

  private String base() {
    return String.valueOf(Path.of(config.model().path()).getFileName());
  }

  private String frontMatter() {
    return """
        ---
        base_model: %s
        library_name: %s
        pipeline_tag: image-text-to-text
        tags:
        - %s
        - %s
        - geolocation
        ---
        """
        .formatted(
            quoted(base()),
            isAdapter() ? "peft" : "transformers",
            quoted("base_model:" + (isAdapter() ? "adapter:" : "finetune:") + base()),
            isAdapter() ? "lora" : "gemma3");
  }

  /** A string of JSON is one of YAML, too. */
  private static String quoted(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String code(String text) {
    return "`" + text.replaceAll("[`|\\s]+", " ") + "`";
  }

  private String about() {
    return String.format(
        Locale.ROOT,
        """
        # %s

        %s of %s that answers where on Earth a photograph was taken, fine-tuned by GeoLocSFT on Spark on %,d geotagged images%s.
        """,
        code(config.run().name()),
        isAdapter() ? "A LoRA adapter" : "A version",
        code(base()),
        config.select().count(),
        isRewarded() ? " and trained on by what its own answers about them are worth (GRPO)" : "");
  }

  private String training() {
    SettingValues all = SettingValues.of(config);
    SettingValues procedure =
        all.only("sft", "model.dtype", "run.seed")
            .without(SftSettings.carryingOut().map("sft."::concat).toArray(String[]::new));
    if (isRewarded()) {
      procedure =
          procedure.and(
              all.only("grpo")
                  .without(
                      GrpoSettings.carryingOut(config.grpo().objective())
                          .map("grpo."::concat)
                          .toArray(String[]::new)));
    }
    return """
        ## Training data

        %s
        ## Training procedure

        %s"""
        .formatted(table(all.only("select", "caption.source", "examples")), table(procedure));
  }

  private static String table(SettingValues settings) {
    StringBuilder table = new StringBuilder("| setting | value |\n|---|---|\n");
    settings
        .values()
        .forEach((name, value) -> table.append("| %s | %s |\n".formatted(code(name), code(value))));
    return table.toString();
  }

  private String results() {
    if (figures.isEmpty()) {
      return "";
    }
    String benchmarks =
        figures.stream()
            .map(Figure::benchmark)
            .distinct()
            .map(this::results)
            .collect(Collectors.joining("\n"));
    return String.format(
        Locale.ROOT,
        """
        ## Evaluation

        By the convention %s, with bootstrap intervals of %s %%.

        %s""",
        code(config.evaluate().convention().name()),
        plain(100 * config.evaluate().confidence()),
        benchmarks);
  }

  private String results(String benchmark) {
    List<String> models = MODELS.stream().filter(this::isMeasured).toList();
    StringBuilder table =
        new StringBuilder(
            "### %s\n\n| | %s |\n|---|%s\n"
                .formatted(benchmark, String.join(" | ", models), "---|".repeat(models.size())));
    for (Line line : lines()) {
      String cells =
          models.stream()
              .map(model -> cell(line, benchmark, model))
              .collect(Collectors.joining(" | "));
      table.append("| %s | %s |\n".formatted(line.name(), cells));
    }
    return table.toString();
  }

  private boolean isMeasured(String name) {
    return figures.stream().anyMatch(figure -> figure.model().equals(name));
  }

  private List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    for (double km : config.evaluate().convention().thresholdsKm()) {
      String name = "within %s km".formatted(plain(km));
      lines.add(new Line(name, "accuracy", OptionalDouble.of(km), 100, "%.1f %%"));
    }
    lines.add(new Line("median error, km", "median_error_km", OptionalDouble.empty(), 1, "%.0f"));
    lines.add(new Line("mean error, km", "mean_error_km", OptionalDouble.empty(), 1, "%.0f"));
    lines.add(new Line("mean GeoScore", "mean_geoscore", OptionalDouble.empty(), 1, "%.0f"));
    return lines;
  }

  private String cell(Line line, String benchmark, String model) {
    return figures.stream()
        .filter(figure -> figure.benchmark().equals(benchmark) && figure.model().equals(model))
        .filter(figure -> figure.slice().equals(Slice.ALL) && line.shows(figure))
        .map(line::cell)
        .findFirst()
        .orElse("");
  }

  private static String plain(double number) {
    return Double.toString(number).replaceFirst("\\.0$", "");
  }

  private String use() {
    String load =
        isAdapter()
            ? """
            from peft import PeftModel
            from transformers import AutoModelForImageTextToText

            model = PeftModel.from_pretrained(AutoModelForImageTextToText.from_pretrained(BASE), %s)"""
            : """
            from transformers import AutoModelForImageTextToText

            model = AutoModelForImageTextToText.from_pretrained(%s)""";
    return """
        ## Use

        ```python
        %s
        ```

        The question that it was trained to answer is in `geolocsft.json`. `run/geolocsft locate` asks it and reads the answers.

        ## Limits

        An answer is a guess, and may be thousands of kilometres off; where images of training were few it is worse. Do not use it to find people who do not want to be found.

        ## Licence

        It is derived from its base model and subject to that model's licence (of Google's Gemma 3: the Gemma Terms of Use), and to the licences of the images that it was trained on.
        """
        .formatted(load.formatted(model.toUpperCase(Locale.ROOT)));
  }
}
