package io.geolocsft.config;

import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.OneOf;
import io.geolocsft.config.binding.Range;
import io.geolocsft.prompt.CaptionTarget;
import io.geolocsft.prompt.TargetTemplate;
import java.io.Serializable;

/**
 * The training texts.
 *
 * @param prompt what the model is asked about every image
 * @param target {@code answer} for {@code <answer>lat: .., lon: ..</answer>}, {@code json} for the
 *     paper's JSON
 * @param decimals digits behind the decimal point of target coordinates; 0.01 degrees are about 1.1
 *     km
 * @param coordinateStep degrees to a multiple of which target coordinates are rounded, for a
 *     coarser task; 0 for none
 * @param layout whether the image stands before or after the text of the prompt
 * @param panAndScan whether an oblong image is followed by crops of it, as Gemma 3 offers; the
 *     model folder's processor_config.json or preprocessor_config.json says how they are cut
 * @param maxTokens a longer row, prompt and image included, is rejected, never cut
 */
public record ExampleSettings(
    @Default("Where was this image taken? Answer with its latitude and longitude.") String prompt,
    @Default("answer") @OneOf({"answer", "json"}) String target,
    @Default("2") @Range(min = 0, max = 8) int decimals,
    @Default("0") @Range(min = 0, max = 90) int coordinateStep,
    @Default("image_first") @OneOf({"image_first", "prompt_first"}) String layout,
    @Default("false") boolean panAndScan,
    @Default("10000") @Range(min = 1, max = 131_072) int maxTokens)
    implements Serializable, Consistent {

  @Override
  public void check(Contradictions found) {
    found.attempt(this::template);
  }

  /** Writes target texts out of captions. */
  public CaptionTarget captionTarget() {
    return new CaptionTarget(decimals, coordinateStep);
  }

  /** Writes the target texts. */
  public TargetTemplate template() {
    return TargetTemplate.of(target, decimals, coordinateStep);
  }
}
