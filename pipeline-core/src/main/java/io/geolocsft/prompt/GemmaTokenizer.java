package io.geolocsft.prompt;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.geolocsft.json.JsonFile;
import io.geolocsft.json.UnusableFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Gemma 3's tokenizer, read from a Hugging Face {@code tokenizer.json}.
 *
 * <p>Text is always plain text: text that looks like a special token becomes ordinary tokens. Who
 * needs a special token takes its id from {@link #special()}. Threads may share a tokenizer.
 */
public final class GemmaTokenizer implements AutoCloseable {

  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer tokenizer;
  private final SpecialTokens special;
  private final byte[][] texts;
  private final PlainText plainText;
  private final Set<Integer> controlIds;
  // Closing frees native memory that a call in another thread may still read.
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private GemmaTokenizer(
      HuggingFaceTokenizer tokenizer,
      TokenizerFile file,
      SpecialTokens special,
      PlainText plainText) {
    this.tokenizer = tokenizer;
    this.special = special;
    this.texts = file.texts();
    this.plainText = plainText;
    this.controlIds =
        SpecialTokens.NAMES.stream()
            .map(file.addedTokens()::get)
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Reads a tokenizer. Nothing is downloaded: DJL is put into its offline mode.
   *
   * @param path a {@code tokenizer.json} or the folder that holds one
   * @throws IOException if the file is missing, is not a tokenizer or lacks one of Gemma 3's tokens
   */
  public static GemmaTokenizer load(Path path) throws IOException {
    Path file = TokenizerFile.locate(path);
    TokenizerFile content = TokenizerFile.read(file);
    SpecialTokens special = SpecialTokens.of(content.addedTokens(), file);
    try {
      PlainText plainText = new PlainText(content.controlTokens());
      return new GemmaTokenizer(open(file), content, special, plainText);
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException("%s cannot be used: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static HuggingFaceTokenizer open(Path file) throws IOException {
    // Without this DJL fetches its CUDA build and counts its users over the network.
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
    byte[] json = Files.readAllBytes(file);
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS);
    } catch (RuntimeException e) {
      throw new UnusableFileException(
          "%s cannot be read by the tokenizers library: %s. Use the tokenizer.json of a Gemma 3 checkpoint."
              .formatted(file, JsonFile.quote(e.getMessage())),
          e);
    }
  }

  /** The ids of the special tokens. */
  public SpecialTokens special() {
    return special;
  }

  /** One more than the largest token id; a model's embedding may be padded beyond it. */
  public int vocabularySize() {
    return texts.length;
  }

  /**
   * What an id stands for in a text: UTF-8, which a character may need several ids for. Empty for
   * an id that is not a token, a special token, or a byte token of ASCII, whose decoding depends on
   * its neighbours.
   */
  public byte[] bytes(int id) {
    checkId(id);
    return texts[id] == null ? new byte[0] : texts[id].clone();
  }

  /**
   * The ids of plain text, without any special token.
   *
   * @param text of any length; unpaired surrogates become U+FFFD
   * @throws IllegalStateException if the vocabulary gives a word the id of a special token
   */
  public int[] encode(String text) {
    int[] ids = locked(() -> ids(plainText.pieces(text)));
    for (int id : ids) {
      if (controlIds.contains(id)) {
        throw new IllegalStateException(
            String.format(Locale.ROOT, "The tokenizer made special token %d of plain text", id));
      }
    }
    return ids;
  }

  private int[] ids(List<String> pieces) {
    return pieces.stream()
        .flatMapToInt(
            piece -> Arrays.stream(tokenizer.encode(piece).getIds()).mapToInt(Math::toIntExact))
        .toArray();
  }

  /**
   * The text of ids, without special tokens and those that a model's padded embedding has beyond
   * the vocabulary; bytes that are no UTF-8 become U+FFFD.
   *
   * @throws IllegalArgumentException if an id is below 0
   */
  public String decode(int[] ids) {
    IntStream known = IntStream.of(ids).filter(id -> id < texts.length);
    long[] longs = known.peek(this::checkId).asLongStream().toArray();
    return locked(() -> tokenizer.decode(longs, true));
  }

  private void checkId(int id) {
    if (id < 0 || id >= texts.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Token id %d is outside the vocabulary [0, %d)", id, texts.length));
    }
  }

  private <T> T locked(Supplier<T> call) {
    Lock read = lock.readLock();
    read.lock();
    try {
      if (closed) {
        throw new IllegalStateException("The tokenizer is closed");
      }
      return call.get();
    } finally {
      read.unlock();
    }
  }

  /** Frees the native tokenizer; later calls fail. */
  @Override
  public void close() {
    Lock write = lock.writeLock();
    write.lock();
    try {
      closed = true;
      tokenizer.close();
    } finally {
      write.unlock();
    }
  }
}
