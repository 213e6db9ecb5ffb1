"""Maps in the Equal Earth projection, photographs in a grid, and how both look."""

import gzip
import io
import json
import re
from urllib.parse import unquote, urlsplit

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import shapely
from matplotlib.collections import PolyCollection
from matplotlib.colors import LinearSegmentedColormap
from PIL import Image, ImageOps
from run import ROOT

INK, SOFT, FAINT, LAND, SEA = "#1b1f24", "#5d6671", "#e4e5e1", "#dfe2dd", "#f2f5f6"
# Told apart by those who do not see red or green, too.
BLUE, ORANGE, PALE = "#1f5fbf", "#e07b00", "#a9c8de"
BALANCE = LinearSegmentedColormap.from_list("balance", [ORANGE, "#f7f7f7", BLUE])
DENSITY = LinearSegmentedColormap.from_list("density", ["#cfe0ea", "#4484b5", "#0b2f52"])
SLICE_DEGREES = 1.0  # how often an edge is bent with the projection

plt.rcParams.update({
    "figure.dpi": 90,
    "figure.constrained_layout.use": True,
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "legend.frameon": False,
})
pd.options.display.float_format = "{:,.1f}".format
pd.options.display.max_rows = 100
pd.options.display.max_colwidth = None


def equal_earth(longitude, latitude):
    """Degrees to the plane, where equal areas are equal (Savric, Patterson and Jenny 2018)."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(latitude)))
    slope = a1 + 3 * a2 * theta**2 + 7 * a3 * theta**6 + 9 * a4 * theta**8
    x = 2 * np.sqrt(3) / 3 * np.radians(longitude) * np.cos(theta) / slope
    y = a1 * theta + a2 * theta**3 + a3 * theta**7 + a4 * theta**9
    return x, y


def plane(points):
    return np.column_stack(equal_earth(*points.T))


def outlines(polygons):
    """The outer ring of each part of each polygon on the plane, and the polygon's number for each."""
    parts, numbers = shapely.get_parts(shapely.segmentize(polygons, SLICE_DEGREES), return_index=True)
    return [plane(shapely.get_coordinates(part.exterior)) for part in parts], numbers


def shapes(wkb):
    """The shapes in a column geometry of a table."""
    return shapely.from_wkb([bytes(shape) for shape in wkb])


def countries():
    """Natural Earth's, by which the pipeline finds an image's country: codes and shapes."""
    with gzip.open(ROOT / "pipeline-core/src/main/resources/io/geolocsft/geo/countries.geojson.gz") as file:
        features = json.load(file)["features"]
    codes = np.array([feature["properties"]["code"] for feature in features])
    return codes, shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])


CODES, SHAPES = countries()
BORDERS, _ = outlines(SHAPES)
EARTH = shapely.box(-180, -90, 180, 90)


def draw_countries(axes, **looks):
    axes.add_collection(PolyCollection(BORDERS, **looks))


def world(axes, title):
    """Turns axes into an empty map."""
    (edge,), _ = outlines(np.array([EARTH]))
    axes.add_collection(PolyCollection([edge], facecolor=SEA, zorder=0))
    draw_countries(axes, facecolor=LAND, edgecolor="white", linewidth=0.3, zorder=1)
    axes.set_xlim(edge[:, 0].min(), edge[:, 0].max())
    axes.set_ylim(edge[:, 1].min(), edge[:, 1].max())
    axes.set_aspect("equal")
    axes.axis("off")
    axes.set_title(title)


def draw_points(axes, points, **how):
    """A dot for each row, by its latitude and longitude."""
    looks = {"s": 4, "linewidths": 0, "zorder": 3, **how}
    return axes.scatter(*equal_earth(points.longitude, points.latitude), **looks)


def draw_shapes(axes, polygons, values, **how):
    """Shapes, coloured by their values."""
    rings, numbers = outlines(polygons)
    looks = {"linewidth": 0.2, "edgecolor": "white", "zorder": 2, **how}
    drawn = PolyCollection(rings, array=np.asarray(values)[numbers], **looks)
    axes.add_collection(drawn)
    draw_countries(axes, facecolor="none", edgecolor=SOFT, linewidth=0.2, zorder=3)
    return drawn


def draw_scale(figure, drawn, label, **how):
    """What the colours mean."""
    looks = {"shrink": 0.5, "pad": 0.01, "format": "{x:,.0f}", **how}
    figure.colorbar(drawn, label=label, **looks).outline.set_visible(False)


def photograph(uri, thumbnail):
    """The image upright; where its file is not on this machine, 16 by 16 pixels of it."""
    file, first, last = re.fullmatch(r"(.*?)(?:#bytes=(\d+)-(\d+))?", uri).groups()
    try:
        with open(unquote(urlsplit(file).path), "rb") as opened:
            opened.seek(int(first or 0))
            encoded = opened.read(int(last) + 1 - int(first) if last else -1)
        return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(encoded))).convert("RGB"))
    except OSError:
        return np.frombuffer(thumbnail, np.uint8).reshape(16, 16, 3)


def draw_photographs(rows, captions, columns=8):
    """Photographs in a grid, each with a caption of one line or more; rows have uri and rgb, the thumbnail."""
    lines = max(-(-len(rows) // columns), 1)
    figure, panels = plt.subplots(lines, columns, squeeze=False, figsize=(8.5, 1.45 * lines))
    for axes in panels.flat:
        axes.axis("off")
    for axes, row, caption in zip(panels.flat, rows.itertuples(), captions):
        axes.imshow(photograph(row.uri, row.rgb))
        axes.set_title(caption, fontsize=7, loc="center")
    plt.show()
