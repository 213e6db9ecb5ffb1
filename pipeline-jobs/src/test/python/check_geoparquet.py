"""Opens the GeoParquet tables of a run with geopandas, as a person would.

    check_geoparquet.py OUTPUT

Of each table it compares the points with the columns of coordinates, the bounds in the footers with
those of the geometries, and the reference system, and reads a part of the map by the covering. It
exits with code 1 where something differs.
"""

import json
import pathlib
import sys

import geopandas
import numpy
import pyarrow.parquet

EDGES = {"minx": "xmin", "miny": "ymin", "maxx": "xmax", "maxy": "ymax"}


def check(file):
    frame = geopandas.read_parquet(file)
    assert frame.crs == "OGC:CRS84", frame.crs
    footer = json.loads(pyarrow.parquet.read_metadata(file).metadata[b"geo"])
    column = footer["columns"]["geometry"]
    assert numpy.allclose(column["bbox"], frame.total_bounds, rtol=0, atol=1e-12), column["bbox"]
    assert set(frame.geom_type) == set(column["geometry_types"]), column["geometry_types"]
    bounds = frame.geometry.bounds
    covering = pyarrow.parquet.read_table(file, columns=["bbox"]).column("bbox").combine_chunks()
    for edge, name in EDGES.items():
        assert numpy.allclose(bounds[edge], covering.field(name), rtol=0, atol=1e-12), edge
    if "longitude" in frame:
        assert (frame.geometry.x == frame["longitude"]).all()
        assert (frame.geometry.y == frame["latitude"]).all()
    part = geopandas.read_parquet(file, bbox=(-20, 0, 20, 40))
    inside = frame.cx[-20:20, 0:40]
    assert 0 < len(inside) <= len(part) < len(frame), (len(inside), len(part), len(frame))
    return len(frame)


def main(output):
    for table in ["catalogue", "binned", "cells"]:
        files = sorted(pathlib.Path(output, "tables", table).glob("*.parquet"))
        assert files, f"{output} has no {table}"
        print(f"{table}: {sum(map(check, files))} geometries in {len(files)} files")


if __name__ == "__main__":
    main(sys.argv[1])
