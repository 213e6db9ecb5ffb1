"""Makes the Parquet files here that need other writers than Spark: pyarrow 26.0.1."""

import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = pathlib.Path(__file__).parent / "parquet"
FILES = pa.array(["p0.jpg", "p1.jpg"])
LAT = pa.array([10.5, 11.5])
LON = pa.array([20.5, 21.5])


def write(name, columns, **options):
    table = pa.Table.from_arrays([array for _, array in columns], names=[name for name, _ in columns])
    path = FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, **options)


PLAIN = [("file", FILES), ("lat", LAT), ("lon", LON)]

write("brotli.parquet", PLAIN, compression="brotli")
write("lz4.parquet", PLAIN, compression="lz4")
write("case_asked.parquet", [("file", FILES), ("LAT", pa.array([1.0, 2.0])), ("lat", LAT), ("lon", LON)])
write("twice.parquet", [("file", FILES), ("lat", LAT), ("lat", LAT), ("lon", LON)])
write("float16_asked.parquet", [("file", FILES), ("lat", pa.array([1.0, 2.0]).cast(pa.float16())), ("lon", LON)])
write(
    "exotic.parquet",
    PLAIN
    + [
        ("tags", pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64()))),
        ("count", pa.array([1, 2], pa.uint64())),
        ("price", pa.array([None, None], pa.decimal256(60, 2))),
        ("clock", pa.array([1, 2], pa.time64("ns"))),
        ("seen", pa.array([1, 2], pa.timestamp("ns"))),
        ("half", pa.array([1.0, 2.0]).cast(pa.float16())),
    ],
)
write(
    "decimal.parquet",
    [
        ("file", pa.array([b"p0.jpg", b"p1.jpg"])),
        ("lat", LAT.cast(pa.decimal128(9, 5))),
        ("lon", LON.cast(pa.float32())),
    ],
)
write("ids/a.parquet", [("id", pa.array(["x", "y"]))] + PLAIN)
write("ids/b.parquet", [("id", pa.array([7, 8])), ("file", pa.array(["p2.jpg", "p3.jpg"])), ("lat", LAT), ("lon", LON)])
write("lacks/a.parquet", PLAIN)
write("lacks/b.parquet", [("file", FILES), ("lon", LON)])
