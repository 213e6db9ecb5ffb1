package io.geolocsft.gemma;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import com.google.common.io.Resources;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.gemma.config.TextConfig;
import io.geolocsft.gemma.config.TextConfig.LayerType;
import io.geolocsft.gemma.config.VisionConfig;
import io.geolocsft.tensor.MethodCall;
import io.geolocsft.tensor.TorchScriptArchive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The TorchScript methods of a model: one native call runs a whole layer. The numbers of a
 * configuration are written into the source before it is compiled.
 *
 * <p>Thread-safe. Arrays that a call returns belong to the manager of its first input.
 */
public final class Kernels implements AutoCloseable {

  /** What LoRA adds: {@code alpha / rank} and the dropout before the down projection. */
  public record Lora(double scale, double dropout) {
    public static final Lora NONE = new Lora(1, 0);
  }

  // The graph optimizer specializes for the shapes it meets, which costs more than it gains on
  // ragged batches; its switch is one of PyTorch's per-thread settings.
  private static final ThreadLocal<Boolean> OPTIMIZER_OFF =
      ThreadLocal.withInitial(
          () -> {
            JniUtils.setGraphExecutorOptimize(false);
            return true;
          });

  /** Queries of a sliding layer that attend together; PyTorch's kernel cuts them up further. */
  private static final int LONGEST_STRETCH = 256;

  /** Below it a product on a CPU in float32 takes a path of its own. */
  private static final int FEW_ROWS = 64;

  private final Lora lora;
  private final Model inference;
  private final Model training;

  /**
   * Compiles.
   *
   * @param type of the weights
   */
  Kernels(GemmaConfig config, Lora lora, Device device, DataType type) {
    this.lora = lora;
    int fewRows = device.isGpu() || type == DataType.BFLOAT16 ? 0 : FEW_ROWS;
    byte[] archive = TorchScriptArchive.of("Kernels", source(config, lora, fewRows));
    inference = load(archive, device);
    JniUtils.enableInferenceMode(block(inference));
    training = load(archive, device);
    JniUtils.enableTrainingMode(block(training));
  }

  /** Whether training drops some of the adapters' inputs. */
  boolean dropsOut() {
    return lora.dropout() > 0;
  }

  /** Runs a method without a graph; the results cannot take part in training. */
  public NDList call(String method, NDList inputs) {
    return run(inference, method, inputs, false);
  }

  /** Runs a method keeping the graph, with dropout active. */
  public NDList callForTraining(String method, NDList inputs) {
    return run(training, method, inputs, true);
  }

  private NDList run(Model model, String method, NDList inputs, boolean train) {
    if (!OPTIMIZER_OFF.get()) {
      throw new IllegalStateException("The graph optimizer's switch was not set");
    }
    return MethodCall.run(block(model), method, inputs, train);
  }

  private static PtSymbolBlock block(Model model) {
    return (PtSymbolBlock) model.getBlock();
  }

  @Override
  public void close() {
    inference.close();
    training.close();
  }

  private static Model load(byte[] archive, Device device) {
    Model model = Model.newInstance("kernels", device, "PyTorch");
    try {
      model.load(new ByteArrayInputStream(archive));
      return model;
    } catch (IOException e) {
      model.close();
      throw new UncheckedIOException("Loading the fused kernels failed", e);
    } catch (MalformedModelException e) {
      model.close();
      throw new IllegalStateException("PyTorch refuses the fused kernels", e);
    }
  }

  private static String source(GemmaConfig config, Lora lora, int fewRows) {
    URL resource = Resources.getResource(Kernels.class, "kernels.torchscript");
    try {
      String text = Resources.toString(resource, StandardCharsets.UTF_8);
      for (Map.Entry<String, String> constant : constants(config, lora, fewRows).entrySet()) {
        text = text.replace("{{" + constant.getKey() + "}}", constant.getValue());
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The layers' kinds in order: 0 global, 1 sliding. */
  private static String kinds(TextConfig text) {
    return text.layerTypes().stream()
        .map(type -> type == LayerType.FULL_ATTENTION ? "0" : "1")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static Map<String, String> constants(GemmaConfig config, Lora lora, int fewRows) {
    TextConfig text = config.text();
    Map<String, String> constants = new LinkedHashMap<>();
    constants.put("FEW_ROWS", String.valueOf(fewRows));
    constants.put("LORA_SCALE", String.valueOf(lora.scale()));
    constants.put("LORA_DROPOUT", String.valueOf(lora.dropout()));
    constants.put("SLIDING_WINDOW", String.valueOf(text.slidingWindow()));
    constants.put("LESS_THAN_WINDOW", String.valueOf(text.slidingWindow() - 1));
    constants.put("UNLIMITED", String.valueOf(Long.MAX_VALUE));
    int stretch = Math.min(LONGEST_STRETCH, text.slidingWindow());
    constants.put("STRETCH", String.valueOf(stretch));
    constants.put("LESS_THAN_STRETCH", String.valueOf(stretch - 1));
    constants.put("RMS_NORM_EPS", String.valueOf(text.rmsNormEps()));
    constants.put("HEADS", String.valueOf(text.numAttentionHeads()));
    constants.put("KV_HEADS", String.valueOf(text.numKeyValueHeads()));
    constants.put(
        "ROTATED_HEADS", String.valueOf(text.numAttentionHeads() + text.numKeyValueHeads()));
    constants.put("HEAD_DIM", String.valueOf(text.headDim()));
    constants.put("HALF_HEAD", String.valueOf(text.headDim() / 2));
    constants.put("TWICE_LAYERS", String.valueOf(2 * text.numHiddenLayers()));
    constants.put("LAYER_KINDS", kinds(text));
    constants.put("GROUP", String.valueOf(text.numAttentionHeads() / text.numKeyValueHeads()));
    constants.put("ATTENTION_SCALE", String.valueOf(1 / Math.sqrt(text.queryPreAttnScalar())));
    constants.put("EMBEDDING_SCALE", String.valueOf(Math.sqrt(text.hiddenSize())));
    boolean cap = text.finalLogitSoftcapping().isPresent();
    String limit = String.valueOf(text.finalLogitSoftcapping().orElse(1));
    constants.put("SOFTCAP_OPEN", cap ? "torch.mul(torch.tanh(torch.div(" : "");
    constants.put("SOFTCAP_CLOSE", cap ? ", " + limit + ")), " + limit + ")" : "");
    VisionConfig vision =
        config.vision().orElse(new VisionConfig(1, 1, 1, 1, 1, 1, text.rmsNormEps(), 1));
    constants.put("PATCH", String.valueOf(vision.patchSize()));
    constants.put("VISION_HEADS", String.valueOf(vision.numAttentionHeads()));
    constants.put("VISION_NORM_EPS", String.valueOf(vision.layerNormEps()));
    constants.put("PROJECTOR_NORM_EPS", String.valueOf(vision.layerNormEps()));
    constants.put("GRID", String.valueOf(vision.grid()));
    constants.put("POOL", String.valueOf(vision.pool()));
    return constants;
  }
}
