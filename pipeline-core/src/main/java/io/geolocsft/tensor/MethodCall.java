package io.geolocsft.tensor;

import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls a TorchScript method. DJL's own call, {@code Block.forward}, matches every argument's name
 * against four regular expressions, which takes longer than some methods, and when a method fails
 * it never lets go of the arguments, nor of the graph behind them: a step that lacked memory could
 * not be tried again with less. What DJL offers for single values ({@code IValueUtils.runMethod})
 * keeps no graph. So this calls what both of them call, which DJL does not publish.
 */
public final class MethodCall {

  private static final String LIBRARY = "ai.djl.pytorch.jni.PyTorchLibrary";

  /**
   * {@code (long module, String method, long[] arguments, boolean train, boolean stream) -> long}
   */
  private static final MethodHandle RUN;

  /** {@code (long handle) -> IValue} */
  private static final MethodHandle VALUE;

  static {
    try {
      Class<?> library = Class.forName(LIBRARY);
      Lookup lookup = MethodHandles.privateLookupIn(library, MethodHandles.lookup());
      Object instance = lookup.findStaticGetter(library, "LIB", library).invoke();
      MethodType type =
          MethodType.methodType(
              long.class, long.class, String.class, long[].class, boolean.class, boolean.class);
      RUN = lookup.findVirtual(library, "moduleRunMethod", type).bindTo(instance);
      VALUE =
          MethodHandles.privateLookupIn(IValue.class, MethodHandles.lookup())
              .findConstructor(IValue.class, MethodType.methodType(void.class, long.class));
    } catch (Throwable e) {
      throw new ExceptionInInitializerError(
          new IllegalStateException(
              "DJL's PyTorch engine is not of the version that this was made for", e));
    }
  }

  private MethodCall() {}

  /**
   * Calls.
   *
   * @param inputs the arguments in order; those whose name ends in {@code []} are one list with all
   *     of the same name
   * @param train whether to keep the graph
   * @return what the method returns, in the manager of the first input
   */
  public static NDList run(PtSymbolBlock module, String method, NDList inputs, boolean train) {
    PtNDManager manager = (PtNDManager) inputs.get(0).getManager();
    List<IValue> arguments = arguments(inputs);
    try (IValue result = call(module, method, arguments, train)) {
      return result.toNDList(manager);
    } finally {
      arguments.forEach(IValue::close);
    }
  }

  private static List<IValue> arguments(NDList inputs) {
    Map<String, List<PtNDArray>> lists = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      String name = inputs.get(i).getName();
      // No other argument has a list's name.
      String key = isList(name) ? name : String.valueOf(i);
      lists.computeIfAbsent(key, k -> new ArrayList<>()).add((PtNDArray) inputs.get(i));
    }
    List<IValue> arguments = new ArrayList<>(lists.size());
    lists.forEach(
        (key, arrays) ->
            arguments.add(
                isList(key)
                    ? IValue.listFrom(arrays.toArray(PtNDArray[]::new))
                    : IValue.from(arrays.get(0))));
    return arguments;
  }

  private static boolean isList(String name) {
    return name != null && name.endsWith("[]");
  }

  private static IValue call(
      PtSymbolBlock module, String method, List<IValue> arguments, boolean train) {
    long[] handles = arguments.stream().mapToLong(IValue::getHandle).toArray();
    try {
      long result =
          (long) RUN.invokeExact((long) module.getHandle(), method, handles, train, false);
      return (IValue) VALUE.invokeExact(result);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
