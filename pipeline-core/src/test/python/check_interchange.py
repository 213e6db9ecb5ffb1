#!/usr/bin/env python3
"""Loads with peft and transformers what the Java test TestInterchange wrote, and compares logits.

    check_interchange.py pipeline-core/target/interchange
"""

import sys
from pathlib import Path

import torch
from make_goldens import configuration
from peft import PeftModel
from safetensors.torch import load_file
from transformers import Gemma3ForCausalLM, Gemma3ForConditionalGeneration
import json

TOLERANCE = 1e-4


def load(folder: Path):
    """The model and the names that did not fit."""
    config = configuration(json.loads((folder / "config.json").read_text()))
    kind = Gemma3ForConditionalGeneration if config.model_type == "gemma3" else Gemma3ForCausalLM
    model, info = kind.from_pretrained(
        folder, config=config, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    problems = [f"{kind} {name}" for kind in ("missing_keys", "unexpected_keys", "mismatched_keys")
                for name in info[kind]]
    return model.eval(), problems


def difference(model, expected: dict) -> float:
    inputs = {name: tensor for name, tensor in expected.items() if name != "logits"}
    with torch.no_grad():
        logits = model(**inputs).logits[inputs["attention_mask"] == 1]
    return (logits - expected["logits"]).abs().max().item()


def check(folder: Path) -> list[str]:
    expected = load_file(folder / "expected.safetensors")
    base, problems = load(Path((folder / "base.txt").read_text()))
    merged, more = load(folder / "merged")
    problems += more
    for name, model in {"adapter": PeftModel.from_pretrained(base, folder / "adapter"), "merged": merged}.items():
        distance = difference(model, expected)
        print(f"{folder.name:12} {name:8} greatest difference of logits {distance:.1e}")
        if not distance <= TOLERANCE:
            problems.append(f"{name}: logits differ by {distance}")
    return [f"{folder.name}: {problem}" for problem in problems]


def main() -> None:
    folders = sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir())
    problems = [problem for folder in folders for problem in check(folder)]
    for problem in problems:
        print(problem, file=sys.stderr)
    if len(folders) < 3:
        sys.exit(f"only {len(folders)} cases in {sys.argv[1]}: run the Java tests first")
    print(f"{len(folders) - len({p.split(':')[0] for p in problems})} passed, {len({p.split(':')[0] for p in problems})} failed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
