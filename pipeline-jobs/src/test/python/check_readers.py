"""Opens the bare folder of each table of a run with Polars, pandas, pyarrow, DuckDB and geopandas, as a person would.

    python check_readers.py OUTPUT

Each must read as many rows as the table's manifest says. It exits with code 1 where one does not.
"""

import json
import sys
from pathlib import Path

import duckdb
import geopandas
import pandas
import polars
import pyarrow.dataset
import pyarrow.parquet


def rows(folder: Path) -> dict[str, int]:
    pattern = str(folder / "**" / "*.parquet").replace("'", "''")
    found = {
        "polars": polars.read_parquet(folder).height,
        "polars, lazily": polars.scan_parquet(folder).select(polars.len()).collect().item(),
        "pandas": len(pandas.read_parquet(folder)),
        "pyarrow.parquet": pyarrow.parquet.read_table(folder).num_rows,
        "pyarrow.dataset": pyarrow.dataset.dataset(folder, partitioning="hive").count_rows(),
        "duckdb": duckdb.sql(f"SELECT count(*) FROM read_parquet('{pattern}')").fetchall()[0][0],
    }
    if "geometry" in pyarrow.dataset.dataset(folder).schema.names:
        found["geopandas"] = len(geopandas.read_parquet(folder))
    return found


def main(output: Path) -> None:
    names = sorted(folder.name for folder in (output / "tables").iterdir())
    manifests = [json.loads(file.read_text(encoding="utf-8")) for file in (output / ".manifests").glob("*.json")]
    expected = {manifest["name"]: manifest["row_count"] for manifest in manifests}
    assert len(manifests) == len(names) and sorted(expected) == names, (sorted(expected), names)
    for name in names:
        for reader, count in rows(output / "tables" / name).items():
            assert count == expected[name], f"{reader} reads {count} rows of {name}, not {expected[name]}"
    print(f"{len(names)} tables' folders open in Polars, pandas, pyarrow, DuckDB and geopandas")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
