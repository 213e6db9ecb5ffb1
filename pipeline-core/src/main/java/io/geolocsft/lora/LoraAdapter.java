package io.geolocsft.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.geolocsft.gemma.DecoderLinears;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.Kernels;
import io.geolocsft.gemma.LinearAdapter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The pairs A and B of every wrapped layer, in float32 whatever the base model's type, as PEFT
 * keeps them.
 */
public final class LoraAdapter implements LinearAdapter, AutoCloseable {

  private final LoraConfig config;
  private final NDManager manager;
  private final Map<String, NDArray> tensors = new LinkedHashMap<>();
  private final List<NDList> layers = new ArrayList<>();

  private LoraAdapter(LoraConfig config, GemmaModel model, TensorSource source) {
    this.config = config;
    manager = model.newScope();
    try {
      addLayers(model, source);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private void addLayers(GemmaModel model, TensorSource source) {
    for (List<DecoderLinears.Linear> layer : DecoderLinears.of(model.config())) {
      NDList list = new NDList();
      int first = 0;
      for (int size : DecoderLinears.GROUPS) {
        List<DecoderLinears.Linear> group = layer.subList(first, first + size);
        NDList ups = new NDList();
        for (DecoderLinears.Linear linear : group) {
          boolean wrapped = config.targetModules().contains(linear.module());
          int rank = wrapped ? config.rank() : 0;
          Shape down = new Shape(rank, linear.inputs());
          Shape up = new Shape(linear.outputs(), rank);
          list.add(wrapped ? add(linear.name() + ".lora_A.weight", down, source) : none(down));
          ups.add(wrapped ? add(linear.name() + ".lora_B.weight", up, source) : none(up));
        }
        list.addAll(ups);
        first += size;
      }
      layers.add(list);
    }
  }

  private NDArray none(Shape shape) {
    NDArray none = manager.create(shape, DataType.FLOAT32);
    none.setName("lora[]");
    return none;
  }

  private NDArray add(String name, Shape shape, TensorSource source) {
    NDArray tensor = source.tensor(name, shape, manager);
    tensor.setName("lora[]");
    tensors.put(name, tensor);
    return tensor;
  }

  /** Where a pair's values come from. */
  interface TensorSource {
    NDArray tensor(String name, Shape shape, NDManager manager);
  }

  /**
   * A new adapter that changes nothing yet: A uniform in {@code +-1 / sqrt(inputs)} (Kaiming with a
   * = sqrt 5, as PEFT does), B zero.
   */
  public static LoraAdapter create(LoraConfig config, GemmaModel model, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new LoraAdapter(
        config,
        model,
        (name, shape, manager) -> {
          float[] values = new float[Math.toIntExact(shape.size())];
          if (name.endsWith("lora_A.weight")) {
            double bound = 1 / Math.sqrt(shape.get(1));
            for (int i = 0; i < values.length; i++) {
              values[i] = (float) random.nextDouble(-bound, bound);
            }
          }
          return manager.create(values, shape);
        });
  }

  static LoraAdapter from(LoraConfig config, GemmaModel model, TensorSource source) {
    return new LoraAdapter(config, model, source);
  }

  public LoraConfig config() {
    return config;
  }

  @Override
  public Kernels.Lora settings() {
    return new Kernels.Lora(config.scale(), config.dropout());
  }

  @Override
  public NDList layer(int index) {
    return layers.get(index);
  }

  /** The pairs by module name with {@code .lora_A.weight} or {@code .lora_B.weight}. */
  public Map<String, NDArray> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public void close() {
    manager.close();
  }
}
