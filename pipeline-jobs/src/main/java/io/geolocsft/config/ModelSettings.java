package io.geolocsft.config;

import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Location;
import io.geolocsft.config.binding.OneOf;
import java.io.Serializable;

/**
 * The base model.
 *
 * @param path folder of a Gemma 3: {@code config.json}, {@code tokenizer.json}, safetensors; on
 *     every machine by the same path
 * @param weights {@code load} those of the folder, or begin with {@code random} ones (to train all
 *     of them, {@code sft.adapter: none})
 * @param device {@code auto} takes a GPU where the executor has one
 * @param dtype of the frozen weights; adapters stay in float32
 */
public record ModelSettings(
    @Location(local = true) String path,
    @Default("load") @OneOf({"load", "random"}) String weights,
    @Default("auto") @OneOf({"auto", "cpu", "cuda"}) String device,
    @Default("bfloat16") @OneOf({"float32", "bfloat16"}) String dtype)
    implements Serializable {}
