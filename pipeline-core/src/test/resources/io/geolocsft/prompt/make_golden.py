#!/usr/bin/env python3
"""Writes golden_prompts.json: what transformers' Gemma3Processor makes of prompts.

    pip install transformers==5.23.0 tokenizers==0.23.3 pillow numpy jinja2
    python3 pipeline-core/src/test/resources/io/geolocsft/prompt/make_golden.py

The tokenizer is the repository's small one; text that looks like special tokens is left out on
purpose, for transformers reads it as special tokens.
"""

import json
from pathlib import Path

import numpy
import tokenizers
import transformers
from PIL import Image
from transformers import AutoTokenizer, Gemma3ImageProcessorPil, Gemma3Processor

HERE = Path(__file__).resolve().parent
TOKENIZER = HERE.parents[6] / "run" / "data" / "gemma3-small"
IMAGE_TOKENS = 4
TEXTS = [
    "Where was this photograph taken?",
    "",
    "  Where?\n",
    "\n\n\u00a0\u2003Two  spaces,\ttab\u3000\x1c",
    "Zürich 東京 \U0001f5fa é e\u0301",
    "<answer>lat: -12.34, lon: 123.45</answer>",
    "digits 0123456789 and <html> & {\"json\": [1, 2.5]}",
    "lines\n\n\nand\r\nlines\n \n",
    "▁ already there",
]


def conversation(text, image_first):
    items = [{"type": "image"}, {"type": "text", "text": text}]
    content = items if image_first else items[::-1]
    return [{"role": "user", "content": content}]


def main():
    tokenizer = AutoTokenizer.from_pretrained(TOKENIZER)
    images = Gemma3ImageProcessorPil(size={"height": 28, "width": 28})
    processor = Gemma3Processor(
        images, tokenizer, chat_template=tokenizer.chat_template, image_seq_length=IMAGE_TOKENS
    )
    image = Image.fromarray(numpy.zeros((28, 28, 3), dtype=numpy.uint8))
    cases = []
    cropped = []
    for text in TEXTS[:4]:
        for layout in ["image_first", "prompt_first"]:
            for crops in [2, 3]:
                prompt = processor.apply_chat_template(
                    conversation(text, layout == "image_first"), add_generation_prompt=True
                )
                oblong = Image.fromarray(numpy.zeros((256, 256 * crops, 3), dtype=numpy.uint8))
                ids = processor(
                    text=prompt, images=[[oblong]], do_pan_and_scan=True, pan_and_scan_min_crop_size=256,
                    pan_and_scan_max_num_crops=4, pan_and_scan_min_ratio_to_activate=1.2,
                    add_special_tokens=False)["input_ids"]
                cropped.append(
                    {"layout": layout, "text": text, "views": 1 + crops, "ids": [int(i) for i in ids[0]]})
    for text in TEXTS:
        for layout in ["image_first", "prompt_first"]:
            prompt = processor.apply_chat_template(
                conversation(text, layout == "image_first"), add_generation_prompt=True
            )
            ids = processor(text=prompt, images=[[image]], add_special_tokens=False)["input_ids"]
            cases.append({"layout": layout, "text": text, "ids": [int(i) for i in ids[0]]})
    targets = [
        {"text": t, "ids": tokenizer(t.strip() + "<end_of_turn>", add_special_tokens=False).input_ids}
        for t in TEXTS
    ]
    golden = {
        "transformers": transformers.__version__,
        "tokenizers": tokenizers.__version__,
        "image_tokens": IMAGE_TOKENS,
        "prompts": cases,
        "cropped": cropped,
        "targets": targets,
    }
    text = json.dumps(golden, ensure_ascii=True) + "\n"
    HERE.joinpath("golden_prompts.json").write_text(text, encoding="ascii")


main()
