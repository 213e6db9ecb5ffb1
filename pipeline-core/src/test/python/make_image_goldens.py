"""Makes the golden files of TestImageGoldens with Pillow.

    python -m venv goldens && goldens/bin/pip install pillow==12.0.0 numpy==2.3.5
    goldens/bin/python make_image_goldens.py ../resources/io/geolocsft/image/goldens

convert_to_rgb and normalise repeat what transformers 5.23 does for Gemma3ImageProcessor's Pillow
form (image_transforms.py, image_utils.py); nothing of it is needed here but these lines.
"""

import gzip
import hashlib
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, ImageOps

assert PIL.__version__ == "12.0.0", PIL.__version__
assert np.__version__ == "2.3.5", np.__version__

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
for old in out.iterdir():
    old.unlink()
random = np.random.default_rng(20260101)
index = {"pillow": PIL.__version__, "decode": [], "resize": [], "luma": [], "exif": []}


def picture(width, height, noise=10):
    """Waves, an edge and noise: nothing that a wrong filter or a swapped axis would leave equal."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / 5.0 + c) * 60 + np.cos(y / 7.0 - c) * 50 for c in range(3)]
    image = 128 + np.stack(waves, axis=-1) + (x > width * 0.6)[..., None] * 40
    image = image + random.integers(-noise, noise + 1, image.shape)
    return Image.fromarray(np.clip(image, 0, 255).astype(np.uint8), "RGB")


def convert_to_rgb(image):
    image = ImageOps.exif_transpose(image)
    if "A" in image.getbands() or image.info.get("transparency") is not None:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def store(name, image):
    """Raw samples, with a fixed time in the gzip header so that the file is reproducible."""
    data = np.asarray(image).tobytes()
    (out / f"{name}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    return {"data": f"{name}.gz", "sha256": hashlib.sha256(data).hexdigest()}


def decode(name):
    with Image.open(out / name) as opened:
        image = convert_to_rgb(opened)
    index["decode"].append(
        {"file": name, "width": image.width, "height": image.height}
        | store(name, image)
    )


def png(name, width, height, bits, color, raw, *chunks):
    """A PNG that Pillow does not write; raw holds the packed rows, without filter bytes."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    stride = len(raw) // height
    rows = b"".join(b"\0" + raw[i * stride : (i + 1) * stride] for i in range(height))
    data = b"\x89PNG\r\n\x1a\n"
    data += chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0))
    data += b"".join(chunk(kind, value) for kind, value in chunks)
    data += chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    (out / name).write_bytes(data)
    decode(name)


# Decoding: JPEG.
rgb = picture(45, 29)
for quality, sampling in ((90, "4:4:4"), (85, "4:2:2"), (75, "4:2:0")):
    name = f"sampling-{sampling.replace(':', '')}.jpg"
    rgb.save(out / name, quality=quality, subsampling=sampling)
    decode(name)
rgb.save(out / "progressive.jpg", quality=80, progressive=True)
decode("progressive.jpg")
rgb.save(out / "stored-rgb.jpg", quality=90, keep_rgb=True)
decode("stored-rgb.jpg")
rgb.convert("L").save(out / "gray.jpg", quality=85)
decode("gray.jpg")
cmyk = np.asarray(picture(37, 23).convert("CMYK")).copy()
cmyk[..., 3] = random.integers(0, 120, cmyk.shape[:2])
Image.fromarray(cmyk, "CMYK").save(out / "cmyk.jpg", quality=90)
decode("cmyk.jpg")
inks = bytearray((out / "cmyk.jpg").read_bytes())
adobe = inks.index(b"Adobe")
assert inks[adobe + 11] == 0
inks[adobe + 11] = 2
(out / "ycck.jpg").write_bytes(inks)
decode("ycck.jpg")
small = picture(23, 14, noise=8)
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    small.save(out / f"orientation-{orientation}.jpg", quality=90, exif=exif)
    decode(f"orientation-{orientation}.jpg")

# Decoding: PNG.
photo = picture(31, 19)
for mode in ("1", "L", "P", "RGB"):
    photo.convert(mode).save(out / f"mode-{mode.lower()}.png")
    decode(f"mode-{mode.lower()}.png")
alpha = Image.fromarray(random.integers(0, 256, (19, 31), dtype=np.uint8), "L")
for mode in ("LA", "RGBA"):
    transparent = photo.convert(mode)
    transparent.putalpha(alpha)
    transparent.save(out / f"mode-{mode.lower()}.png")
    decode(f"mode-{mode.lower()}.png")
few = photo.quantize(11)
few.save(out / "palette-4bit.png", bits=4)
decode("palette-4bit.png")
few.save(out / "palette-transparent.png", transparency=bytes([0, 60, 128, 200, 255, 3]))
decode("palette-transparent.png")
colors = np.asarray(photo).copy()
colors[3:9, 4:20] = (10, 20, 30)
Image.fromarray(colors, "RGB").save(out / "color-key.png", transparency=(10, 20, 30))
decode("color-key.png")
exif = Image.Exif()
exif[0x0112] = 6
photo.save(out / "orientation.png", exif=exif)
decode("orientation.png")
png("gray-2bit.png", 8, 3, 2, 0, bytes([0x1B, 0xE4, 0x00, 0xFF, 0x5A, 0xA5]))
png("gray-4bit.png", 4, 2, 4, 0, bytes([0x01, 0x8F, 0xC3, 0x7E]))
png("gray-16bit.png", 3, 2, 16, 0, struct.pack(">6H", 0, 17, 255, 256, 4000, 65535))
deep = random.integers(0, 65536, 5 * 4 * 4, dtype=np.uint16).astype(">u2").tobytes()
png("rgb-16bit.png", 5, 4, 16, 2, deep[: 5 * 4 * 3 * 2])
png("rgba-16bit.png", 5, 4, 16, 6, deep)
png("la-16bit.png", 5, 4, 16, 4, deep[: 5 * 4 * 2 * 2])
png("palette-short.png", 4, 1, 8, 3, bytes([0, 1, 2, 9]), (b"PLTE", bytes(range(40, 49))))

# Decoding: GIF.
photo.quantize(40).save(out / "single.gif")
decode("single.gif")
few.save(out / "transparent.gif", transparency=3)
decode("transparent.gif")
few.save(out / "animated.gif", save_all=True, append_images=[small.resize((31, 19)).quantize(9)])
decode("animated.gif")

# EXIF: (camera tags, GPS tags) to what must be read.
SOUTH_WEST = {1: "S", 2: (33.0, 51.0, 24.5), 3: "W", 4: (70.0, 30.0, 0.0)}


def exif_case(name, expected, date=None, offset=None, gps=None, kind="jpg"):
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    if date:
        exif.get_ifd(0x8769)[0x9003] = date
    if offset:
        exif.get_ifd(0x8769)[0x9011] = offset
    if gps:
        exif.get_ifd(0x8825).update(gps)
    small.save(out / f"exif-{name}.{kind}", exif=exif)
    index["exif"].append({"file": f"exif-{name}.{kind}"} | expected)


point = {"latitude": -(33 + 51 / 60 + 24.5 / 3600), "longitude": -70.5}
exif_case(
    "whole",
    point | {"captured_at": "2019-07-14T08:30:05Z"},
    "2019:07:14 10:30:05",
    "+02:00",
    SOUTH_WEST,
)
exif_case("whole", point | {"captured_at": "2019-07-14T10:30:05Z"}, "2019:07:14 10:30:05", None, SOUTH_WEST, "png")
exif_case("no-gps", {"captured_at": "2020-02-29T23:59:59Z"}, "2020:02:29 23:59:59")
exif_case("bad-offset", {"captured_at": "2020-02-29T23:59:59Z"}, "2020:02:29 23:59:59", "+99:00")
exif_case("no-date", point, gps=SOUTH_WEST)
exif_case("zero-date", {}, "0000:00:00 00:00:00")
exif_case("impossible-date", {}, "2021:02:30 10:00:00")
exif_case("text-date", {}, "yesterday")
exif_case("half-gps", {}, gps={1: "N", 2: (10.0, 0.0, 0.0)})
exif_case("far-north", {}, gps={1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (10.0, 0.0, 0.0)})

# Resizing: every ratio is another pattern of weights.
for width, height in ((64, 64), (97, 61), (33, 120), (90, 52), (1, 1), (1, 37), (200, 7), (2, 3)):
    name = f"source-{width}x{height}.png"
    source = picture(width, height)
    source.save(out / name, optimize=True)
    for size in (1, 7, 16, 32, 64, 224, 896):
        resized = source.resize((size, size), Image.Resampling.BILINEAR)
        values = np.asarray(resized).astype(np.float64) * (1 / 255)
        half = np.array([0.5] * 3, dtype=np.float32)
        pixels = ((values.astype(np.float32) - half) / half).transpose(2, 0, 1)
        samples = np.asarray(resized).tobytes()
        index["resize"].append(
            {
                "file": name,
                "size": size,
                "sha256": hashlib.sha256(samples).hexdigest(),
                "pixels_sha256": hashlib.sha256(pixels.astype(">f4").tobytes()).hexdigest(),
            }
            | (store(f"resized-{width}x{height}-{size}", resized) if size == 16 else {})
        )
    index["luma"].append(
        {"file": name, "sha256": hashlib.sha256(source.convert("L").tobytes()).hexdigest()}
    )

(out / "index.json").write_text(json.dumps(index, indent=1) + "\n")
print(sum(f.stat().st_size for f in out.iterdir()), "bytes in", len(list(out.iterdir())), "files")
