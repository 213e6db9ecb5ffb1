#!/usr/bin/env python3
"""Times a whole step of training by rewards, this project against TRL's GRPOTrainer with generation by transformers.

    bench_grpo.py --java COMMAND --quickstart DIR --work DIR [--model NAME ..] [--case NAME ..] [--rounds N]

Both sides are processes of their own with the same weights, prompts and batches; all answers of a case are of the same
length, unconstrained, and the reward takes no time. A round is one step of each side, in turn. Prints images a second,
medians of the rounds, their ratio with its range, and peak memory.

As a worker: bench_grpo.py peer --model DIR --threads N
"""

import argparse
import json
import os
import shlex
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))
from bench_model import GEOMETRIES, IMAGE_TOKENS, RANK, SEED, TEXT, VISION, Worker, reply  # noqa: E402

BEGIN_IMAGE, END_IMAGE, IMAGE = 7, 8, 9  # of the quickstart's tokenizer, which all models have here
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<start_of_turn>{{ message['role'] }}\n"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}<start_of_image>"
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}")
QUESTION = "Where was this image taken?"
# How often the prompt has its question, tokens of an answer, images of a step, and of them those of a forward pass:
# more do not fit into 24 GiB with the peer, which runs a prompt once for each answer. The quickstart's answers have
# 14 tokens; a tokenizer that splits numbers into digits makes about twice as many of such answers.
CASES = {
    "short": dict(repeats=1, new_tokens=14, images=32, micro_batch=16),
    "short-32": dict(repeats=1, new_tokens=32, images=32, micro_batch=16),
    "long": dict(repeats=206, new_tokens=32, images=4, micro_batch=1),
}
ANSWERS = 8
WARM_UP = 1  # step


def make_model(folder: Path, name: str, quickstart: Path) -> None:
    """Random weights with the quickstart's tokenizer."""
    import torch
    from transformers import AutoTokenizer, Gemma3Config, Gemma3ForConditionalGeneration, Gemma3ImageProcessor

    if (folder / "config.json").exists():
        return
    torch.manual_seed(SEED)
    model = Gemma3ForConditionalGeneration(Gemma3Config(
        text_config={**TEXT, **GEOMETRIES[name]}, vision_config=VISION, mm_tokens_per_image=IMAGE_TOKENS,
        image_token_index=IMAGE, boi_token_index=BEGIN_IMAGE, eoi_token_index=END_IMAGE, eos_token_id=1))
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(quickstart).save_pretrained(folder)
    side = VISION["image_size"]
    Gemma3ImageProcessor(size={"height": side, "width": side}, image_seq_length=IMAGE_TOKENS).save_pretrained(folder)


class Peer:
    """TRL's trainer with its usual loss, which waits after each step until it is asked for the next one."""

    def __init__(self, folder: str):
        from transformers import AutoTokenizer, Gemma3ImageProcessor, Gemma3Processor

        self.folder = folder
        images = Gemma3ImageProcessor.from_pretrained(folder)
        self.processor = Gemma3Processor(
            images, AutoTokenizer.from_pretrained(folder), chat_template=TEMPLATE,
            image_seq_length=images.image_seq_length)

    @staticmethod
    def picture(number: int):
        from PIL import Image

        return Image.new("RGB", (64, 64), (number, 2 * number, 3 * number))

    @staticmethod
    def prompt(case: dict) -> list:
        text = " ".join([QUESTION] * case["repeats"])
        return [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": text}]}]

    def tokens(self, case: dict) -> list[int]:
        text = self.processor.apply_chat_template(self.prompt(case), add_generation_prompt=True)
        return list(self.processor(images=[[self.picture(0)]], text=[text])["input_ids"][0])

    def train(self, case: dict) -> None:
        from datasets import Dataset
        from peft import LoraConfig
        from transformers import Gemma3ForConditionalGeneration
        from trl import GRPOConfig, GRPOTrainer

        images, micro_batch, new_tokens = case["images"], case["micro_batch"], case["new_tokens"]
        rows = [{"prompt": self.prompt(case), "image": self.picture(i)} for i in range(images)]
        with tempfile.TemporaryDirectory() as output:
            settings = GRPOConfig(
                output_dir=output, use_cpu=True, bf16=False, report_to=[], save_strategy="no", disable_tqdm=True,
                logging_strategy="no", num_generations=ANSWERS, max_completion_length=new_tokens,
                per_device_train_batch_size=micro_batch * ANSWERS, gradient_accumulation_steps=images // micro_batch,
                generation_batch_size=images * ANSWERS, max_steps=case["steps"], learning_rate=1e-6, beta=0.0,
                loss_type="dapo", temperature=1.0, top_p=1.0, top_k=0, gradient_checkpointing=False,
                generation_kwargs={"min_new_tokens": new_tokens})
            GRPOTrainer(
                model=Gemma3ForConditionalGeneration.from_pretrained(
                    self.folder, dtype="float32", attn_implementation="sdpa"),
                args=settings, processing_class=self.processor, callbacks=[turns()],
                train_dataset=Dataset.from_list(rows),
                reward_funcs=lambda completions, **others: [hash(str(text)) % 100 / 100 for text in completions],
                peft_config=LoraConfig(
                    r=RANK, lora_alpha=2 * RANK, lora_dropout=0.0, task_type="CAUSAL_LM",
                    target_modules=r".*language_model.*\.(q|k|v|o|gate|up|down)_proj")).train()


def turns():
    from transformers import TrainerCallback

    class Turns(TrainerCallback):
        begin = time.perf_counter()

        def on_step_end(self, arguments, state, control, **others):
            reply(seconds=time.perf_counter() - self.begin)
            if state.global_step < state.max_steps and not sys.stdin.readline():
                raise SystemExit("nobody asks for another step")
            self.begin = time.perf_counter()

    return Turns()


def peer(arguments: argparse.Namespace) -> None:
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    torch.set_num_threads(arguments.threads)
    worker = Peer(arguments.model[0])
    reply(load=None)
    case = json.loads(sys.stdin.readline())
    reply(prompt=worker.tokens(case))
    sys.stdin.readline()
    worker.train(case)


def measure(arguments: argparse.Namespace, model: str, name: str) -> None:
    folder = arguments.quickstart
    if model != "quickstart":
        folder = arguments.work / model
        make_model(folder, model, arguments.quickstart)
    case = {**CASES[name], "answers": ANSWERS, "steps": WARM_UP + arguments.rounds}
    threads = str(arguments.threads)
    theirs = Worker([sys.executable, __file__, "peer", "--model", str(folder), "--threads", threads])
    prompt = theirs.ask(case)["prompt"]
    with tempfile.TemporaryDirectory() as scratch:
        ours = Worker([*shlex.split(arguments.java), str(folder), scratch, threads])
        ours.ask({**case, "prompt": prompt})
        rounds = [(ours.ask({}), theirs.ask({})) for _ in range(case["steps"])]
        ours.close()
        theirs.close()
    if rounds[0][0]["tokens"] != case["new_tokens"]:
        raise SystemExit(f"our answers are of {rounds[0][0]['tokens']} tokens")
    own, other = ([answer["seconds"] for answer in side] for side in zip(*rounds[WARM_UP:]))
    ratios = [b / a for a, b in zip(own, other)]
    images = case["images"]
    rates = [images / statistics.median(side) for side in (own, other)]
    peaks = [answer["peak"] / 2**20 for answer in rounds[-1]]
    print(f"{model:<11} {len(prompt):>6} {case['new_tokens']:>6} {images:>6} {rates[0]:>13.2f} {rates[1]:>12.3f} "
          f"{statistics.median(other) / statistics.median(own):>6.1f}x  {min(ratios):.1f}x to {max(ratios):.1f}x  "
          f"{peaks[0]:.0f} / {peaks[1]:.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", nargs="?", choices=["peer"])
    parser.add_argument("--java")
    parser.add_argument("--quickstart", type=Path, help="the quickstart's model")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--model", nargs="+", default=["quickstart", "tiny", "small"])
    parser.add_argument("--case", nargs="+", default=list(CASES), choices=list(CASES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    if arguments.mode == "peer":
        peer(arguments)
        return
    print(f"{ANSWERS} answers to an image, float32, {arguments.threads} threads; medians of {arguments.rounds} steps "
          "in turn")
    print("model       prompt answer images ours images/s TRL images/s  ratio  range         peak MiB")
    for model in arguments.model:
        for name in arguments.case:
            measure(arguments, model, name)


if __name__ == "__main__":
    main()
