"""Decodes, hashes and measures images on one thread; prints images a second.

    bench_images.py FOLDER SECONDS

The peer of ImageBench: Pillow decodes, ImageHash hashes, NumPy measures the variance of the
Laplacian, mean, standard deviation and entropy, as people write it.
"""

import io
import pathlib
import sys
import time

import imagehash
import numpy
from PIL import Image


def measure(data):
    image = Image.open(io.BytesIO(data)).convert("RGB")
    image_hash = imagehash.phash(image)
    grey = numpy.asarray(image.convert("L"), dtype=numpy.float32)
    padded = numpy.pad(grey, 1, mode="reflect")
    laplacian = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:] - 4 * grey
    histogram = numpy.bincount(grey.astype(numpy.uint8).ravel(), minlength=256)
    share = histogram[histogram > 0] / grey.size
    entropy = -(share * numpy.log2(share)).sum()
    return image_hash, laplacian.var(), grey.mean(), grey.std(), entropy


def main(folder, seconds):
    files = [path.read_bytes() for path in sorted(pathlib.Path(folder).glob("*.jpg"))]
    for data in files[:5]:
        measure(data)
    begin = time.perf_counter()
    images = 0
    while time.perf_counter() - begin < seconds:
        measure(files[images % len(files)])
        images += 1
    print(images / (time.perf_counter() - begin))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
