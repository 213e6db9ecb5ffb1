package io.geolocsft.config;

import io.geolocsft.aggregate.Aggregation;
import io.geolocsft.config.binding.AtLeastOne;
import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.OneOf;
import io.geolocsft.config.binding.Range;
import io.geolocsft.config.endpoint.EndpointSection;
import io.geolocsft.generate.Sampling;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Answers for every benchmark image.
 *
 * @param candidates answers for one image; the first is greedy, the others are sampled
 * @param temperature of the sampled answers; 0 for greedy ones, of which there is but one
 * @param topK words to sample from; 0 for all
 * @param topP probability mass to sample from
 * @param batchSize images at once in one executor
 * @param batchTokens tokens at once, of prompts and of answers at their longest, so that images
 *     with many crops do not fill the memory; 0 for any number
 * @param maxNewTokens where an answer is cut off
 * @param constrained whether an answer is held to the form of {@code examples.target} with
 *     coordinates on Earth; a model may say anything otherwise
 * @param aggregation how an image's candidates become one point, see {@link Aggregation#of}
 * @param models which models answer
 * @param endpoint the server that answers where it is among the models
 */
public record InferSettings(
    @Default("1") @Range(min = 1, max = 256) int candidates,
    @Default("1.0") @Range(min = 0, max = 10) double temperature,
    @Default("0") @Range(min = 0) int topK,
    @Default("1.0") @Range(above = 0, max = 1) double topP,
    @Default("8") @Range(min = 1, max = 4096) int batchSize,
    @Default("0") @Range(min = 0, max = 1_000_000_000) int batchTokens,
    @Default("256") @Range(min = 1, max = 8192) int maxNewTokens,
    @Default("true") boolean constrained,
    @Default("first") String aggregation,
    @Default("[base, tuned]") @OneOf({BASE, TUNED, REWARDED, ENDPOINT}) @AtLeastOne
        List<String> models,
    EndpointSection endpoint)
    implements Serializable, Consistent {

  /** The model as it is given. */
  public static final String BASE = "base";

  /** The model that {@code sft} made of it. */
  public static final String TUNED = "tuned";

  /** The model that {@code grpo} made of that. */
  public static final String REWARDED = "rewarded";

  /** The server that {@code endpoint} names. */
  public static final String ENDPOINT = "endpoint";

  /** How candidates are drawn. */
  public Sampling sampling() {
    return new Sampling(candidates, temperature, topK, topP, maxNewTokens);
  }

  /** The same for another number of answers an image; greedy ones are all the same. */
  public InferSettings withCandidates(int number) {
    return new InferSettings(
        temperature == 0 ? 1 : number,
        temperature,
        topK,
        topP,
        batchSize,
        batchTokens,
        maxNewTokens,
        constrained,
        aggregation,
        models,
        endpoint);
  }

  @Override
  public void check(Contradictions found) {
    found.attempt("temperature", this::sampling);
    if (models.contains(ENDPOINT) && !endpoint.isSet()) {
      found.add("endpoint.url", "is empty, but models has endpoint: name the server");
    }
    found.attempt("aggregation", () -> Aggregation.of(aggregation));
  }

  /** Why answers of a form cannot be had within these settings, if so. */
  public Optional<String> shortfall(ExampleSettings texts) {
    int needed = texts.template().grammar().bound();
    return constrained && maxNewTokens < needed
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "max_new_tokens is %d, but an answer of the form %s with %d decimals may need %d:"
                    + " raise it, or set constrained to false",
                maxNewTokens,
                texts.target(),
                texts.decimals(),
                needed))
        : Optional.empty();
  }
}
