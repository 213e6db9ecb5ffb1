#!/usr/bin/env python3
"""Writes what Hugging Face transformers and PEFT compute for Gemma 3, for the Java tests to equal.

    make_goldens.py committed DIR                  the small random models and golden files in DIR
    make_goldens.py model --model DIR --output DIR one golden file (and adapter) for any checkpoint
    make_goldens.py check DIR                      recompute DIR's logits with the installed versions

Everything is seeded. Every weight is random, norms and biases too, since zeros hide mistakes.
The tensors of a golden file are described in the README.md beside the golden files.
"""

import argparse
import json
import math
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import peft
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import Gemma3Config, Gemma3ForCausalLM, Gemma3ForConditionalGeneration, Gemma3TextConfig

SEED = 6
NEW_TOKENS = 16
LEAST_MARGIN = 1e-3  # below it, rounding alone may change the greedy token
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
]


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
        released_name(name, model.newer_layout): random_weight(name, weight.shape, generator).to(model.dtype)
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


def write_adapter(model_folder: Path, folder: Path, settings: dict, generator: torch.Generator) -> None:
    """Writes a PEFT adapter on all linear layers of the language model, A and B random."""
    base = load_model(model_folder, torch.float32)
    multimodal = isinstance(base, Gemma3ForConditionalGeneration)
    config = LoraConfig(target_modules=TARGETS[multimodal], lora_dropout=0.0, task_type="CAUSAL_LM", **settings)
    adapted = get_peft_model(base, config)
    with torch.no_grad():
        for _, weight in lora_weights(adapted):
            weight.copy_(0.15 * torch.randn(weight.shape, generator=generator))
    adapted.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    described = json.loads((folder / "adapter_config.json").read_text())
    described["base_model_name_or_path"] = None  # a path of this machine otherwise
    (folder / "adapter_config.json").write_text(json.dumps(described, indent=2, sort_keys=True) + "\n")


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
    outputs: tuple[str, ...] = ()  # of GRADIENT and BFLOAT16, left out elsewhere for size


IMAGE = "image"
GRADIENT = "gradient"
BFLOAT16 = "logits_bfloat16"
CASES = [
    Case("text_only", "text", "one row without an image", [([14], 6)], (GRADIENT, BFLOAT16)),
    Case("ragged", "text", "three rows of different length, padded on the right", [([4], 4), ([15], 7), ([9], 3)]),
    Case("long", "text", "a sequence of three sliding windows", [([40], 8)], (GRADIENT,)),
    Case("image_one", "multimodal", "one image before the text", [([1, IMAGE, 8], 6)]),
    Case("image_two", "multimodal", "two images in one row, text between them",
         [([3, IMAGE, 4, IMAGE, 4], 6)], (GRADIENT, BFLOAT16)),
    Case("image_ragged", "multimodal",
         "an image, no image, two adjoining images; padded on the right, one row longer than the window",
         [([1, IMAGE, 5], 4), ([10], 5), ([2, IMAGE, IMAGE, 3], 5)], (GRADIENT,)),
    Case("sharded", "sharded", "shards, soft-capped logits", [([12], 6)]),
    Case("newer", "newer", "newer names and rope spelling", [([2, IMAGE, 10], 5)], (GRADIENT, BFLOAT16)),
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
    """All tensors of one golden file."""
    model = load_model(model_folder, torch.float32)
    multimodal = isinstance(model, Gemma3ForConditionalGeneration)
    feed = accepted(inputs, multimodal)
    result = dict(inputs) | {"prompt_lengths": torch.tensor(prompts)}
    with torch.no_grad():
        output = model(**feed)
        result |= {"logits": output.logits, "loss": output.loss}
        if "pixel_values" in inputs:
            result |= vision(model, inputs["pixel_values"])
        result |= greedy(model, inputs, prompts)
        if BFLOAT16 in outputs:
            result[BFLOAT16] = bfloat16_logits(model_folder, accepted(inputs, multimodal, "labels"))
    return result | adapted_results(model, adapter_folder, feed, GRADIENT in outputs)


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


def adapted_results(model, adapter_folder: Path, feed: dict[str, Tensor], gradient: bool) -> dict[str, Tensor]:
    adapted = PeftModel.from_pretrained(model, adapter_folder, is_trainable=True).train()
    output = adapted(**feed)
    output.loss.backward()
    result = {"adapter_logits": output.logits.detach(), "adapter_loss": output.loss.detach()}
    if gradient:
        result |= {f"{GRADIENT}.{name}": weight.grad.clone() for name, weight in lora_weights(adapted)}
    result["adamw_losses"] = train(adapted, feed)
    return result


def train(adapted, feed: dict[str, Tensor]) -> Tensor:
    """The loss before each of the AdamW steps, and after the last one."""
    optimizer = torch.optim.AdamW([weight for _, weight in lora_weights(adapted)], **ADAMW)
    losses = []
    for _ in range(ADAMW_STEPS):
        optimizer.zero_grad()
        loss = adapted(**feed).loss
        loss.backward()
        losses.append(loss.detach())
        optimizer.step()
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
        row_tokens, row_margins = greedy_row(model, single)
        tokens.append(row_tokens)
        margins.append(row_margins)
    return {"greedy_tokens": torch.tensor(tokens), "greedy_margins": torch.tensor(margins)}


def images_in(model, row: Tensor) -> int:
    if not isinstance(model, Gemma3ForConditionalGeneration):
        return 0
    return int((row == model.config.image_token_index).sum()) // model.config.mm_tokens_per_image


def greedy_row(model, single: dict[str, Tensor]) -> tuple[list[int], list[float]]:
    """Decodes without a cache, then checks the tokens against transformers' own cached generation."""
    multimodal = isinstance(model, Gemma3ForConditionalGeneration)
    model.generation_config.eos_token_id = None
    single = accepted(single, multimodal)
    cached = model.generate(**single, max_new_tokens=NEW_TOKENS, do_sample=False,
                            pad_token_id=0)[0, single["input_ids"].shape[1]:].tolist()
    tokens, margins = [], []
    for _ in range(NEW_TOKENS):
        best = model(**single).logits[0, -1].topk(2)
        tokens.append(int(best.indices[0]))
        margins.append(float(best.values[0] - best.values[1]))
        if multimodal and tokens[-1] == model.config.image_token_index:
            raise ValueError("the model generated an image token; take another seed")
        single["input_ids"] = append(single["input_ids"], tokens[-1])
        single["attention_mask"] = append(single["attention_mask"], 1)
        if "token_type_ids" in single:
            single["token_type_ids"] = append(single["token_type_ids"], 0)
    if tokens != cached and min(margins) > LEAST_MARGIN:
        raise ValueError(f"greedy tokens {tokens} differ from cached generation {cached}")
    return tokens, margins


def append(row: Tensor, value: int) -> Tensor:
    return torch.cat([row, torch.tensor([[value]])], dim=1)


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
    facts = {"format": "geolocsft-golden-1", "padding_side": "right", "attention": "eager"}
    save_file(tensors, file, facts | versions() | metadata)


def committed(folder: Path) -> None:
    for name in ("models", "adapters", "cases"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for index, model in enumerate(MODELS):
        generator = torch.Generator().manual_seed(SEED + index)
        write_model(model, folder / "models" / model.name, generator)
        write_adapter(folder / "models" / model.name, folder / "adapters" / model.name, model.lora, generator)
    (folder / "cases").mkdir()
    listed = [write_case(folder, case, SEED + 100 + index) for index, case in enumerate(CASES)]
    manifest = {"format": "geolocsft-golden-1", "seed": SEED, "versions": versions(), "cases": listed}
    (folder / "cases.json").write_text(json.dumps(manifest, indent=2) + "\n")


def write_case(folder: Path, case: Case, seed: int) -> dict:
    config = next(model for model in MODELS if model.name == case.model).readable_config()
    inputs, prompts = batch(case.rows, config, torch.Generator().manual_seed(seed))
    model, adapter = f"models/{case.model}", f"adapters/{case.model}"
    tensors = golden(folder / model, folder / adapter, inputs, prompts, case.outputs)
    if tensors["greedy_margins"].min() < LEAST_MARGIN:
        raise ValueError(f"{case.name}: a greedy token could go either way; take another seed")
    file = f"cases/{case.name}.safetensors"
    save_golden(folder / file, tensors, {"seed": str(seed), "model": f"../{model}", "adapter": f"../{adapter}"})
    print(f"{case.name}: loss {tensors['loss']:.6f}, adapted {tensors['adapter_loss']:.6f}, after ten steps "
          f"{tensors['adamw_losses'][-1]:.6f}, smallest greedy margin {tensors['greedy_margins'].min():.4f}")
    return {"name": case.name, "file": file, "model": model, "adapter": adapter, "note": case.note,
            "rows": len(case.rows), "images": len(inputs.get("pixel_values", []))}


def any_model(model_folder: Path, output: Path, seed: int) -> None:
    """One golden file for a checkpoint of any size: two ragged rows, the first with an image if it can."""
    config = configuration(json.loads((model_folder / "config.json").read_text()))
    multimodal = isinstance(config, Gemma3Config)
    generator = torch.Generator().manual_seed(seed)
    write_adapter(model_folder, output / "adapter", dict(r=2, lora_alpha=4), generator)
    rows = [([1, IMAGE, 9] if multimodal else [24], 6), ([15], 4)]
    inputs, prompts = batch(rows, config, generator)
    tensors = golden(model_folder, output / "adapter", inputs, prompts, (GRADIENT, BFLOAT16))
    metadata = {"seed": str(seed), "model": str(model_folder.resolve()), "adapter": "adapter"}
    save_golden(output / "golden.safetensors", tensors, metadata)


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
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    if arguments.command == "committed":
        committed(arguments.folder)
    elif arguments.command == "check":
        check(arguments.folder)
    else:
        arguments.output.mkdir(parents=True, exist_ok=True)
        any_model(arguments.model, arguments.output, arguments.seed)


if __name__ == "__main__":
    main()
