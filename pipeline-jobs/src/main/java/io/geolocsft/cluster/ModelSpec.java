package io.geolocsft.cluster;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import com.google.common.hash.Hashing;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.gemma.GemmaConfig;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.generate.TokenAutomaton;
import io.geolocsft.image.GemmaImageProcessor;
import io.geolocsft.image.PanAndScan;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.prompt.GemmaTokenizer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Which model an executor is to load, from folders that it sees.
 *
 * @param folder of a Gemma 3
 * @param tuned folder of what {@code sft} made of it: an adapter, or a whole model; empty for the
 *     base model
 * @param revision changes when either folder's content does
 * @param dtype of the weights, {@code float32} or {@code bfloat16}
 * @param randomSeed of weights to begin with; {@link #LOADED} for those of the folder
 */
public record ModelSpec(String folder, String tuned, String revision, String dtype, long randomSeed)
    implements Serializable {

  /** What a model's folder holds beside its weights. */
  public static final List<String> FILES =
      List.of("config.json", "tokenizer.json", "preprocessor_config.json");

  /** The weights are those of the folder. */
  public static final long LOADED = -1;

  /**
   * The base model of a configuration.
   *
   * @throws UncheckedIOException if the folder cannot be listed
   */
  public static ModelSpec base(ModelSettings settings, long seed) {
    boolean random = settings.weights().equals("random");
    return new ModelSpec(
        settings.path(),
        "",
        revision(Path.of(settings.path())),
        settings.dtype(),
        random ? Math.abs(seed) : LOADED);
  }

  /** Names, sizes and times of the folder's files. */
  private static String revision(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      StringBuilder listing = new StringBuilder();
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        listing.append(file.getFileName()).append(' ').append(Files.size(file)).append(' ');
        listing.append(Files.getLastModifiedTime(file).toMillis()).append('\n');
      }
      return Hashing.sha256().hashString(listing, StandardCharsets.UTF_8).toString();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the model folder " + folder, e);
    }
  }

  /** The same model with what was tuned. */
  public ModelSpec with(Path tunedFolder) {
    return new ModelSpec(
        folder, tunedFolder.toString(), revision + "+" + revision(tunedFolder), dtype, LOADED);
  }

  /** How the model's images are cropped where they are. */
  PanAndScan panAndScan() throws IOException {
    return PanAndScan.load(Path.of(folder, "preprocessor_config.json"));
  }

  /**
   * A model with its tokenizer and image processor.
   *
   * @param forms automata of answers that were asked for, by what they are made from
   * @param rest to be closed with it
   */
  record Loaded(
      GemmaModel model,
      GemmaTokenizer tokenizer,
      GemmaImageProcessor processor,
      Map<AnswerForm, TokenAutomaton> forms,
      AutoCloseable rest)
      implements AutoCloseable {

    private Loaded(
        GemmaModel model,
        GemmaTokenizer tokenizer,
        GemmaImageProcessor processor,
        AutoCloseable rest) {
      this(model, tokenizer, processor, new ConcurrentHashMap<>(), rest);
    }

    /** The form of a configuration's answers. */
    TokenAutomaton form(ExampleSettings texts) {
      return forms.computeIfAbsent(
          new AnswerForm(texts.target(), texts.decimals()),
          form -> new TokenAutomaton(texts.template().grammar(), tokenizer));
    }

    @Override
    public void close() throws Exception {
      model.close();
      rest.close();
      tokenizer.close();
    }
  }

  /** What an automaton depends on. */
  record AnswerForm(String target, int decimals) {}

  Loaded load(Device device) throws IOException {
    Path home = Path.of(folder);
    DataType type = DataType.valueOf(dtype.toUpperCase(Locale.ROOT));
    boolean whole = !tuned.isEmpty() && Files.exists(Path.of(tuned, "config.json"));
    Path weights = whole ? Path.of(tuned) : home;
    GemmaTokenizer tokenizer = GemmaTokenizer.load(weights);
    GemmaImageProcessor processor =
        GemmaImageProcessor.load(weights.resolve("preprocessor_config.json"));
    GemmaModel model =
        randomSeed == LOADED || whole ? GemmaModel.load(weights, device, type) : random(device);
    if (whole || tuned.isEmpty()) {
      return new Loaded(model, tokenizer, processor, () -> {});
    }
    LoraAdapter adapter = PeftFiles.load(Path.of(tuned), model);
    return new Loaded(
        model.with(adapter),
        tokenizer,
        processor,
        () -> {
          adapter.close();
          model.close();
        });
  }

  private GemmaModel random(Device device) throws IOException {
    GemmaConfig config = GemmaConfig.read(Path.of(folder));
    return GemmaModel.of(config, GemmaWeights.random(config, device, randomSeed));
  }
}
