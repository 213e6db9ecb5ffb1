package io.geolocsft.cluster.answering;

import ai.djl.engine.EngineException;
import io.geolocsft.config.InferSettings;
import io.geolocsft.failure.ConfigException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many images a device takes at once: as the settings say, and less where memory runs out. */
final class BatchLimit {

  private static final Logger LOG = LoggerFactory.getLogger(BatchLimit.class);

  private final long tokens;
  private final int answerTokens;
  private int images = Integer.MAX_VALUE;

  /**
   * @param tokens at most at once, of prompts and answers; 0 for any number
   * @param answerTokens of all candidates of one image, at most
   */
  BatchLimit(long tokens, int answerTokens) {
    this.tokens = tokens;
    this.answerTokens = answerTokens;
  }

  static BatchLimit of(InferSettings settings) {
    return new BatchLimit(settings.batchTokens(), settings.candidates() * settings.maxNewTokens());
  }

  /**
   * How many of the first images go together, at least one.
   *
   * @param promptTokens of each image, one at least
   */
  int first(int[] promptTokens) {
    long sum = 0;
    int count = 0;
    while (count < Math.min(images, promptTokens.length)) {
      sum += promptTokens[count] + answerTokens;
      if (count > 0 && tokens > 0 && sum > tokens) {
        break;
      }
      count++;
    }
    return count;
  }

  /**
   * Takes half as many from here on.
   *
   * @param tried how many were too many
   * @throws ConfigException if that was one
   */
  void lower(int tried, EngineException cause) {
    if (tried == 1) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "There is not enough memory to answer for a single image (%s). Lower infer.candidates"
                  + " or infer.max_new_tokens, or set model.dtype: bfloat16",
              cause.getMessage()));
    }
    images = tried / 2;
    LOG.warn("Memory ran out, so {} images are answered at once from here on", images);
  }
}
