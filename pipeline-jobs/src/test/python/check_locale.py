"""Compares the outputs of two runs that should differ in nothing but where they lie and when they ran.

    python check_locale.py ONE OTHER

Every table's files must be the same byte for byte, but for the columns of training_log that are measured, and so must
the files of tuned/ and the report, but for the table of how long the stages took.
"""

import re
import sys
from pathlib import Path

import pyarrow.parquet as parquet

MEASURED = re.compile(r"seconds|_per_second")


def parts(table: Path) -> list[Path]:
    """In order of their numbers; what comes after those is drawn by lot."""
    return sorted(table.rglob("*.parquet"), key=lambda part: (str(part.parent.relative_to(table)), part.name[:10]))


def rows(part: Path) -> list[dict]:
    table = parquet.read_table(part, partitioning=None)
    return table.drop_columns([name for name in table.column_names if MEASURED.search(name)]).to_pylist()


def differences(one: Path, other: Path) -> list[str]:
    pairs = list(zip(parts(one), parts(other), strict=True))
    assert pairs, one
    if one.name == "training_log":
        return [f"{one.name}: {a} and {b}" for pair in pairs for a, b in zip(*map(rows, pair), strict=True) if a != b]
    return [one.name for a, b in pairs if a.name[:10] != b.name[:10] or a.read_bytes() != b.read_bytes()]


def report(output: Path) -> str:
    text = (output / "report" / "report.html").read_text(encoding="utf-8")
    text, tables = re.subn(r'<table class="funnel stages">.*?</table>', "", text, flags=re.DOTALL)
    assert tables == 1, tables
    return text


def main(one: Path, other: Path) -> None:
    tables = sorted(path.name for path in (one / "tables").iterdir())
    assert tables == sorted(path.name for path in (other / "tables").iterdir())
    assert len(tables) > 15, tables
    differing = [found for name in tables for found in differences(one / "tables" / name, other / "tables" / name)]
    assert not differing, "\n".join(differing)
    for file in sorted((one / "tuned").iterdir()):
        if not file.name.startswith(("_", ".")):
            assert file.read_bytes() == (other / "tuned" / file.name).read_bytes(), file
    assert report(one) == report(other), "another report"
    print(f"{len(tables)} tables, the adapter and the report are the same")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
