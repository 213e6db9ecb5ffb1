package io.geolocsft.prompt;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Gemma 3's chat format around one image, as token ids.
 *
 * <p>Equal to {@code Gemma3Processor.apply_chat_template} of transformers for one user turn with
 * one image, whole or with its crops, and one text, except that text which looks like a special
 * token stays text. See {@code processing_gemma3.py} and the chat template in the checkpoint's
 * tokenizer_config.json.
 */
public final class PromptEncoder {

  /** What Python's {@code str.strip} removes; Java's own strip keeps e.g. no-break spaces. */
  private static final String PYTHON_WHITESPACE =
      "\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004"
          + "\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

  /** Upstream's words around an image that is followed by its crops. */
  private static final String WHOLE = "Here is the original image ";

  private static final String CROPS = " and here are some crops to help you see better ";

  private final GemmaTokenizer tokenizer;
  private final int imageTokens;
  private final PromptLayout layout;

  /**
   * @param tokenizer stays the caller's to close
   * @param imageTokens soft tokens an image takes: 256 in released models
   * @param layout where the image stands
   */
  public PromptEncoder(GemmaTokenizer tokenizer, int imageTokens, PromptLayout layout) {
    if (imageTokens < 1) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "An image takes at least one token, not %d", imageTokens));
    }
    this.tokenizer = tokenizer;
    this.imageTokens = imageTokens;
    this.layout = layout;
  }

  /** The number of {@code <image_soft_token>} that stand for the image. */
  public int imageTokens() {
    return imageTokens;
  }

  /**
   * The ids up to where the model begins to answer: the user's turn with image and text, and the
   * opening of the model's turn.
   *
   * @param text plain text; white space around it is dropped, as the chat template does
   */
  public int[] prompt(String text) {
    return prompt(text, 1);
  }

  /**
   * The same of an image that is shown several times.
   *
   * @param views 1 for the whole image alone, else 1 and the number of its crops by pan and scan
   */
  public int[] prompt(String text, int views) {
    SpecialTokens special = tokenizer.special();
    String trimmed = strip(text);
    String before = layout == PromptLayout.PROMPT_FIRST ? trimmed : "";
    String after = layout == PromptLayout.IMAGE_FIRST ? trimmed : "";
    // Line breaks are tokenized together with the text that they touch.
    String open = "user\n" + before + (views > 1 ? WHOLE : "") + "\n\n";
    return join(
        ids(special.beginOfSequence(), special.startOfTurn()),
        tokenizer.encode(open),
        image(),
        views > 1 ? crops(views - 1) : ids(),
        tokenizer.encode("\n\n" + after),
        ids(special.endOfTurn()),
        tokenizer.encode("\n"),
        ids(special.startOfTurn()),
        tokenizer.encode("model\n"));
  }

  private int[] image() {
    SpecialTokens special = tokenizer.special();
    return join(
        ids(special.startOfImage()),
        IntStream.range(0, imageTokens).map(i -> special.imageSoftToken()).toArray(),
        ids(special.endOfImage()));
  }

  private int[] crops(int count) {
    int[] crops = join(tokenizer.encode("\n\n" + CROPS + "\n\n"), image());
    for (int i = 1; i < count; i++) {
      crops = join(crops, tokenizer.encode("\n\n \n\n"), image());
    }
    return crops;
  }

  /**
   * The ids that the model is to answer, closed by {@code <end_of_turn>}.
   *
   * @param text plain text; white space around it is dropped, as the chat template does
   */
  public int[] target(String text) {
    return join(tokenizer.encode(strip(text)), ids(tokenizer.special().endOfTurn()));
  }

  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && PYTHON_WHITESPACE.indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    while (end > start && PYTHON_WHITESPACE.indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(start, end);
  }

  private static int[] ids(int... ids) {
    return ids;
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }
}
