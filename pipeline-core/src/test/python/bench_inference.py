#!/usr/bin/env python3
"""Answers for JPEGs on disk, this project against transformers, with the same weights, prompt, batch
and threads, in turn in one run.

    bench_inference.py --java COMMAND --model DIR --picture FILE --work DIR [--images N] [--rounds N]

Prints for each case images a second, medians of the rounds, their ratio, the share of the time that
our model waited for images, how many greedy answers are the same text, and what several candidates
take of the time of one.
"""

import argparse
import json
import random
import shlex
import statistics
import subprocess
import time
from pathlib import Path

BATCH = 32
NEW_TOKENS = 32
WIDTH, HEIGHT = 512, 384
# candidates, tokens of the prompt, of how many images one is taken: the last takes the peer minutes
CASES = {
    "greedy": (1, 64, 1),
    "8 candidates": (8, 64, 1),
    "8 candidates, 1,500 tokens of prompt": (8, 1500, 5),
}


def make_images(picture: Path, folder: Path, count: int) -> list[Path]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    folder.mkdir(parents=True, exist_ok=True)
    earth = Image.open(picture).convert("RGB")
    draw = random.Random(1)
    for number in range(count):
        left, top = draw.randrange(earth.width - WIDTH), draw.randrange(earth.height - HEIGHT)
        file = folder / f"{number:05d}.jpg"
        if not file.exists():
            earth.crop((left, top, left + WIDTH, top + HEIGHT)).save(file, quality=90)
    return sorted(folder.glob("*.jpg"))[:count]


class Peer:
    """generate() of transformers, images by its own processor."""

    def __init__(self, folder: Path, threads: int):
        import torch
        from transformers import AutoImageProcessor, AutoTokenizer, Gemma3ForConditionalGeneration

        torch.set_num_threads(threads)
        self.torch = torch
        self.processor = AutoImageProcessor.from_pretrained(folder)
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = Gemma3ForConditionalGeneration.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="sdpa").eval()

    def round(self, images: list[Path], prompt: list[int], candidates: int) -> tuple[float, list[str]]:
        begin, texts = time.perf_counter(), []
        with self.torch.inference_mode():
            for first in range(0, len(images), BATCH):
                texts += self.answer(images[first:first + BATCH], prompt, candidates)
        return time.perf_counter() - begin, texts

    def answer(self, images: list[Path], prompt: list[int], candidates: int) -> list[str]:
        from PIL import Image

        pictures = [Image.open(image).convert("RGB") for image in images]
        ids = self.torch.tensor([prompt] * len(images))
        several = dict(do_sample=True, temperature=1.0, top_k=0, top_p=1.0, num_return_sequences=candidates)
        found = self.model.generate(
            input_ids=ids, attention_mask=self.torch.ones_like(ids),
            token_type_ids=(ids == self.model.config.image_token_index).long(),
            pixel_values=self.processor(pictures, return_tensors="pt")["pixel_values"],
            max_new_tokens=NEW_TOKENS, **(several if candidates > 1 else dict(do_sample=False)))
        return self.tokenizer.batch_decode(found[::candidates, len(prompt):], skip_special_tokens=True)


class Ours:
    def __init__(self, command: list[str]):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def round(self, candidates: int, tokens: int, images: int) -> dict:
        self.process.stdin.write(f"{candidates} {tokens} {images}\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise SystemExit("our side has ended")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--java", required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--picture", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--images", type=int, default=320)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    folder = arguments.work / f"images-{arguments.images}"
    all_images = make_images(arguments.picture, folder, arguments.images)
    ours = Ours([*shlex.split(arguments.java), str(arguments.model), str(folder)])
    peer = Peer(arguments.model, arguments.threads)
    for name, (candidates, tokens, part) in CASES.items():
        images = all_images[:len(all_images) // part]
        prompt = ours.round(candidates, tokens, len(images))["prompt"]  # warm
        peer.round(images[:BATCH], prompt, candidates)
        own, other, waited = [], [], []
        for _ in range(arguments.rounds):
            said = ours.round(candidates, tokens, len(images))
            own.append(said["seconds"])
            waited.append(said["waited"] / said["seconds"])
            seconds, texts = peer.round(images, prompt, candidates)
            other.append(seconds)
        print(f"{name}: {len(images)} images of {WIDTH} x {HEIGHT}, batches of {BATCH}, prompt of {len(prompt)} tokens")
        print(f"  ours {len(images) / statistics.median(own):.1f} images/s, transformers "
              f"{len(images) / statistics.median(other):.1f}: {statistics.median(other) / statistics.median(own):.2f}x "
              f"({min(o / u for o, u in zip(other, own)):.2f}x to {max(o / u for o, u in zip(other, own)):.2f}x)")
        print(f"  waited for images {100 * statistics.median(waited):.1f} % of the time", end="")
        same = sum(a == b for a, b in zip(texts, said["texts"]))
        print(f"; {same} of {len(texts)} greedy answers are the same text" if candidates == 1 else "", flush=True)
        if candidates > 1:
            ours.round(1, tokens, len(images))  # warm
            one = [ours.round(1, tokens, len(images))["seconds"] for _ in range(arguments.rounds)]
            print(f"  {candidates} candidates take {statistics.median(own) / statistics.median(one):.2f}x "
                  "the time of one answer with the same prompt", flush=True)


if __name__ == "__main__":
    main()
