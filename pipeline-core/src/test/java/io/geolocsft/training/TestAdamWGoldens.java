package io.geolocsft.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import com.google.common.primitives.Floats;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GoldenCase;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.parity.GoldenFile;
import io.geolocsft.parity.ModelOutputs;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ten steps on an adapter lose what they lose under torch.optim.AdamW and PEFT. The files are made
 * by src/test/python/make_goldens.py.
 */
class TestAdamWGoldens {

  private static final double LEARNING_RATE = 1e-3;
  private static final int STEPS = 10;

  static List<GoldenCase> cases() {
    List<GoldenCase> cases = GoldenCase.all();
    assertThat(cases).hasSize(9);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossesOfTenStepsEqualPeft(GoldenCase golden) throws IOException {
    GoldenFile file = golden.open();
    float[] losses = new float[STEPS + 1];
    try (GemmaModel base = GemmaModel.load(golden.modelFolder(), Device.cpu(), DataType.FLOAT32);
        LoraAdapter adapter = PeftFiles.load(golden.adapterFolder(), base);
        GemmaModel model = base.with(adapter)) {
      Map<String, NDArray> tensors = adapter.tensors();
      tensors.values().forEach(tensor -> tensor.setRequiresGradient(true));
      try (AdamW optimizer =
              new AdamW(
                  Optimization.constant(LEARNING_RATE),
                  tensors,
                  model.kernels(),
                  model.newScope());
          GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        for (int step = 0; step < STEPS; step++) {
          losses[step] =
              step(new ModelOutputs(model, file), model, tensors, optimizer, collector, step);
        }
        try (NDManager scope = model.newScope()) {
          losses[STEPS] = loss(new ModelOutputs(model, file), scope, false).getFloat();
        }
      }
    }
    assertThat(losses).containsExactly(file.floats("adamw_losses"), offset(tolerance(file)));
  }

  /** The yardstick and what is allowed of it are those of src/test/resources/goldens/README.md. */
  private static float tolerance(GoldenFile golden) throws IOException {
    float lastPlace = 0x1p-23f * Floats.max(golden.floats("adamw_losses"));
    return 8 * Math.max(golden.floats("yardstick.adamw_losses")[0], lastPlace);
  }

  private static float step(
      ModelOutputs outputs,
      GemmaModel model,
      Map<String, NDArray> tensors,
      AdamW optimizer,
      GradientCollector collector,
      int step)
      throws IOException {
    try (NDManager scope = model.newScope()) {
      collector.zeroGradients();
      NDArray loss = loss(outputs, scope, true);
      collector.backward(loss);
      NDList gradients = new NDList(tensors.values().stream().map(NDArray::getGradient).toList());
      optimizer.step(gradients, scope.ones(loss.getShape()), LEARNING_RATE, step);
      return loss.getFloat();
    }
  }

  private static NDArray loss(ModelOutputs outputs, NDManager scope, boolean train)
      throws IOException {
    return outputs.loss(outputs.hiddenStates(scope, train), train);
  }
}
