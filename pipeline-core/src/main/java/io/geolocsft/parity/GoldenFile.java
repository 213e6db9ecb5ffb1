package io.geolocsft.parity;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Ints;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.TokenBatch.Padding;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.gemma.config.VisionConfig;
import io.geolocsft.json.JsonFile;
import io.geolocsft.tensor.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What transformers and PEFT compute for a Gemma 3 from some rows of tokens: a safetensors file of
 * the format {@code geolocsft-golden-2}, which {@code make_goldens.py} writes and the README.md
 * beside the golden files of the tests describes.
 */
public final class GoldenFile {

  private static final String FORMAT = "geolocsft-golden-2";
  private static final String WITHOUT_YARDSTICKS = "geolocsft-golden-1";
  private static final String YARDSTICK = "yardstick.";
  private static final List<String> INPUTS =
      List.of("input_ids", "attention_mask", "labels", "prompt_lengths");

  /** Positions whose following token is a target, among all cells, and that token. */
  public record Targets(long[] at, long[] tokens) {}

  private final Path file;
  private final GemmaConfig config;
  private final Map<String, Safetensors.Entry> entries;
  private final Map<String, String> metadata;
  private final Map<String, Double> yardsticks = new LinkedHashMap<>();
  private int rows;
  private int length;
  private long[] ids;
  private long[] mask;
  private long[] labels;
  private long[] promptLengths;

  private GoldenFile(Path file, GemmaConfig config) throws IOException {
    this.file = file;
    this.config = config;
    try (Safetensors tensors = Safetensors.open(file)) {
      entries = tensors.entries();
      metadata = tensors.metadata();
    }
  }

  /**
   * Opens a file and checks that it was made for a model of this configuration.
   *
   * @throws IOException if the file is damaged, is of another format or does not fit; the message
   *     names the file, and the tensor that does not
   */
  public static GoldenFile open(Path file, GemmaConfig config) throws IOException {
    GoldenFile golden = new GoldenFile(file, config);
    golden.readInputs();
    golden.checkShapes();
    golden.checkOutputs();
    golden.readYardsticks();
    golden.checkTokens();
    golden.checkTargets();
    return golden;
  }

  private void readInputs() throws IOException {
    String format = metadata.getOrDefault("format", "none");
    require(
        !format.equals(WITHOUT_YARDSTICKS),
        "it was made before golden files stated how far rounding moves their outputs; make it again with make_goldens.py");
    require(format.equals(FORMAT), "its format is %s, not %s", JsonFile.quote(format), FORMAT);
    for (String input : INPUTS) {
      require(has(input), "it lacks the tensor '%s'", input);
      DataType type = entries.get(input).type();
      require(type == DataType.INT64, "tensor '%s' has type %s, not int64", input, type);
    }
    Shape shape = shape("input_ids");
    boolean batch = shape.dimension() == 2 && shape.size() > 0;
    require(batch, "tensor 'input_ids' has shape %s, not [rows, length]", shape);
    rows = Ints.checkedCast(shape.get(0));
    length = Ints.checkedCast(shape.get(1));
    ids = longs("input_ids");
    mask = longs("attention_mask");
    labels = longs("labels");
    promptLengths = longs("prompt_lengths");
  }

  private void checkShapes() throws IOException {
    for (Map.Entry<String, Shape> expected : shapes().entrySet()) {
      String name = expected.getKey();
      if (has(name)) {
        require(
            shape(name).equals(expected.getValue()),
            "tensor '%s' has shape %s; for the model it would be %s",
            name,
            shape(name),
            expected.getValue());
      }
    }
    require(
        !has("greedy_tokens") || (has("greedy_margins") && newTokens() > 0),
        "it has greedy_tokens without greedy_margins, or none for a row");
    require(
        !has("pixel_values") || (config.vision().isPresent() && images() > 0),
        "it has pixel_values without an image, or the model cannot read images");
  }

  private void checkOutputs() throws IOException {
    for (Output output : Output.values()) {
      String name = output.tensor();
      require(
          has(name) || !output.isRequired(images() > 0),
          "it lacks the tensor '%s'; make it again with make_goldens.py",
          name);
    }
  }

  private void readYardsticks() throws IOException {
    try (Safetensors tensors = Safetensors.open(file);
        NDManager host = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      for (String output : outputsWithYardstick()) {
        String name = YARDSTICK + output;
        require(
            has(name) && entries.get(name).type() == DataType.FLOAT32 && shape(name).size() == 1,
            "it lacks the number '%s'; make it again with make_goldens.py",
            name);
        double length = tensors.read(name, host).toFloatArray()[0];
        require(length >= 0 && length <= Float.MAX_VALUE, "'%s' is %s", name, length);
        yardsticks.put(output, length);
      }
    }
  }

  private List<String> outputsWithYardstick() {
    return Arrays.stream(Output.values())
        .filter(Output::hasYardstick)
        .flatMap(
            output ->
                output == Output.GRADIENTS
                    ? gradients().stream()
                    : Stream.of(output.tensor()).filter(this::has))
        .toList();
  }

  private Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Shape tokens = new Shape(rows, length);
    INPUTS.forEach(input -> shapes.put(input, tokens));
    shapes.put("prompt_lengths", new Shape(rows));
    Shape logits = new Shape(rows, length, config.text().vocabSize());
    List.of("logits", "logits_bfloat16", "adapter_logits").forEach(n -> shapes.put(n, logits));
    List.of("loss", "adapter_loss").forEach(name -> shapes.put(name, new Shape()));
    Shape greedy = new Shape(rows, newTokens());
    List.of("greedy_tokens", "greedy_margins").forEach(name -> shapes.put(name, greedy));
    config.vision().ifPresent(vision -> putImageShapes(vision, shapes));
    return shapes;
  }

  private void putImageShapes(VisionConfig vision, Map<String, Shape> shapes) {
    long patches = (long) vision.grid() * vision.grid();
    int hidden = config.text().hiddenSize();
    shapes.put("pixel_values", new Shape(images(), 3, vision.imageSize(), vision.imageSize()));
    shapes.put("vision_features", new Shape(images(), patches, vision.hiddenSize()));
    shapes.put("image_features", new Shape(images(), vision.tokensPerImage(), hidden));
  }

  private void checkTokens() throws IOException {
    int words = config.text().vocabSize();
    for (int row = 0; row < rows; row++) {
      long[] line = Arrays.copyOfRange(mask, row * length, (row + 1) * length);
      int tokens = (int) LongStream.of(line).filter(m -> m == 1).count();
      boolean right = IntStream.range(0, length).allMatch(i -> line[i] == (i < tokens ? 1 : 0));
      require(tokens > 0 && right, "row %d of 'attention_mask' is not padded on the right", row);
      long prompt = promptLengths[row];
      require(
          prompt >= 1 && prompt <= tokens,
          "'prompt_lengths' says %d of a row of %d tokens",
          prompt,
          tokens);
    }
    for (long id : ids) {
      require(
          id >= 0 && (id < words || id == imageToken()),
          "token %d of 'input_ids' is outside the model's vocabulary of %d",
          id,
          words);
    }
    for (long id : has("greedy_tokens") ? longs("greedy_tokens") : new long[0]) {
      require(
          id >= 0 && id < words,
          "token %d of 'greedy_tokens' is outside the model's vocabulary of %d",
          id,
          words);
    }
    long needed = (long) images() * config.vision().map(VisionConfig::tokensPerImage).orElse(0);
    long given = prompts().stream().flatMapToInt(IntStream::of).filter(this::isImage).count();
    require(
        given == needed,
        "its prompts have %d image tokens, but its %d images make %d",
        given,
        images(),
        needed);
  }

  private boolean isImage(int token) {
    return token == imageToken();
  }

  private void checkTargets() throws IOException {
    int words = config.text().vocabSize();
    boolean any = false;
    for (int i = 0; i < labels.length; i++) {
      boolean target = labels[i] >= 0;
      require(
          !target || (labels[i] < words && mask[i] == 1),
          "label %d is outside the model's vocabulary of %d, or stands at padding",
          labels[i],
          words);
      any |= target && i % length > 0;
    }
    require(any, "'labels' has no target token");
  }

  private void require(boolean condition, String message, Object... values) throws IOException {
    if (!condition) {
      throw new IOException(file + ": " + message.formatted(values));
    }
  }

  /** The file's notes, such as the versions of transformers and PEFT. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Whether the file has this tensor. */
  public boolean has(String tensor) {
    return entries.containsKey(tensor);
  }

  /** The tensors' names. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** Names of the gradients, by the adapter's tensors. */
  List<String> gradients() {
    String prefix = Output.GRADIENTS.tensor() + ".";
    return entries.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  /**
   * How far rounding alone moves an output of transformers, in the output's unit; of a gradient
   * relative to its norm.
   */
  double yardstick(String output) {
    return yardsticks.get(output);
  }

  /**
   * What transformers' float32 was held against to make the yardsticks: {@code float64}, its other
   * {@code attention} or another order of {@code summation}.
   */
  public Set<String> yardstickKinds() {
    Set<String> kinds = new TreeSet<>();
    metadata.forEach(
        (key, kind) -> {
          if (key.startsWith(YARDSTICK)) {
            kinds.add(kind);
          }
        });
    return kinds;
  }

  private Shape shape(String tensor) {
    return entries.get(tensor).shape();
  }

  /** Rows of the batch. */
  public int rows() {
    return rows;
  }

  /** Images of the batch. */
  public int images() {
    return has("pixel_values") ? first("pixel_values", 0) : 0;
  }

  /** Tokens that the greedy continuation of each row has. */
  public int newTokens() {
    return has("greedy_tokens") ? first("greedy_tokens", 1) : 0;
  }

  private int first(String tensor, int dimension) {
    Shape shape = shape(tensor);
    return shape.dimension() > dimension ? Ints.saturatedCast(shape.get(dimension)) : 0;
  }

  /**
   * Reads a tensor.
   *
   * @throws IOException if there is none of that name
   */
  public NDArray tensor(String name, NDManager manager) throws IOException {
    try (Safetensors tensors = Safetensors.open(file)) {
      return tensors.read(name, manager);
    }
  }

  /** A tensor's values, widened to float32. */
  public float[] floats(String tensor) throws IOException {
    try (NDManager host = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      return tensor(tensor, host).toType(DataType.FLOAT32, false).toFloatArray();
    }
  }

  /** A tensor's values. */
  public long[] longs(String tensor) throws IOException {
    try (NDManager host = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      return tensor(tensor, host).toType(DataType.INT64, false).toLongArray();
    }
  }

  /** The rows' tokens without padding. */
  public List<int[]> tokens() {
    return IntStream.range(0, rows)
        .mapToObj(
            row ->
                IntStream.range(row * length, (row + 1) * length)
                    .filter(i -> mask[i] == 1)
                    .map(i -> Ints.checkedCast(ids[i]))
                    .toArray())
        .toList();
  }

  /** The rows' tokens before the target. */
  public List<int[]> prompts() {
    List<int[]> tokens = tokens();
    return IntStream.range(0, rows)
        .mapToObj(row -> Arrays.copyOf(tokens.get(row), Ints.checkedCast(promptLengths[row])))
        .toList();
  }

  /** The whole rows, padded as in the file. */
  public TokenBatch batch() {
    return batch(tokens(), Padding.RIGHT);
  }

  /** Rows of this file's model; in a text-only one no token stands for an image. */
  public TokenBatch batch(List<int[]> tokens, Padding padding) {
    return TokenBatch.of(tokens, padding, imageToken());
  }

  private int imageToken() {
    return config.vision().isPresent() ? config.imageTokenId() : -1;
  }

  /** What the loss is about. */
  public Targets targets() {
    long[] at =
        LongStream.range(0, labels.length - 1)
            .filter(i -> (i + 1) % length != 0 && labels[(int) i + 1] >= 0)
            .toArray();
    return new Targets(at, Arrays.stream(at).map(i -> labels[(int) i + 1]).toArray());
  }

  /** Cells of the batch that hold a token. */
  public long[] cells() {
    return LongStream.range(0, mask.length).filter(i -> mask[(int) i] == 1).toArray();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
