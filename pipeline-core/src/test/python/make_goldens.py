#!/usr/bin/env python3
"""Writes what Hugging Face transformers and PEFT compute for Gemma 3, for the Java tests to equal.

    make_goldens.py committed DIR                  the small random models and golden files in DIR
    make_goldens.py model --model DIR --output DIR one golden file (and adapter) for any checkpoint
    make_goldens.py check DIR                      recompute DIR's logits with the installed versions

Everything is seeded. Every weight is random, norms and biases too, since zeros hide mistakes.
A golden file tells of each output how far rounding alone moves it: its yardstick.
The tensors of a golden file are described in the README.md beside the golden files.
"""

import argparse
import contextlib
import gc
import json
import math
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import peft
import psutil  # comes with peft
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.overrides import TorchFunctionMode
from transformers import (
    Gemma3Config, Gemma3ForCausalLM, Gemma3ForConditionalGeneration, Gemma3TextConfig, GenerationConfig)

SEED = 6
NEW_TOKENS = 16
FORMAT = "geolocsft-golden-2"
# What io.geolocsft.parity.Yardstick allows: 8 x max(yardstick, the last place of the greatest value).
ALLOWED = 8
LAST_PLACE = 2.0**-23
ADAPTER_STEPS = 5  # from PEFT's own initialisation: logits move, and rounding grows little
ADAMW_STEPS = 10
ADAMW = dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
IGNORED = -100
PROJECTIONS = "(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"
# PEFT matches the whole module name. A plain list of names would also wrap the vision tower's.
TARGETS = {True: rf".*language_model.*\.{PROJECTIONS}", False: rf"model\.layers\..*\.{PROJECTIONS}"}


# Models


@dataclass(frozen=True)
class Model:
    """One committed model folder."""

    name: str
    note: str
    config: dict  # config.json as written
    dtype: torch.dtype  # of the stored weights
    shards: int = 1
    newer_layout: bool = False
    loud: bool = False  # norms as large as those of released checkpoints, whose logits reach 150
    lora: dict = field(default_factory=dict)

    @property
    def multimodal(self) -> bool:
        return self.config["model_type"] == "gemma3"

    def readable_config(self):
        """The configuration in the spelling that transformers 4 reads."""
        return configuration(self.config)


def configuration(config: dict):
    """Reads config.json; rope_parameters, which transformers 5 writes, becomes the older fields."""
    if int(transformers.__version__.split(".")[0]) < 5:
        config = {**config, **older_rope(config)}
        if "text_config" in config:
            config["text_config"] = {**config["text_config"], **older_rope(config["text_config"])}
    kind = Gemma3Config if config["model_type"] == "gemma3" else Gemma3TextConfig
    return kind.from_dict(config)


def older_rope(text: dict) -> dict:
    if "rope_parameters" not in text:
        return {}
    full, local = (text["rope_parameters"][kind] for kind in ("full_attention", "sliding_attention"))
    scaling = None if full["rope_type"] == "default" else {"rope_type": full["rope_type"], "factor": full["factor"]}
    return {"rope_theta": full["rope_theta"], "rope_local_base_freq": local["rope_theta"], "rope_scaling": scaling}


# No two of a model's sizes are equal where a transposed or mistaken one would go unseen.
TEXT = {
    "attention_bias": False,
    "attention_dropout": 0.0,
    "attn_logit_softcapping": None,
    "final_logit_softcapping": None,
    "head_dim": 8,
    "hidden_activation": "gelu_pytorch_tanh",
    "hidden_size": 24,
    "intermediate_size": 30,
    "max_position_embeddings": 512,
    "model_type": "gemma3_text",
    "num_attention_heads": 4,
    "num_hidden_layers": 7,
    "num_key_value_heads": 2,
    "query_pre_attn_scalar": 3,
    "rms_norm_eps": 1e-06,
    "rope_local_base_freq": 10000.0,
    "rope_scaling": None,
    "rope_theta": 1000000.0,
    "sliding_window": 16,
    "sliding_window_pattern": 6,
    "vocab_size": 64,
    "pad_token_id": 0,
    "eos_token_id": 1,
    "bos_token_id": 2,
}
VISION = {
    "attention_dropout": 0.0,
    "hidden_act": "gelu_pytorch_tanh",
    "hidden_size": 20,
    "image_size": 24,
    "intermediate_size": 28,
    "layer_norm_eps": 1e-06,
    "model_type": "siglip_vision_model",
    "num_attention_heads": 2,
    "num_channels": 3,
    "num_hidden_layers": 2,
    "patch_size": 6,
    "vision_use_head": False,
}
MULTIMODAL = {
    "architectures": ["Gemma3ForConditionalGeneration"],
    "boi_token_index": 60,
    "eoi_token_index": 61,
    "eos_token_id": [1, 59],
    "image_token_index": 62,
    "initializer_range": 0.02,
    "mm_tokens_per_image": 4,
    "model_type": "gemma3",
    "text_config": {**TEXT, "rope_scaling": {"factor": 8.0, "rope_type": "linear"}},
    "torch_dtype": "bfloat16",
    "vision_config": VISION,
}


def without(config: dict, *keys: str) -> dict:
    return {key: value for key, value in config.items() if key not in keys}


def newer_config() -> dict:
    """The spelling of transformers 5: layer_types, rope_parameters, dtype."""
    text = without(TEXT, "rope_theta", "rope_local_base_freq", "rope_scaling", "sliding_window_pattern")
    text |= {
        "num_hidden_layers": 3,
        "num_key_value_heads": 1,
        "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
        "rope_parameters": {
            "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
        },
    }
    return without(MULTIMODAL, "torch_dtype") | {
        "dtype": "bfloat16",
        "text_config": text,
        "vision_config": {**VISION, "num_hidden_layers": 1},
    }


MODELS = [
    Model("multimodal", "released names and spelling, linear rope scaling 8 on global layers",
          MULTIMODAL, torch.bfloat16, lora=dict(r=2, lora_alpha=4)),
    Model("text", "the 270M and 1B kind: text only, no rope scaling, one key-value head; float16",
          TEXT | {"architectures": ["Gemma3ForCausalLM"], "torch_dtype": "float16", "hidden_size": 20,
                  "num_key_value_heads": 1},
          torch.float16, lora=dict(r=2, lora_alpha=3)),
    Model("sharded", "three float32 shards with an index, every third layer global, final logit soft-capping 1.5",
          TEXT | {"architectures": ["Gemma3ForCausalLM"], "torch_dtype": "float32", "num_hidden_layers": 3,
                  "sliding_window_pattern": 3, "final_logit_softcapping": 1.5},
          torch.float32, shards=3, lora=dict(r=2, lora_alpha=4)),
    Model("newer", "names and spelling of transformers 5; rank-stabilised LoRA",
          newer_config(), torch.bfloat16, newer_layout=True, lora=dict(r=2, lora_alpha=2, use_rslora=True)),
    Model("loud", "norms scaled until attention is sharp and logits reach 150, as in released checkpoints",
          MULTIMODAL, torch.bfloat16, loud=True, lora=dict(r=2, lora_alpha=4)),
]


def loudness(name: str) -> float:
    """By what a norm's random weights are multiplied in a loud model."""
    if name.endswith(("q_norm.weight", "k_norm.weight")):
        return 2
    return 50 if name.endswith("language_model.norm.weight") else 1


def random_weight(name: str, shape: torch.Size, generator: torch.Generator) -> Tensor:
    noise = torch.randn(shape, generator=generator)
    if name.endswith("bias"):
        return 0.2 * noise
    if "vision_tower" in name and "norm" in name:
        return 1 + 0.3 * noise  # LayerNorm: x * w + b
    if "norm" in name:
        return 0.3 * noise  # RMSNorm: x * (1 + w)
    if "embed_tokens" in name:
        return 0.15 * noise
    return noise / math.sqrt(math.prod(shape[1:]) if len(shape) > 1 else 1)


def model_weight(model: Model, name: str, shape: torch.Size, generator: torch.Generator) -> Tensor:
    weight = random_weight(name, shape, generator)
    if not model.loud or loudness(name) == 1:
        return weight
    return loudness(name) * (1 + weight) - 1  # a norm multiplies by 1 + w


def released_name(name: str, newer_layout: bool) -> str:
    """The name in a file of a tensor that transformers holds in memory under `name`."""
    if newer_layout or not name.startswith(("model.language_model.", "model.vision_tower.", "model.multi_modal")):
        return name
    name = name.removeprefix("model.")
    return name.replace("language_model.", "language_model.model.", 1) if name.startswith("language") else name


def write_model(model: Model, folder: Path, generator: torch.Generator) -> None:
    config = model.readable_config()
    kind = Gemma3ForConditionalGeneration if model.multimodal else Gemma3ForCausalLM
    weights = {
        released_name(name, model.newer_layout): model_weight(model, name, weight.shape, generator).to(model.dtype)
        for name, weight in kind(config).state_dict().items()
        if not name.startswith("lm_head") and not name.endswith("position_ids")
    }
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(model.config, indent=2, sort_keys=True) + "\n")
    write_weights(weights, folder, model.shards)


def write_weights(weights: dict[str, Tensor], folder: Path, shards: int) -> None:
    metadata = {"format": "pt"}
    if shards == 1:
        save_file(weights, folder / "model.safetensors", metadata)
        return
    names = list(weights)
    index = {}
    for shard in range(shards):
        file = f"model-{shard + 1:05d}-of-{shards:05d}.safetensors"
        part = names[shard::shards]  # dealt out, so that a layer's tensors lie in several files
        save_file({name: weights[name] for name in part}, folder / file, metadata)
        index |= {name: file for name in part}
    size = sum(weight.nbytes for weight in weights.values())
    content = {"metadata": {"total_size": size}, "weight_map": dict(sorted(index.items()))}
    (folder / "model.safetensors.index.json").write_text(json.dumps(content, indent=2) + "\n")


def load_model(folder: Path, dtype: torch.dtype, attention: str = "eager"):
    """Loads a model folder; a missing or unexpected tensor is an error."""
    gc.collect()  # PEFT's models are cycles, and two large ones do not fit into memory
    raw = json.loads((folder / "config.json").read_text())
    config = configuration(raw)
    kind = Gemma3ForConditionalGeneration if raw["model_type"] == "gemma3" else Gemma3ForCausalLM
    model, report = kind.from_pretrained(
        folder, config=config, dtype=dtype, attn_implementation=attention, output_loading_info=True)
    for problem in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if set(report[problem]) - {"lm_head.weight"}:
            raise ValueError(f"{folder}: {problem} {report[problem]}")
    return model.eval()


# Adapters


def write_adapter(model_folder: Path, folder: Path, settings: dict, feeds: list[dict[str, Tensor]], seed: int) -> None:
    """Writes a PEFT adapter on all linear layers of the language model as training makes them.

    It begins as PEFT initialises it and learns the rows of `feeds` in turn. Random numbers in both matrices would
    make of a real checkpoint a network in which the least rounding grows to whole logits.
    """
    base = load_model(model_folder, torch.float32)
    multimodal = isinstance(base, Gemma3ForConditionalGeneration)
    config = LoraConfig(target_modules=TARGETS[multimodal], lora_dropout=0.0, task_type="CAUSAL_LM", **settings)
    torch.manual_seed(seed)
    adapted = get_peft_model(base, config).train()
    optimizer = torch.optim.AdamW([weight for _, weight in lora_weights(adapted)], **ADAMW)
    losses = [step(adapted, feeds[i % len(feeds)], optimizer) for i in range(ADAPTER_STEPS * len(feeds))]
    print(f"{folder}: loss {losses[0]:.4f} before training, {losses[-len(feeds)]:.4f} before the last step")
    adapted.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    described = json.loads((folder / "adapter_config.json").read_text())
    described["base_model_name_or_path"] = None  # a path of this machine otherwise
    (folder / "adapter_config.json").write_text(json.dumps(described, indent=2, sort_keys=True) + "\n")


def step(adapted, feed: dict[str, Tensor], optimizer) -> Tensor:
    """One step of training; gives the loss before it."""
    optimizer.zero_grad()
    loss = adapted(**feed).loss
    loss.backward()
    optimizer.step()
    return loss.detach()


def lora_weights(adapted) -> list[tuple[str, Tensor]]:
    """The trainable tensors under the names that they have in adapter_model.safetensors."""
    return [
        (name.replace(".default.", "."), weight)
        for name, weight in adapted.named_parameters()
        if "lora_" in name
    ]


# Inputs


@dataclass(frozen=True)
class Case:
    """One golden file: rows given as prompt parts and target length."""

    name: str
    model: str
    note: str
    rows: list[tuple[list, int]]  # ([text length | IMAGE, ...], target tokens)
    outputs: tuple[str, ...] = ()  # of those below, left out elsewhere for size


IMAGE = "image"
GRADIENT = "gradient"
BFLOAT16 = "logits_bfloat16"
CAUSAL = "logits_causal"  # a mistake that a test must notice
ADAMW_LOSSES = "adamw_losses"
CASES = [
    Case("text_only", "text", "one row without an image", [([14], 6)], (GRADIENT, BFLOAT16)),
    Case("ragged", "text", "three rows of different length, padded on the right", [([4], 4), ([15], 7), ([9], 3)]),
    Case("long", "text", "a sequence of three sliding windows", [([40], 8)], (GRADIENT,)),
    Case("image_one", "multimodal", "one image before the text", [([1, IMAGE, 8], 6)]),
    Case("image_two", "multimodal", "two images in one row, text between them",
         [([3, IMAGE, 4, IMAGE, 4], 6)], (GRADIENT, BFLOAT16, CAUSAL)),
    Case("image_ragged", "multimodal",
         "an image, no image, two adjoining images; padded on the right, one row longer than the window",
         [([1, IMAGE, 5], 4), ([10], 5), ([2, IMAGE, IMAGE, 3], 5)], (GRADIENT,)),
    Case("sharded", "sharded", "shards, soft-capped logits", [([12], 6)]),
    Case("newer", "newer", "newer names and rope spelling", [([2, IMAGE, 10], 5)], (GRADIENT, BFLOAT16)),
    Case("loud", "loud", "logits up to 150; two images, one row longer than the window",
         [([3, IMAGE, 6, IMAGE, 2], 6), ([5], 3)], (GRADIENT, BFLOAT16, CAUSAL)),
]


def random_tokens(count: int, limit: int, generator: torch.Generator) -> list[int]:
    return torch.randint(3, limit, (count,), generator=generator).tolist()


def batch(rows: list[tuple[list, int]], config, generator: torch.Generator) -> tuple[dict[str, Tensor], list[int]]:
    """The padded inputs and labels of the rows, and the length of each row's prompt."""
    text = getattr(config, "text_config", config)
    limit = min(text.vocab_size, getattr(config, "boi_token_index", None) or text.vocab_size)
    tokens, types, targets, prompts, images = [], [], [], [], 0
    for parts, target in rows:
        row = [text.bos_token_id if text.bos_token_id is not None else 2]
        for part in parts:
            if part == IMAGE:
                soft = [config.image_token_index] * config.mm_tokens_per_image
                row += [config.boi_token_index, *soft, config.eoi_token_index]
                images += 1
            else:
                row += random_tokens(part, limit, generator)
        prompts.append(len(row))
        row += random_tokens(target, limit, generator)
        tokens.append(row)
        types.append([int(images > 0 and token == config.image_token_index) for token in row])
        targets.append([IGNORED] * prompts[-1] + row[prompts[-1]:])
    inputs = {
        "input_ids": pad(tokens, text.pad_token_id or 0),
        "attention_mask": pad([[1] * len(row) for row in tokens], 0),
        "token_type_ids": pad(types, 0),
        "labels": pad(targets, IGNORED),
    }
    if images:
        size = config.vision_config.image_size
        # Eight-bit levels, scaled as the image processor does with mean and deviation 0.5.
        levels = torch.randint(0, 256, (images, 3, size, size), generator=generator)
        inputs["pixel_values"] = (levels / 255.0 - 0.5) / 0.5
    return inputs, prompts


def pad(rows: list[list[int]], value: int) -> Tensor:
    length = max(map(len, rows))
    return torch.tensor([row + [value] * (length - len(row)) for row in rows], dtype=torch.int64)


def accepted(inputs: dict[str, Tensor], multimodal: bool, *left_out: str) -> dict[str, Tensor]:
    """The inputs that the model's forward takes."""
    unknown = set(left_out) | (set() if multimodal else {"token_type_ids"})
    return {name: value for name, value in inputs.items() if name not in unknown}


# What the reference computes


def golden(model_folder: Path, adapter_folder: Path, inputs: dict[str, Tensor], prompts: list[int],
           outputs: tuple[str, ...]) -> dict[str, Tensor]:
    """All tensors of one golden file but the yardsticks."""
    model = load_model(model_folder, torch.float32)
    multimodal = isinstance(model, Gemma3ForConditionalGeneration)
    feed = accepted(inputs, multimodal)
    result = dict(inputs) | {"prompt_lengths": torch.tensor(prompts)}
    with torch.no_grad():
        result |= greedy(model, inputs, prompts)
        if BFLOAT16 in outputs:
            result[BFLOAT16] = bfloat16_logits(model_folder, accepted(inputs, multimodal, "labels"))
        if CAUSAL in outputs:
            blind = feed | {"token_type_ids": torch.zeros_like(feed["token_type_ids"])}
            result[CAUSAL] = model(**blind).logits
    return result | compared(model, adapter_folder, feed, outputs)


def compared(model, adapter_folder: Path, feed: dict[str, Tensor], outputs: tuple[str, ...],
             mode=contextlib.nullcontext) -> dict[str, Tensor]:
    """What has a yardstick, by its name in the golden file. The model is spent afterwards: PEFT changes it.

    `mode` makes a context to compute in; files are read outside of it.
    """
    result = {}
    with mode(), torch.no_grad():
        if "pixel_values" in feed:
            result |= vision(model, feed["pixel_values"])
        output = model(**feed)
        result |= {"logits": output.logits, "loss": output.loss}
    adapted = PeftModel.from_pretrained(model, adapter_folder, is_trainable=True).to(model.dtype).train()
    with mode():
        output = adapted(**feed)
        output.loss.backward()
        result |= {"adapter_logits": output.logits.detach(), "adapter_loss": output.loss.detach()}
        if GRADIENT in outputs:
            result |= {f"{GRADIENT}.{name}": weight.grad.clone() for name, weight in lora_weights(adapted)}
        if ADAMW_LOSSES in outputs:
            result[ADAMW_LOSSES] = train(adapted, feed)
    return result


def bfloat16_logits(model_folder: Path, feed: dict[str, Tensor]) -> Tensor:
    if "pixel_values" in feed:
        feed["pixel_values"] = feed["pixel_values"].bfloat16()
    return load_model(model_folder, torch.bfloat16)(**feed).logits


def vision(model, pixels: Tensor) -> dict[str, Tensor]:
    features = model.model.vision_tower(pixel_values=pixels).last_hidden_state
    return {
        "vision_features": features,
        "image_features": model.model.multi_modal_projector(features),
    }


def train(adapted, feed: dict[str, Tensor]) -> Tensor:
    """The loss before each of the AdamW steps, and after the last one."""
    optimizer = torch.optim.AdamW([weight for _, weight in lora_weights(adapted)], **ADAMW)
    losses = [step(adapted, feed, optimizer) for _ in range(ADAMW_STEPS)]
    with torch.no_grad():
        losses.append(adapted(**feed).loss)
    return torch.stack(losses)


def greedy(model, inputs: dict[str, Tensor], prompts: list[int]) -> dict[str, Tensor]:
    """Greedy tokens of each unpadded prompt, no stop token, and their margins over the second best."""
    tokens, margins, image = [], [], 0
    for row, prompt in enumerate(prompts):
        single = {name: inputs[name][row:row + 1, :prompt] for name in ("input_ids", "attention_mask", "token_type_ids")}
        count = images_in(model, inputs["input_ids"][row])
        if count:
            single["pixel_values"] = inputs["pixel_values"][image:image + count]
            image += count
        row_tokens, row_margins = greedy_row(model, accepted(single, isinstance(model, Gemma3ForConditionalGeneration)))
        tokens.append(row_tokens)
        margins.append(row_margins)
    return {"greedy_tokens": torch.tensor(tokens), "greedy_margins": torch.tensor(margins)}


def images_in(model, row: Tensor) -> int:
    if not isinstance(model, Gemma3ForConditionalGeneration):
        return 0
    return int((row == model.config.image_token_index).sum()) // model.config.mm_tokens_per_image


def greedy_row(model, single: dict[str, Tensor]) -> tuple[list[int], list[float]]:
    """Decodes without a cache. A margin of 0 marks tokens that nobody can be asked for.

    Those are what follows an image token, which stands for no image here, and what follows where transformers' own
    cached generation went another way.
    """
    tokens, margins = [], []
    cached = cached_tokens(model, single)
    for new in range(NEW_TOKENS):
        best = model(**single).logits[0, -1].topk(2)
        tokens.append(int(best.indices[0]))
        margins.append(float(best.values[0] - best.values[1]))
        if tokens[-1] != cached[new]:
            margins[-1] = 0.0
        if margins[-1] == 0 or tokens[-1] == getattr(model.config, "image_token_index", None):
            break
        single["input_ids"] = append(single["input_ids"], tokens[-1])
        single["attention_mask"] = append(single["attention_mask"], 1)
        if "token_type_ids" in single:
            single["token_type_ids"] = append(single["token_type_ids"], 0)
    unknown = NEW_TOKENS - len(tokens)
    return tokens + [0] * unknown, margins + [0.0] * unknown


def cached_tokens(model, single: dict[str, Tensor]) -> list[int]:
    """What transformers generates; a checkpoint's own habits, such as sampling or forbidden tokens, do not count."""
    model.generation_config = GenerationConfig(max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=0)
    return model.generate(**single)[0, single["input_ids"].shape[1]:].tolist()


def append(row: Tensor, value: int) -> Tensor:
    return torch.cat([row, torch.tensor([[value]])], dim=1)


# Yardsticks: how far rounding alone moves an output of transformers


FLOAT64, ATTENTION, SUMMATION = "float64", "attention", "summation"


class Float64(TorchFunctionMode):
    """Computes in float64 what Gemma 3 computes in float32 whatever its weights' type: norms, softmax, angles, loss."""

    def __torch_function__(self, function, types, arguments=(), keywords=None):
        if function is Tensor.float:
            function = Tensor.double
        arguments = [torch.float64 if value is torch.float32 else value for value in arguments]
        keywords = {
            name: torch.float64 if value is torch.float32 else value for name, value in (keywords or {}).items()}
        return function(*arguments, **keywords)


class Backwards(TorchFunctionMode):
    """Sums in every linear layer from the last input to the first."""

    def __torch_function__(self, function, types, arguments=(), keywords=None):
        if function is torch.nn.functional.linear:
            arguments = [arguments[0].flip(-1), arguments[1].flip(-1), *arguments[2:]]
        return function(*arguments, **(keywords or {}))


def other(kind: str, model_folder: Path, adapter_folder: Path, feed: dict[str, Tensor],
          outputs: tuple[str, ...]) -> dict[str, Tensor]:
    """The outputs once more, computed another way."""
    model = load_model(model_folder, torch.float32, "sdpa" if kind == ATTENTION else "eager")
    if kind == FLOAT64:  # after loading, so that all constants are those of float32
        model = model.double()
        feed = {name: value.double() if value.is_floating_point() else value for name, value in feed.items()}
    mode = {FLOAT64: Float64, ATTENTION: contextlib.nullcontext, SUMMATION: Backwards}[kind]
    return compared(model, adapter_folder, feed, outputs, mode)


def yardsticks(model_folder: Path, adapter_folder: Path, tensors: dict[str, Tensor], outputs: tuple[str, ...],
               kinds: list[str]) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The yardstick of every output, and the name of its kind: the first of the kinds that moves it at all."""
    multimodal = json.loads((model_folder / "config.json").read_text())["model_type"] == "gemma3"
    names = ("input_ids", "attention_mask", "token_type_ids", "labels", "pixel_values")
    feed = accepted({name: tensors[name] for name in names if name in tensors}, multimodal)
    found, kind_of = {}, {}
    for kind in kinds:
        if found and all(found.values()):
            break
        values = other(kind, model_folder, adapter_folder, feed, outputs)
        for name in values:
            if not found.get(name):
                found[name] = distance(name, values, tensors)
                kind_of[name.split(".")[0]] = kind
    return ({f"yardstick.{name}": torch.tensor(value, dtype=torch.float32) for name, value in found.items()},
            {f"yardstick.{name}": kind for name, kind in kind_of.items()})


def distance(name: str, values: dict[str, Tensor], golden: dict[str, Tensor]) -> float:
    """How far an output lies from the golden one: the greatest difference; of a gradient the norm of the difference
    relative to the golden one's; of a loss the mean over its tokens' own, since a sum may be right by luck."""
    if name.endswith("loss"):
        logits = name.removesuffix("loss") + "logits"
        ours, theirs = (token_losses(of[logits], golden["labels"]) for of in (values, golden))
        return float((ours - theirs).abs().mean())
    difference = values[name].double() - golden[name].double()
    if name.startswith(GRADIENT):
        return float(difference.norm() / golden[name].double().norm().clamp_min(1e-300))
    if name.endswith("logits"):
        difference = difference[golden["attention_mask"] == 1]
    return float(difference.abs().max())


def token_losses(logits: Tensor, labels: Tensor) -> Tensor:
    return torch.nn.functional.cross_entropy(
        logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=IGNORED, reduction="none"
    )[labels[:, 1:].flatten() != IGNORED].double()


def kinds_that_fit(model_folder: Path) -> list[str]:
    """float64 where memory holds the model in it; it takes half as much again while it is made and used."""
    values = sum(
        math.prod(file.get_slice(name).get_shape())
        for path in model_folder.glob("*.safetensors")
        for file in [safe_open(path, "pt")]
        for name in file.keys()
    )
    return [FLOAT64] if values * 8 * 1.5 < free_memory() else [ATTENTION, SUMMATION]


def free_memory() -> int:
    """Bytes that this process may still take, of the machine's and of its container's."""
    free = psutil.virtual_memory().available
    group = Path("/sys/fs/cgroup")
    limit = group / "memory.max"
    if limit.is_file() and limit.read_text().strip() != "max":
        free = min(free, int(limit.read_text()) - int((group / "memory.current").read_text()))
    return free


# Files


def versions() -> dict[str, str]:
    return {
        "torch": torch.__version__.split("+")[0],
        "transformers": transformers.__version__,
        "peft": peft.__version__,
        "numpy": numpy.__version__,
    }


def save_golden(file: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    tensors = {name: tensor.contiguous().clone() for name, tensor in tensors.items()}
    facts = {"format": FORMAT, "padding_side": "right", "attention": "eager"}
    save_file(tensors, file, facts | versions() | metadata)


def committed(folder: Path) -> None:
    for name in ("models", "adapters", "cases"):
        shutil.rmtree(folder / name, ignore_errors=True)
    inputs = {}
    for index, case in enumerate(CASES):
        config = next(model for model in MODELS if model.name == case.model).readable_config()
        inputs[case.name] = batch(case.rows, config, torch.Generator().manual_seed(SEED + 100 + index))
    for index, model in enumerate(MODELS):
        write_model(model, folder / "models" / model.name, torch.Generator().manual_seed(SEED + index))
        feeds = [accepted(inputs[case.name][0], model.multimodal) for case in CASES if case.model == model.name]
        write_adapter(folder / "models" / model.name, folder / "adapters" / model.name, model.lora, feeds, SEED + index)
    (folder / "cases").mkdir()
    listed = [write_case(folder, case, SEED + 100 + index, *inputs[case.name]) for index, case in enumerate(CASES)]
    manifest = {"format": FORMAT, "seed": SEED, "versions": versions(), "cases": listed}
    (folder / "cases.json").write_text(json.dumps(manifest, indent=2) + "\n")


def write_case(folder: Path, case: Case, seed: int, inputs: dict[str, Tensor], prompts: list[int]) -> dict:
    model, adapter = f"models/{case.model}", f"adapters/{case.model}"
    outputs = case.outputs + (ADAMW_LOSSES,)
    tensors = golden(folder / model, folder / adapter, inputs, prompts, outputs)
    lengths, kinds = yardsticks(folder / model, folder / adapter, tensors, outputs, [FLOAT64])
    if tensors["greedy_margins"].min() <= 2 * allowed("logits", tensors, lengths):
        raise ValueError(f"{case.name}: a greedy token could go either way; take another seed")
    file = f"cases/{case.name}.safetensors"
    facts = {"seed": str(seed), "model": f"../{model}", "adapter": f"../{adapter}"}
    save_golden(folder / file, tensors | lengths, facts | kinds)
    describe(case.name, tensors, lengths)
    return {"name": case.name, "file": file, "model": model, "adapter": adapter, "note": case.note,
            "rows": len(case.rows), "images": len(inputs.get("pixel_values", []))}


def allowed(name: str, tensors: dict[str, Tensor], lengths: dict[str, Tensor]) -> float:
    """How far another implementation may be from an output other than a gradient."""
    return ALLOWED * max(float(lengths[f"yardstick.{name}"]), LAST_PLACE * float(tensors[name].abs().max()))


def describe(name: str, tensors: dict[str, Tensor], lengths: dict[str, Tensor]) -> None:
    moved = (tensors["adapter_logits"] - tensors["logits"])[tensors["attention_mask"] == 1].abs()
    print(f"{name}: logits up to {tensors['logits'].abs().max():.1f}, the adapter moves them by {moved.mean():.2g}, "
          f"{moved.max():.2g} at most; loss {tensors['loss']:.6f}, adapted {tensors['adapter_loss']:.6f}; "
          f"smallest greedy margin {tensors['greedy_margins'].min():.4f}")
    for output in ("vision_features", "image_features", "logits", "loss", "adapter_logits", "adapter_loss",
                   ADAMW_LOSSES, GRADIENT):
        found = [float(value) for key, value in lengths.items() if key.startswith(f"yardstick.{output}")]
        if found:
            print(f"  yardstick of {output}: {max(found):.1e}")


def any_model(model_folder: Path, output: Path, seed: int, kind: str) -> None:
    """One golden file for a checkpoint of any size: two ragged rows, the first with an image if it can."""
    config = configuration(json.loads((model_folder / "config.json").read_text()))
    multimodal = isinstance(config, Gemma3Config)
    rows = [([1, IMAGE, 9] if multimodal else [24], 6), ([15], 4)]
    inputs, prompts = batch(rows, config, torch.Generator().manual_seed(seed))
    outputs = (GRADIENT, BFLOAT16)
    adapter = output / "adapter"
    write_adapter(model_folder, adapter, dict(r=2, lora_alpha=4), [accepted(inputs, multimodal)], seed)
    tensors = golden(model_folder, adapter, inputs, prompts, outputs)
    kinds = {"auto": kinds_that_fit(model_folder), ATTENTION: [ATTENTION, SUMMATION]}.get(kind, [kind])
    lengths, kinds_found = yardsticks(model_folder, adapter, tensors, outputs, kinds)
    metadata = {"seed": str(seed), "model": str(model_folder.resolve()), "adapter": "adapter"}
    save_golden(output / "golden.safetensors", tensors | lengths, metadata | kinds_found)
    describe(f"{output / 'golden.safetensors'}, yardsticks by {'/'.join(sorted(set(kinds_found.values())))}",
             tensors, lengths)


def check(folder: Path) -> None:
    """Prints how far the installed versions, eager and fused attention, are from the golden logits."""
    for case in json.loads((folder / "cases.json").read_text())["cases"]:
        tensors = load_file(folder / case["file"])
        distances = {
            attention: check_logits(load_model(folder / case["model"], torch.float32, attention), tensors)
            for attention in ("eager", "sdpa")
        }
        print(case["name"], ", ".join(f"{name} {distance:.2e}" for name, distance in distances.items()))


def check_logits(model, tensors: dict[str, Tensor]) -> float:
    multimodal = isinstance(model, Gemma3ForConditionalGeneration)
    names = ("input_ids", "attention_mask", "token_type_ids", "pixel_values")
    feed = accepted({name: tensors[name] for name in names if name in tensors}, multimodal)
    with torch.no_grad():
        difference = (model(**feed).logits - tensors["logits"]).abs()
    return float(difference[tensors["attention_mask"] == 1].max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for command in ("committed", "check"):
        commands.add_parser(command).add_argument("folder", type=Path)
    single = commands.add_parser("model")
    single.add_argument("--model", type=Path, required=True)
    single.add_argument("--output", type=Path, required=True)
    single.add_argument("--seed", type=int, default=SEED)
    single.add_argument("--yardstick", choices=["auto", FLOAT64, ATTENTION, SUMMATION], default="auto",
                        help="what transformers' float32 is held against to see how far rounding moves it: its own "
                             "float64 (auto, where it fits into memory), its other attention, another order of sums")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    if arguments.command == "committed":
        committed(arguments.folder)
    elif arguments.command == "check":
        check(arguments.folder)
    else:
        arguments.output.mkdir(parents=True, exist_ok=True)
        any_model(arguments.model, arguments.output, arguments.seed, arguments.yardstick)


if __name__ == "__main__":
    main()
