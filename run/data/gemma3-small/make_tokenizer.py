#!/usr/bin/env python3
"""Writes the small model's tokenizer: tokenizer.json, tokenizer_config.json, generation_config.json.

    python3 run/data/gemma3-small/make_tokenizer.py

Needs nothing but Python 3. The structure is Gemma 3's: byte-level fallback BPE without a prefix
space, spaces written as "▁", digits one by one, special tokens under Gemma 3's names (ids 0 to 4 are
Gemma 3's own). Only the vocabulary is small: exactly 512 entries. Its merges are chosen by hand
so that `<answer>lat: -12.34, lon: 123.45</answer>` takes 15 tokens and leaves every digit, sign and
decimal point a token of its own.

Checked with tokenizers 0.23.3, transformers 5.23.0 and ai.djl.huggingface:tokenizers 0.35.1.
"""

import json
from pathlib import Path

VOCABULARY_SIZE = 512
SPACE = "▁"

SPECIAL_TOKENS = [
    "<pad>",
    "<eos>",
    "<bos>",
    "<unk>",
    "<mask>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<start_of_image>",
    "<end_of_image>",
    "<image_soft_token>",
]

# In the order of their worth: the answer's form, the chat's form, prompts, the JSON form.
WORDS = [
    "answer>",
    "<answer>lat:▁",
    "</answer>",
    ",▁lon:▁",
    "user\n",
    "model\n",
    "\n\n",
    "\n\n\n",
    "▁the",
    "▁photograph",
    "▁was",
    "Where",
    "▁this",
    "▁taken",
    "▁in",
    "▁of",
    "▁and",
    "▁is",
    "▁as",
    "latitude",
    "longitude",
    "location",
    "coordinates",
    '{"',
    '":▁{"',
    '":▁',
    ',▁"',
    '"},▁"',
    "region",
    "analysis",
    "development",
    "confirm",
    "al_",
    "country",
    "▁degrees",
    "▁image",
]

CHAT_TEMPLATE = """{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- if messages[0]['content'] is string -%}
        {%- set first_user_prefix = messages[0]['content'] + '\n\n' -%}
    {%- else -%}
        {%- set first_user_prefix = messages[0]['content'][0]['text'] + '\n\n' -%}
    {%- endif -%}
    {%- set loop_messages = messages[1:] -%}
{%- else -%}
    {%- set first_user_prefix = "" -%}
    {%- set loop_messages = messages -%}
{%- endif -%}
{%- for message in loop_messages -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception("Conversation roles must alternate user/assistant/user/assistant/...") }}
    {%- endif -%}
    {%- if (message['role'] == 'assistant') -%}
        {%- set role = "model" -%}
    {%- else -%}
        {%- set role = message['role'] -%}
    {%- endif -%}
    {{ '<start_of_turn>' + role + '\n' + (first_user_prefix if loop.first else "") }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- elif message['content'] is iterable -%}
        {%- for item in message['content'] -%}
            {%- if item['type'] == 'image' -%}
                {{ '<start_of_image>' }}
            {%- elif item['type'] == 'text' -%}
                {{ item['text'] | trim }}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {{ raise_exception("Invalid content type") }}
    {%- endif -%}
    {{ '<end_of_turn>\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{'<start_of_turn>model\n'}}
{%- endif -%}
"""


def characters():
    """Printable ASCII with "▁" for the space, and the line break."""
    return ["\n", SPACE] + [chr(code) for code in range(33, 127)]


def segment(word, merges):
    """The word's pieces under the merges, earlier merges first."""
    pieces = list(word)
    for left, right in merges:
        at = 0
        while at < len(pieces) - 1:
            if pieces[at] == left and pieces[at + 1] == right:
                pieces[at : at + 2] = [left + right]
            at += 1
    return pieces


def learn(words, room):
    """Merges, at most `room` new pieces, that join each word into one piece."""
    merges, known = [], set()
    for word in words:
        pieces = segment(word, merges)
        while len(pieces) > 1 and len(known) < room:
            merges.append((pieces[0], pieces[1]))
            known.add(pieces[0] + pieces[1])
            pieces = segment(word, merges)
    return merges


def vocabulary(merges):
    """Token to id: special tokens, bytes, characters, merged pieces, unused entries."""
    tokens = SPECIAL_TOKENS + [f"<0x{byte:02X}>" for byte in range(256)] + characters()
    tokens += list(dict.fromkeys(left + right for left, right in merges))
    tokens += [f"<unused{index}>" for index in range(VOCABULARY_SIZE - len(tokens))]
    assert len(tokens) == len(set(tokens)) == VOCABULARY_SIZE, len(tokens)
    return {token: index for index, token in enumerate(tokens)}


def added_token(index, content):
    return {
        "id": index,
        "content": content,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }


def tokenizer():
    fixed = len(SPECIAL_TOKENS) + 256 + len(characters())
    merges = learn(WORDS, VOCABULARY_SIZE - fixed)
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [added_token(i, token) for i, token in enumerate(SPECIAL_TOKENS)],
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": SPACE},
        "pre_tokenizer": {
            "type": "Split",
            "pattern": {"String": " "},
            "behavior": "MergedWithPrevious",
            "invert": False,
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "<bos>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
            ],
            "pair": [
                {"SpecialToken": {"id": "<bos>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "<bos>", "type_id": 1}},
                {"Sequence": {"id": "B", "type_id": 1}},
            ],
            "special_tokens": {"<bos>": {"id": "<bos>", "ids": [2], "tokens": ["<bos>"]}},
        },
        "decoder": {
            "type": "Sequence",
            "decoders": [
                {"type": "Replace", "pattern": {"String": SPACE}, "content": " "},
                {"type": "ByteFallback"},
                {"type": "Fuse"},
            ],
        },
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": "<unk>",
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": True,
            "byte_fallback": True,
            "ignore_merges": False,
            "vocab": vocabulary(merges),
            "merges": [list(merge) for merge in merges],
        },
    }


def tokenizer_config():
    decoder = {}
    for index, token in enumerate(SPECIAL_TOKENS):
        decoder[str(index)] = {k: v for k, v in added_token(index, token).items() if k != "id"}
    return {
        "add_bos_token": True,
        "add_eos_token": False,
        "added_tokens_decoder": decoder,
        "boi_token": "<start_of_image>",
        "bos_token": "<bos>",
        "chat_template": CHAT_TEMPLATE,
        "clean_up_tokenization_spaces": False,
        "eoi_token": "<end_of_image>",
        "eos_token": "<eos>",
        "extra_special_tokens": {
            "boi_token": "<start_of_image>",
            "eoi_token": "<end_of_image>",
            "image_token": "<image_soft_token>",
        },
        "image_token": "<image_soft_token>",
        "mask_token": "<mask>",
        "model_max_length": 1000000000000000019884624838656,
        "pad_token": "<pad>",
        "processor_class": "Gemma3Processor",
        "spaces_between_special_tokens": False,
        "tokenizer_class": "GemmaTokenizerFast",
        "unk_token": "<unk>",
        "use_default_system_prompt": False,
    }


def generation_config():
    return {
        "bos_token_id": SPECIAL_TOKENS.index("<bos>"),
        "do_sample": True,
        "eos_token_id": [
            SPECIAL_TOKENS.index("<eos>"),
            SPECIAL_TOKENS.index("<end_of_turn>"),
        ],
        "pad_token_id": SPECIAL_TOKENS.index("<pad>"),
        "top_k": 64,
        "top_p": 0.95,
    }


def write(name, content):
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    Path(__file__).with_name(name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write("tokenizer.json", tokenizer())
    write("tokenizer_config.json", tokenizer_config())
    write("generation_config.json", generation_config())
