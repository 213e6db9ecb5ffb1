package io.geolocsft.tensor;

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
        def empty(self: __torch__.Casts, like: Tensor, count: Tensor) -> Tensor:
          return torch.empty([int(count)], dtype=15, device=like.device)
        def put_bits(self: __torch__.Casts, x: Tensor, at: Tensor, bits: Tensor) -> Tensor:
          part = torch.narrow(x, 0, int(at), torch.size(bits, 0))
          return torch.copy_(part, torch.view_copy(bits, dtype=15))
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

  /** Memory for values that are put there; {@code [count]}. */
  static NDArray empty(NDManager manager, long count) {
    try (NDArray like = manager.zeros(new Shape(0));
        NDArray size = manager.create(count)) {
      return Casts.INSTANCE.call("empty", like, size);
    }
  }

  /**
   * Puts sixteen-bit values, which the caller holds as float16, into an array as the bfloat16 they
   * are.
   *
   * @param array {@code [n]}
   * @param at where the first goes
   */
  static void putBits(NDArray array, long at, NDArray bits) {
    try (NDArray index = array.getManager().create(at)) {
      Casts.INSTANCE.call("put_bits", array, index, bits).close();
    }
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

    NDArray call(String method, NDArray... arrays) {
      // Aliases have neither the arrays' names, which DJL would take for arguments', nor their
      // graph. The result must be fit for training, so no inference mode.
      NDList inputs = new NDList();
      for (NDArray array : arrays) {
        inputs.add(array.stopGradient());
      }
      try (NDArray marker = manager.zeros(new Shape(1))) {
        marker.setName("module_method:" + method);
        NDList all = new NDList(inputs).addAll(new NDList(marker));
        return module.getBlock().forward(new ParameterStore(), all, true).singletonOrThrow();
      } finally {
        inputs.forEach(NDArray::close);
      }
    }
  }
}
