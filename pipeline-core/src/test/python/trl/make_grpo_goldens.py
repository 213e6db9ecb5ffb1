#!/usr/bin/env python3
"""Writes what TRL makes of given rewards and log-probabilities, for the Java tests to equal.

    make_grpo_goldens.py FILE

Advantages are those of GRPOTrainer's own scoring, from a reward function that gives what it is told; losses and
gradients those of its own loss, whose log-probabilities are replaced by given ones. Everything is seeded.
"""

import itertools
import json
import sys
import tempfile
from pathlib import Path

import torch
import trl
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import GRPOConfig, GRPOTrainer

SEED = 11
IMAGES, ANSWERS, LONGEST = 4, 4, 6
LOCAL_IMAGES = 2  # of a micro-batch
OBJECTIVES = ("grpo", "dr_grpo", "dapo", "bnpo")
WORDS = 12


class Given(GRPOTrainer):
    """Scores what it generates by given rewards, and computes its loss from given log-probabilities."""

    log_p = None

    def _get_per_token_logps_and_entropies(self, *arguments, **named):
        if self.log_p is None:
            return super()._get_per_token_logps_and_entropies(*arguments, **named)
        return self.log_p, torch.zeros_like(self.log_p), None


def tokenizer() -> PreTrainedTokenizerFast:
    words = {f"w{i}": i for i in range(WORDS - 2)} | {"<eos>": WORDS - 2, "<pad>": WORDS - 1}
    model = Tokenizer(models.WordLevel(words, unk_token="w0"))
    model.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=model, eos_token="<eos>", pad_token="<pad>", unk_token="w0")


def trainer(folder: str, rewards: list, **settings) -> Given:
    torch.manual_seed(SEED)
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=WORDS, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1,
        num_key_value_heads=1, eos_token_id=WORDS - 2, pad_token_id=WORDS - 1))
    model.save_pretrained(folder)  # from where a reference model is loaded
    count = IMAGES * ANSWERS
    config = GRPOConfig(
        output_dir=folder, use_cpu=True, report_to=[], num_generations=ANSWERS, max_completion_length=LONGEST,
        per_device_train_batch_size=LOCAL_IMAGES * ANSWERS, gradient_accumulation_steps=IMAGES // LOCAL_IMAGES,
        generation_batch_size=count, bf16=False, epsilon=0.2, epsilon_high=0.28, **settings)
    made = Given(
        model=folder, args=config, processing_class=tokenizer(),
        reward_funcs=lambda completions, **others: rewards[: len(completions)],
        train_dataset=Dataset.from_list([{"prompt": "w1"}] * IMAGES))
    made.model.train()
    made.current_gradient_accumulation_steps = IMAGES // LOCAL_IMAGES
    return made


def advantages(folder: str, rewards: list, scaling: str) -> list:
    made = trainer(folder, rewards, scale_rewards=scaling)
    prompts = [{"prompt": "w1"} for _ in range(IMAGES * ANSWERS)]
    return made._generate_and_score_completions(prompts)["advantages"].tolist()


def loss(folder: str, case: dict, tensors: dict) -> dict:
    made = trainer(folder, [0.0], loss_type=case["objective"], beta=case["beta"],
                   use_bias_correction_kl=case["unbiased"])
    lengths = torch.tensor(tensors["lengths"])
    mask = (torch.arange(LONGEST) < lengths[:, None]).int()
    if case["mask_truncated"]:
        mask = mask * torch.tensor(tensors["whole"])[:, None].int()
    log_p = torch.tensor(tensors["log_p"], requires_grad=True)
    total = 0.0
    for begin in range(0, IMAGES * ANSWERS, LOCAL_IMAGES * ANSWERS):
        part = slice(begin, begin + LOCAL_IMAGES * ANSWERS)
        rows = LOCAL_IMAGES * ANSWERS
        inputs = {
            "prompt_ids": torch.ones(rows, 1, dtype=torch.long), "prompt_mask": torch.ones(rows, 1, dtype=torch.long),
            "completion_ids": torch.ones(rows, LONGEST, dtype=torch.long), "completion_mask": mask[part],
            "advantages": torch.tensor(tensors["advantages"])[part], "num_items_in_batch": mask.sum(),
            "ref_per_token_logps": torch.tensor(tensors["reference"])[part]}
        if case["old"]:
            inputs["old_per_token_logps"] = torch.tensor(tensors["old"])[part]
        made.log_p = log_p[part]
        value = made._compute_loss(made.model, inputs)
        value.backward()
        total += value.item()
    return {**case, "loss": total, "gradient": log_p.grad.tolist()}


def main(file: Path) -> None:
    random = torch.Generator().manual_seed(SEED)
    count = IMAGES * ANSWERS
    rewards = torch.rand(count, generator=random)
    rewards[4:8] = 0.25  # a group without spread
    log_p = -3 * torch.rand(count, LONGEST, generator=random)
    near = lambda: log_p + 0.4 * torch.randn(count, LONGEST, generator=random)
    tensors = {
        "rewards": rewards.tolist(),
        "advantages": torch.randn(count, generator=random).tolist(),
        "lengths": torch.randint(1, LONGEST + 1, (count,), generator=random).tolist(),
        "whole": (torch.rand(count, generator=random) < 0.7).tolist(),
        "log_p": log_p.tolist(), "old": near().tolist(), "reference": near().tolist()}
    with tempfile.TemporaryDirectory() as folder:
        scaled = {scaling: advantages(folder, tensors["rewards"], scaling) for scaling in ("group", "batch", "none")}
        cases = [
            loss(folder, {"objective": objective, "beta": beta, "unbiased": unbiased, "old": old,
                          "mask_truncated": masked}, tensors)
            for objective, (beta, unbiased), old, masked in itertools.product(
                OBJECTIVES, ((0.0, False), (0.04, False), (0.04, True)), (False, True), (False, True))]
    file.write_text(json.dumps({
        "trl": trl.__version__, "answers": ANSWERS, "longest": LONGEST, "local_images": LOCAL_IMAGES,
        "epsilon": 0.2, "epsilon_high": 0.28, **tensors, "scaled": scaled, "cases": cases}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
