#!/usr/bin/env python3
"""Writes pan_and_scan.csv: the sizes of the crops that transformers' pan and scan cuts.

    pip install transformers==4.57.1 torch==2.7.1 pillow numpy
    python3 pipeline-core/src/test/resources/io/geolocsft/image/preprocess/make_pan_and_scan.py
"""

import random
from pathlib import Path

import numpy
from transformers import Gemma3ImageProcessor
from transformers.image_utils import ChannelDimension

SETTINGS = [(256, 4, 1.2), (100, 6, 1.5), (2, 2, 1.0)]
EDGES = [(512, 256), (511, 256), (307, 256), (308, 256), (640, 512), (639, 512), (256, 256), (4000, 256),
         (4000, 1000), (1152, 256), (768, 307), (1, 1), (900, 257), (897, 256)]


def main():
    draw = random.Random(3)
    sizes = EDGES + [(draw.randint(1, 3000), draw.randint(1, 1500)) for _ in range(40)]
    sizes += [(height, width) for width, height in sizes]
    lines = ["min_crop_size,max_num_crops,min_ratio,width,height,crops"]
    processor = Gemma3ImageProcessor()
    for size, most, ratio in SETTINGS:
        for width, height in sizes:
            crops = processor.pan_and_scan(
                numpy.zeros((height, width, 3), dtype=numpy.uint8), size, most, ratio,
                input_data_format=ChannelDimension.LAST)
            shown = " ".join(f"{crop.shape[1]}x{crop.shape[0]}" for crop in crops)
            lines.append(f"{size},{most},{ratio},{width},{height},{shown}")
    Path(__file__).with_name("pan_and_scan.csv").write_text("\n".join(lines) + "\n")


main()
