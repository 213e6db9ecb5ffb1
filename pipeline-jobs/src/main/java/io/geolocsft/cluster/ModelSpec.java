package io.geolocsft.cluster;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import com.google.common.base.Throwables;
import com.google.common.hash.Hashing;
import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.generate.TokenAutomaton;
import io.geolocsft.image.preprocess.GemmaImageProcessor;
import io.geolocsft.image.preprocess.PanAndScan;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.prompt.GemmaTokenizer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Which model an executor is to load.
 *
 * @param folder of a Gemma 3, local to every executor
 * @param tuned folder of what {@code sft} or {@code grpo} made of it, on any Hadoop file system: an
 *     adapter, or a whole model; empty for the base model
 * @param adapted whether that is an adapter, so that the base model is loaded with it
 * @param revision changes when either folder's content does
 * @param dtype of the weights, {@code float32} or {@code bfloat16}
 * @param randomSeed of weights to begin with; {@link #LOADED} for those of the folder
 */
public record ModelSpec(
    String folder, String tuned, boolean adapted, String revision, String dtype, long randomSeed)
    implements Serializable {

  /** What a whole model has and an adapter has not. */
  private static final String WHOLE = "config.json";

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
        false,
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

  /**
   * The same model with what was tuned.
   *
   * @throws ConfigException if that is an adapter, and the weights are random
   * @throws UncheckedIOException if the folder cannot be listed
   */
  public ModelSpec with(HadoopFiles tunedFiles) {
    try {
      boolean isAdapter = !tunedFiles.list("").containsKey(WHOLE);
      if (randomSeed != LOADED && isAdapter) {
        throw new ConfigException(
            "model.weights: random cannot carry the adapter in %s, which was trained with other weights: set it to load"
                .formatted(tunedFiles.folder()));
      }
      return new ModelSpec(
          folder,
          tunedFiles.folder(),
          isAdapter,
          revision + "+" + tunedFiles.revision(),
          dtype,
          LOADED);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + tunedFiles.folder(), e);
    }
  }

  /** How the model's images are cropped where they are. */
  public PanAndScan panAndScan() throws IOException {
    return PanAndScan.load(Path.of(folder));
  }

  /**
   * A model with its tokenizer and image processor.
   *
   * @param base the model without its adapter; the same where there is none
   * @param forms automata of answers that were asked for, by what they are made from
   * @param rest to be closed with it
   */
  public record Loaded(
      GemmaModel model,
      GemmaModel base,
      GemmaTokenizer tokenizer,
      GemmaImageProcessor processor,
      Map<AnswerForm, TokenAutomaton> forms,
      AutoCloseable rest)
      implements AutoCloseable {

    private Loaded(
        GemmaModel model,
        GemmaModel base,
        GemmaTokenizer tokenizer,
        GemmaImageProcessor processor,
        AutoCloseable rest) {
      this(model, base, tokenizer, processor, new ConcurrentHashMap<>(), rest);
    }

    /** The form of a configuration's answers. */
    public TokenAutomaton form(ExampleSettings texts) {
      return forms.computeIfAbsent(
          new AnswerForm(texts.target(), texts.decimals()),
          form -> new TokenAutomaton(texts.template().grammar(), tokenizer));
    }

    /** Closes the model first, and all of them even if one cannot be. */
    @Override
    public void close() throws Exception {
      try (AutoCloseable last = tokenizer;
          AutoCloseable second = rest;
          AutoCloseable first = model) {
        forms.clear();
      }
    }
  }

  /** What an automaton depends on. */
  record AnswerForm(String target, int decimals) {}

  /**
   * Loads.
   *
   * @param hadoop how the tuned folder is reached
   */
  Loaded load(Device device, Configuration hadoop) throws IOException {
    if (tuned.isEmpty()) {
      return load(Path.of(folder), device);
    }
    try (LocalFolder local = LocalFolder.of(HadoopFiles.below(tuned, hadoop))) {
      return adapted
          ? adapted(load(Path.of(folder), device), local.path())
          : load(local.path(), device);
    }
  }

  /** A model seen through an adapter, which closes it with itself; closed if that fails. */
  static Loaded adapted(Loaded base, Path adapterFolder) throws IOException {
    try {
      LoraAdapter adapter = PeftFiles.load(adapterFolder, base.model());
      return new Loaded(
          base.model().with(adapter),
          base.model(),
          base.tokenizer(),
          base.processor(),
          () -> {
            try (AutoCloseable last = base.model();
                AutoCloseable first = adapter) {
              base.forms().clear();
            }
          });
    } catch (Throwable e) {
      throw afterClosing(base, e);
    }
  }

  /** The small files first: what is wrong with them is told before any memory is taken. */
  private Loaded load(Path home, Device device) throws IOException {
    DataType type = DataType.valueOf(dtype.toUpperCase(Locale.ROOT));
    GemmaTokenizer tokenizer = GemmaTokenizer.load(home);
    try {
      GemmaImageProcessor processor = GemmaImageProcessor.load(home);
      GemmaModel model =
          randomSeed == LOADED ? GemmaModel.load(home, device, type) : random(device);
      return new Loaded(model, model, tokenizer, processor, () -> {});
    } catch (Throwable e) {
      throw afterClosing(tokenizer, e);
    }
  }

  /** What was thrown, once what was loaded before it is let go. */
  private static IOException afterClosing(AutoCloseable loaded, Throwable thrown)
      throws IOException {
    try {
      loaded.close();
    } catch (Exception e) {
      thrown.addSuppressed(e);
    }
    Throwables.throwIfInstanceOf(thrown, IOException.class);
    Throwables.throwIfUnchecked(thrown);
    return new IOException(thrown);
  }

  private GemmaModel random(Device device) throws IOException {
    GemmaConfig config = GemmaConfig.read(Path.of(folder));
    return GemmaModel.of(config, GemmaWeights.random(config, device, randomSeed));
  }
}
