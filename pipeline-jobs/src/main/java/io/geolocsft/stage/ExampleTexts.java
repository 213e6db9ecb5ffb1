package io.geolocsft.stage;

import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.DataException;
import io.geolocsft.image.preprocess.PanAndScan;
import io.geolocsft.prompt.GemmaTokenizer;
import io.geolocsft.prompt.PromptEncoder;
import io.geolocsft.prompt.PromptLayout;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes tokens of training texts, in a task.
 *
 * @param modelFolder holds {@code tokenizer.json}; every executor sees it
 * @param imageTokens soft tokens of an image
 * @param panAndScan how oblong images are cropped; null where all are shown whole alone
 */
public record ExampleTexts(
    String modelFolder, int imageTokens, PanAndScan panAndScan, ExampleSettings settings)
    implements Serializable {

  /**
   * Reads the model's files here first, where a problem has a name.
   *
   * @throws DataException if one cannot be used
   */
  public static ExampleTexts of(PipelineConfig config) {
    Path folder = Path.of(config.model().path());
    ExampleSettings settings = config.examples();
    try (GemmaTokenizer tokenizer = GemmaTokenizer.load(folder)) {
      int imageTokens = ModelFolder.config(folder).vision().orElseThrow().tokensPerImage();
      PanAndScan panAndScan = settings.panAndScan() ? PanAndScan.load(folder) : null;
      return new ExampleTexts(folder.toString(), imageTokens, panAndScan, settings);
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  /** With the tokenizer loaded. It is to be closed. */
  public Opened open() throws IOException {
    return new Opened(GemmaTokenizer.load(Path.of(modelFolder)));
  }

  /** Safe to use from several threads. */
  public final class Opened implements AutoCloseable {
    private final GemmaTokenizer tokenizer;
    private final PromptEncoder encoder;
    private final Map<Integer, int[]> prompts = new ConcurrentHashMap<>();

    private Opened(GemmaTokenizer tokenizer) {
      this.tokenizer = tokenizer;
      encoder = new PromptEncoder(tokenizer, imageTokens, PromptLayout.of(settings.layout()));
    }

    /** How often the prompt shows an image of that size. */
    public int views(int width, int height) {
      return panAndScan == null ? 1 : 1 + panAndScan.crops(width, height);
    }

    /** Tokens of the prompt and of an image that it shows so often. */
    public int[] prompt(int views) {
      return prompts.computeIfAbsent(views, count -> encoder.prompt(settings.prompt(), count));
    }

    /** Tokens of what the model is to answer, with their end. */
    public int[] target(String text) {
      return encoder.target(text);
    }

    @Override
    public void close() {
      tokenizer.close();
    }
  }
}
