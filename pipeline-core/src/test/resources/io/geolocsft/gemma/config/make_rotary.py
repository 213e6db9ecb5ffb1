"""Writes rotary.json: how transformers reads the rotary settings of a Gemma 3 in all their spellings.

    pip install transformers==5.23.0 && python make_rotary.py

Each case is a fragment of text_config with the key that must be refused, or null where it is read; read ones have
what transformers makes of them: theta and factor of the global layers, theta of the local ones.
"""

import copy
import json
import pathlib

import transformers

LINEAR = {"rope_type": "linear", "factor": 8.0}
NESTED = {
    "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
    "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
}
OLD = {"rope_scaling": LINEAR, "rope_theta": 1e6, "rope_local_base_freq": 1e4}


def nested(layer_type, **changes):
    parameters = copy.deepcopy(NESTED)
    parameters[layer_type] = {k: v for k, v in {**parameters[layer_type], **changes}.items() if v is not None}
    return {"rope_parameters": parameters}


CASES = [
    ({}, None),
    ({"rope_theta": 2e6, "rope_local_base_freq": 2e4}, None),
    (OLD, None),
    ({"rope_scaling": {**LINEAR, "type": "linear"}}, None),
    ({"rope_scaling": {"rope_type": "default"}}, None),
    ({"rope_scaling": {**LINEAR, "rope_theta": 3e6}}, None),
    ({"rope_parameters": {}}, None),
    ({"rope_parameters": NESTED}, None),
    ({"rope_parameters": {"full_attention": None, "sliding_attention": None}}, None),
    ({"rope_parameters": {"full_attention": LINEAR}, "rope_theta": 2e6, "rope_local_base_freq": 2e4}, None),
    (nested("full_attention", rope_type=None, type="linear"), None),
    (nested("full_attention", rope_theta=5e5), None),
    (nested("sliding_attention", rope_theta=2e4), None),
    # Doubled and of one mind.
    ({"rope_parameters": NESTED, **OLD}, None),
    ({"rope_parameters": {"full_attention": {"rope_theta": 1e6}}, "rope_scaling": LINEAR}, None),
    # Flat, saying what holds anyhow: transformers passes over it.
    ({"rope_parameters": {"rope_type": "default", "rope_theta": 1e6}}, None),
    ({"rope_parameters": {**NESTED, "rope_type": "linear", "factor": 8.0, "rope_theta": 1e6}}, None),
    # Flat, saying something else.
    ({"rope_parameters": {**LINEAR, "rope_theta": 1e6}}, "rope_parameters.rope_type"),
    ({"rope_parameters": {"rope_type": "default", "rope_theta": 5e5}}, "rope_parameters.rope_theta"),
    ({"rope_parameters": {**NESTED, "factor": 4.0}}, "rope_parameters.factor"),
    ({"rope_parameters": {**LINEAR}, **OLD}, None),
    ({"rope_parameters": {"chunked_attention": LINEAR}}, "rope_parameters.chunked_attention"),
    # Doubled and at odds.
    ({"rope_parameters": NESTED, "rope_scaling": {"rope_type": "linear", "factor": 4.0}}, "rope_scaling.factor"),
    ({"rope_parameters": NESTED, "rope_scaling": {"rope_type": "default"}}, "rope_scaling.rope_type"),
    ({"rope_parameters": NESTED, "rope_theta": 2e6}, "rope_parameters.full_attention.rope_theta"),
    ({"rope_parameters": NESTED, "rope_local_base_freq": 2e4}, "rope_parameters.sliding_attention.rope_theta"),
    ({"rope_scaling": {**LINEAR, "type": "default"}}, "rope_scaling.type"),
    # What one of transformers' versions passes over.
    ({"rope_scaling": {"type": "linear", "factor": 8.0}}, "rope_scaling.type"),
    ({"rope_scaling": {"factor": 8.0}}, "rope_scaling.factor"),
    (nested("full_attention", rope_type=None), "rope_parameters.full_attention.factor"),
    ({"rope_scaling": {"full_attention": LINEAR}}, "rope_scaling.full_attention"),
    # Other kinds of scaling.
    ({"rope_scaling": {"rope_type": "yarn", "factor": 8.0}}, "rope_scaling.rope_type"),
    ({"rope_scaling": {"rope_type": "dynamic", "factor": 8.0}}, "rope_scaling.rope_type"),
    (nested("full_attention", rope_type="llama3"), "rope_parameters.full_attention.rope_type"),
    (nested("sliding_attention", rope_type="yarn"), "rope_parameters.sliding_attention.rope_type"),
    (nested("sliding_attention", rope_type="linear", factor=2.0), "rope_parameters.sliding_attention.factor"),
    (nested("full_attention", partial_rotary_factor=0.5), "rope_parameters.full_attention.partial_rotary_factor"),
    (nested("full_attention", attention_factor=2.0), "rope_parameters.full_attention.attention_factor"),
    ({"partial_rotary_factor": 0.5}, "partial_rotary_factor"),
    ({"rope_scaling": "linear"}, "rope_scaling"),
    ({"rope_parameters": []}, "rope_parameters"),
]


def read(fragment):
    try:
        parameters = transformers.Gemma3TextConfig(**copy.deepcopy(fragment)).rope_parameters
    except KeyError:
        # 5.23 fails over rope_scaling beside a flat rope_parameters, which 4.57 does not look at.
        return read({key: value for key, value in fragment.items() if key != "rope_parameters"})
    full = parameters["full_attention"]
    factor = full["factor"] if full["rope_type"] == "linear" else 1.0
    return [full["rope_theta"], factor, parameters["sliding_attention"]["rope_theta"]]


def main():
    assert transformers.__version__ == "5.23.0"
    rows = []
    for fragment, refused in CASES:
        row = {"text_config": fragment, "refused": refused}
        if refused is None:
            row["transformers"] = read(fragment)
        rows.append(json.dumps(row))
    path = pathlib.Path(__file__).with_name("rotary.json")
    path.write_text("[\n" + ",\n".join(rows) + "\n]\n")


if __name__ == "__main__":
    main()
