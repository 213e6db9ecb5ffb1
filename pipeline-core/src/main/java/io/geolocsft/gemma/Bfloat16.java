package io.geolocsft.gemma;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Types of arrays, bfloat16 among them.
 *
 * <p>DJL's native library ends the process when it is handed {@link DataType#BFLOAT16}, and calls
 * the type of such an array unknown, yet works on it otherwise. So everything that makes one goes
 * through TorchScript here. Results belong to the manager of the array they were made from.
 */
public final class Bfloat16 {

  // PyTorch's numbers of its scalar types: 5 is float16, 15 is bfloat16.
  private static final String SOURCE =
      """
      class Casts(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        _is_full_backward_hook : Optional[bool]
        def round(self: __torch__.Casts, x: Tensor) -> Tensor:
          return torch.to(x, 15)
        def of_bits(self: __torch__.Casts, x: Tensor) -> Tensor:
          return torch.view_copy(x, dtype=15)
      """;

  private Bfloat16() {}

  /** The type of an array; {@link NDArray#getDataType} does not know bfloat16. */
  public static DataType typeOf(NDArray array) {
    DataType type = array.getDataType();
    return type == DataType.UNKNOWN ? DataType.BFLOAT16 : type;
  }

  /** The array in another type, rounded to nearest even; the array itself where it has the type. */
  public static NDArray convert(NDArray array, DataType type) {
    if (typeOf(array) == type) {
      return array;
    }
    return type == DataType.BFLOAT16
        ? Casts.INSTANCE.call("round", array)
        : array.toType(type, true);
  }

  /** Zeros of any type. */
  public static NDArray zeros(NDManager manager, Shape shape, DataType type) {
    if (type != DataType.BFLOAT16) {
      return manager.zeros(shape, type);
    }
    try (NDArray zeros = manager.zeros(shape)) {
      return convert(zeros, type);
    }
  }

  /** A copy of sixteen-bit values, which the caller holds as float16, as the bfloat16 they are. */
  static NDArray ofBits(NDArray bits) {
    return Casts.INSTANCE.call("of_bits", bits);
  }

  private record Casts(Model module, NDManager manager) {

    static final Casts INSTANCE = load();

    private static Casts load() {
      Model module = Model.newInstance("casts", Device.cpu(), "PyTorch");
      try {
        module.load(new ByteArrayInputStream(TorchScriptArchive.of("Casts", SOURCE)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (MalformedModelException e) {
        throw new IllegalStateException("PyTorch refuses the casts", e);
      }
      return new Casts(module, NDManager.newBaseManager(Device.cpu(), "PyTorch"));
    }

    NDArray call(String method, NDArray array) {
      // The alias has neither the array's name, which DJL would take for an argument's, nor its
      // graph. The result must be fit for training, so no inference mode.
      try (NDArray marker = manager.zeros(new Shape(1));
          NDArray alias = array.stopGradient()) {
        marker.setName("module_method:" + method);
        NDList inputs = new NDList(alias, marker);
        return module.getBlock().forward(new ParameterStore(), inputs, true).singletonOrThrow();
      }
    }
  }
}
