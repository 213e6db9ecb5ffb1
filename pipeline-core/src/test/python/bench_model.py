#!/usr/bin/env python3
"""Times this project's Gemma 3 against Hugging Face transformers + PEFT on the same weights.

    bench_model.py --java COMMAND --work DIR [--geometry NAME ..] [--dtype NAME ..] [--case NAME ..]
                   [--rounds N] [--threads N]

Both sides are processes of their own that hold the same model and the same batches. A round asks
each of them once, in turn, so that whatever else the machine does falls on both. Prints medians,
spread (slowest by fastest) and the ratio of medians, ours over theirs in tokens a second.

As a worker: bench_model.py peer --model DIR --dtype NAME --threads N
"""

import argparse
import json
import os
import shlex
import resource
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

SEED = 3
RANK = 8
IMAGE, BEGIN_IMAGE, END_IMAGE = 3, 4, 5  # token ids; 0 to 2 are padding, end and begin
IMAGE_TOKENS = 64
WARM_UP_SECONDS = 6

TEXT = dict(
    attention_bias=False,
    hidden_activation="gelu_pytorch_tanh",
    rms_norm_eps=1e-6,
    rope_theta=1e6,
    rope_local_base_freq=1e4,
    sliding_window_pattern=6,
    max_position_embeddings=32768,
    pad_token_id=0,
    eos_token_id=1,
    bos_token_id=2,
)
GEOMETRIES = {
    "tiny": dict(hidden_size=256, intermediate_size=512, num_hidden_layers=6, num_attention_heads=4,
                 num_key_value_heads=1, head_dim=64, query_pre_attn_scalar=64, sliding_window=256, vocab_size=512),
    "small": dict(hidden_size=512, intermediate_size=1792, num_hidden_layers=8, num_attention_heads=8,
                  num_key_value_heads=2, head_dim=64, query_pre_attn_scalar=64, sliding_window=256, vocab_size=8192),
    "270m": dict(hidden_size=640, intermediate_size=2048, num_hidden_layers=18, num_attention_heads=4,
                 num_key_value_heads=1, head_dim=256, query_pre_attn_scalar=256, sliding_window=512,
                 vocab_size=262144),
}
# One small tower for all of them: the decoder is what is measured.
VISION = dict(hidden_size=192, intermediate_size=768, num_hidden_layers=4, num_attention_heads=3, image_size=128,
              patch_size=8, hidden_act="gelu_pytorch_tanh", vision_use_head=False, layer_norm_eps=1e-6)

# rows, prompt tokens that all share, whether an image follows, own prompt tokens, target or new tokens, candidates
CASES = {
    "train plain": dict(kind="train", rows=4, shared=0, image=False, own=451, target=61),
    "train shared prompt": dict(kind="train", rows=8, shared=1500, image=True, own=2, target=60),
    "prefill 8 x 256": dict(kind="generate", rows=8, shared=0, image=False, own=256, target=1, candidates=1),
    "decode, batch 1": dict(kind="generate", rows=1, shared=0, image=False, own=16, target=64, candidates=1),
    "decode, batch 8": dict(kind="generate", rows=8, shared=0, image=False, own=16, target=64, candidates=1),
    "8 candidates, 16 images": dict(kind="generate", rows=16, shared=256, image=True, own=2, target=24, candidates=8),
}


def tokens_of(case: dict, vocabulary: int) -> tuple[list[list[int]], list[int]]:
    """Rows of token ids, the same on both sides, and where each row's target begins."""
    state = SEED

    def draw() -> int:
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return 6 + (state >> 33) % (vocabulary - 6)

    shared = [2] + [draw() for _ in range(case["shared"] - 1)] if case["shared"] else []
    image = [BEGIN_IMAGE] + [IMAGE] * IMAGE_TOKENS + [END_IMAGE] if case["image"] else []
    rows = []
    for _ in range(case["rows"]):
        row = shared + image + [draw() for _ in range(case["own"])]
        start = len(row)
        if case["kind"] == "train":
            row += [draw() for _ in range(case["target"])]
        rows.append(row)
    return rows, [start] * len(rows)


def counted_tokens(case: dict) -> int:
    """What a rate counts: all tokens of training rows and prefilled prompts, new tokens of decoding."""
    prompt = case["shared"] + (IMAGE_TOKENS + 2 if case["image"] else 0) + case["own"]
    if case["kind"] == "train":
        return case["rows"] * (prompt + case["target"])
    if case["target"] == 1:
        return case["rows"] * prompt
    return case["rows"] * case["target"] * case["candidates"]


def make_model(folder: Path, name: str) -> None:
    import torch
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration

    if (folder / "config.json").exists():
        return
    torch.manual_seed(SEED)
    config = Gemma3Config(
        text_config={**TEXT, **GEOMETRIES[name]}, vision_config=VISION, mm_tokens_per_image=IMAGE_TOKENS,
        image_token_index=IMAGE, boi_token_index=BEGIN_IMAGE, eoi_token_index=END_IMAGE, eos_token_id=1,
    )
    model = Gemma3ForConditionalGeneration(config)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)


# The peer


class Peer:
    """transformers with sdpa and a cache, PEFT's LoRA on all linear layers of the language model."""

    def __init__(self, folder: str, dtype: str, threads: int, parts: int):
        import torch
        from peft import LoraConfig, get_peft_model
        from transformers import Gemma3ForConditionalGeneration

        torch.set_num_threads(threads)
        self.torch = torch
        begin = time.perf_counter()
        self.base = Gemma3ForConditionalGeneration.from_pretrained(
            folder, dtype=getattr(torch, dtype), attn_implementation="sdpa")
        self.load_seconds = time.perf_counter() - begin
        torch.manual_seed(SEED)
        lora = LoraConfig(r=RANK, lora_alpha=2 * RANK, lora_dropout=0.0, task_type="CAUSAL_LM",
                          target_modules=r".*language_model.*\.(q|k|v|o|gate|up|down)_proj")
        self.model = get_peft_model(self.base, lora)
        self.optimizer = torch.optim.AdamW(
            [p for p in self.model.parameters() if p.requires_grad], lr=1e-4, weight_decay=0.0)
        self.model.config.use_cache = True
        self.parts = parts  # of a batch, one after the other

    def run(self, case: dict) -> float:
        rows, starts = tokens_of(case, self.base.config.text_config.vocab_size)
        ids = self.torch.tensor(rows)
        inputs = dict(input_ids=ids, attention_mask=self.torch.ones_like(ids))
        inputs["token_type_ids"] = (ids == IMAGE).long()
        if case["image"]:
            generator = self.torch.Generator().manual_seed(SEED)
            pixels = self.torch.rand(len(rows), 3, 128, 128, generator=generator) * 2 - 1
            inputs["pixel_values"] = pixels.to(self.base.dtype)
        return self.train(inputs, ids, starts) if case["kind"] == "train" else self.generate(inputs, case)

    def train(self, inputs: dict, ids, starts: list[int]) -> float:
        self.model.train()
        labels = ids.clone()
        for row, start in enumerate(starts):
            labels[row, :start] = -100
        return self.step({**inputs, "labels": labels})

    def step(self, inputs: dict) -> float:
        """One step over all rows; every row has as many targets, so parts weigh by their rows."""
        begin = time.perf_counter()
        self.optimizer.zero_grad()
        rows = len(inputs["input_ids"])
        self.loss = 0.0
        for part in self.parts_of(inputs):
            loss = self.model(**part, use_cache=False).loss * (len(part["input_ids"]) / rows)
            loss.backward()
            self.loss += loss.item()
        self.optimizer.step()
        return time.perf_counter() - begin

    def parts_of(self, inputs: dict):
        rows = len(inputs["input_ids"])
        size = -(-rows // self.parts)
        for first in range(0, rows, size):
            yield {name: value[first:first + size] for name, value in inputs.items()}

    def generate(self, inputs: dict, case: dict) -> float:
        self.model.eval()
        with self.torch.inference_mode():
            begin = time.perf_counter()
            for part in self.parts_of(inputs):
                self.answer(part, case)
            return time.perf_counter() - begin

    def answer(self, inputs: dict, case: dict) -> None:
        if case["target"] == 1:
            self.model(**inputs, logits_to_keep=1)
            return
        several = case["candidates"] > 1
        self.model.generate(
            **inputs, max_new_tokens=case["target"], min_new_tokens=case["target"], do_sample=several,
            num_return_sequences=case["candidates"],
            **(dict(temperature=1.0, top_k=0, top_p=1.0) if several else {}))


def peer(arguments: argparse.Namespace) -> None:
    import transformers

    transformers.logging.set_verbosity_error()
    # An allocation that fails can be answered by smaller batches; one that the kernel kills for cannot.
    resource.setrlimit(resource.RLIMIT_DATA, (available_bytes() - 2**30,) * 2)
    # Where oneDNN lacks memory, torch warns and goes on without it, far slower.
    warnings.filterwarnings("error", message=".*mkldnn.*")
    worker = Peer(arguments.model, arguments.dtype, arguments.threads, arguments.parts)
    reply(load=worker.load_seconds)
    for line in sys.stdin:
        case = json.loads(line)
        try:
            seconds = worker.run(case)
        except (RuntimeError, MemoryError, UserWarning) as failure:
            if not any(sign in str(failure) for sign in ("allocate memory", "mkldnn")):
                raise
            reply(exhausted=True)
            return
        reply(seconds=seconds, loss=getattr(worker, "loss", None) if case["kind"] == "train" else None)


def reply(**values) -> None:
    print("reply " + json.dumps({**values, "peak": peak_bytes()}), flush=True)


def available_bytes() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    raise SystemExit("/proc/meminfo names no MemAvailable")


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


# The referee


class Worker:
    """One side in a process of its own; ready once its model is loaded, after `ready` seconds from its start."""

    def __init__(self, command: list[str]):
        begin = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
        self.load = self.answer()["load"]
        self.ready = time.perf_counter() - begin

    def answer(self) -> dict:
        for line in self.process.stdout:
            if line.startswith("reply "):
                return json.loads(line[6:])
        raise SystemExit(f"{self.process.args[0]} ended with {self.process.wait()}")

    def ask(self, case: dict) -> dict:
        self.process.stdin.write(json.dumps(case) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def fitting_peer(command: list[str], case: dict) -> tuple[Worker, int, dict]:
    """The peer with the fewest parts of a batch that fit into memory, by powers of two, and its first answer."""
    parts = 1
    while True:
        worker = Worker(command + ["--parts", str(parts)])
        answer = worker.ask(case)
        if "exhausted" not in answer:
            return worker, parts, answer
        worker.close()
        if parts >= case["rows"]:
            raise SystemExit("the peer does not fit into this machine's memory")
        parts *= 2


def warm_up(worker: Worker, case: dict) -> None:
    """Until caches, compilers and memory pools have settled: WARM_UP_SECONDS, one whole call at least."""
    end = time.monotonic() + WARM_UP_SECONDS
    worker.ask(case)
    while time.monotonic() < end:
        worker.ask(case)


def measure(arguments: argparse.Namespace, geometry: str, dtype: str) -> list[dict]:
    folder = Path(arguments.work) / geometry
    make_model(folder, geometry)
    common = ["--model", str(folder), "--dtype", dtype, "--threads", str(arguments.threads)]
    results = []
    for name in arguments.case:
        case = dict(CASES[name])
        # Fresh processes for each case, so that peak memory is the case's own.
        ours = Worker(shlex.split(arguments.java) + common)
        theirs, parts, first = fitting_peer([sys.executable, __file__, "peer"] + common, case)
        vocabulary = GEOMETRIES[geometry]["vocab_size"]
        rows, starts = tokens_of(case, vocabulary)
        for_ours = {**case, "tokens": rows, "starts": starts}
        difference = abs(ours.ask(for_ours)["loss"] - first["loss"]) if case["kind"] == "train" else None
        warm_up(ours, for_ours)
        warm_up(theirs, case)
        times = ([], [])
        for _ in range(arguments.rounds):
            mine, others = ours.ask(for_ours), theirs.ask(case)
            times[0].append(mine["seconds"])
            times[1].append(others["seconds"])
        result = dict(geometry=geometry, dtype=dtype, case=name, tokens=counted_tokens(case),
                      ours=times[0], theirs=times[1], loads=(ours.load, theirs.load),
                      readies=(ours.ready, theirs.ready),
                      peaks=(mine["peak"], others["peak"]), peer_parts=parts, loss_difference=difference)
        ours.close()
        theirs.close()
        show(result)
        results.append(result)
    return results


HEADER = ("geometry", "dtype", "case", "ours tok/s", "spread", "peer tok/s", "spread", "ratio", "load s", "ready s",
          "peak MiB", "loss diff")
WIDTHS = (8, 8, 23, 10, 6, 10, 6, 6, 11, 11, 11, 9)


def line(cells) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS))


def show(r: dict) -> None:
    rates = [r["tokens"] / statistics.median(r[side]) for side in ("ours", "theirs")]
    spreads = [max(r[side]) / min(r[side]) for side in ("ours", "theirs")]
    print(line((r["geometry"], r["dtype"], r["case"], f"{rates[0]:,.1f}", f"{spreads[0]:.2f}", f"{rates[1]:,.1f}",
                f"{spreads[1]:.2f}", f"{rates[0] / rates[1]:.2f}x",
                "{:.1f} / {:.1f}".format(*r["loads"]), "{:.1f} / {:.1f}".format(*r["readies"]),
                "{:.0f} / {:.0f}".format(*(peak / 2**20 for peak in r["peaks"])),
                "" if r["loss_difference"] is None else f"{r['loss_difference']:.1e}")), flush=True)
    if r["peer_parts"] > 1:
        print(f"  the peer's batch did not fit into memory and went in {r['peer_parts']} parts", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", nargs="?", choices=["peer"])
    parser.add_argument("--model")
    parser.add_argument("--java")
    parser.add_argument("--work")
    parser.add_argument("--geometry", nargs="+", default=list(GEOMETRIES), choices=list(GEOMETRIES))
    parser.add_argument("--dtype", nargs="+", default=["float32", "bfloat16"], choices=["float32", "bfloat16"])
    parser.add_argument("--case", nargs="+", default=list(CASES), choices=list(CASES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--parts", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--json", help="file to write all times to")
    arguments = parser.parse_args()
    if arguments.mode == "peer":
        arguments.dtype = arguments.dtype[0]
        peer(arguments)
        return
    print("torch side: transformers + PEFT; both with", arguments.threads, "threads; median of", arguments.rounds,
          "rounds in turn")
    print(line(HEADER), flush=True)
    results = [r for g in arguments.geometry for d in arguments.dtype for r in measure(arguments, g, d)]
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
