"""Executes the notebooks on the run that GEOLOCSFT_OUTPUT names, or on that of run/quickstart, and checks what is
stored in them: each cell that shows something when it is executed has an output, and none has an error, a warning, or a
path of the machine that it was executed on.

    notebooks/.venv/bin/python notebooks/execute.py             # checks
    notebooks/.venv/bin/python notebooks/execute.py --store     # writes the new output into them first
"""

import base64
import io
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

HERE = Path(__file__).resolve().parent
AT_ONCE = 2
MOST_BYTES = 3_000_000


def execute(path):
    """The notebook with new outputs; fails where a cell does."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, record_timing=False, resources={"metadata": {"path": HERE}}).execute()
    return notebook


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shrink(notebook):
    """Pictures in 256 colours, which takes half the space."""
    for output in (output for cell in code_cells(notebook) for output in cell.outputs):
        if "image/png" in output.get("data", {}):
            picture = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"]))).convert("RGB")
            small = io.BytesIO()
            picture.quantize(256, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
            output.data["image/png"] = base64.b64encode(small.getvalue()).decode()


def problems(path, executed):
    stored = nbformat.read(path, as_version=4)
    for number, (old, new) in enumerate(zip(code_cells(stored), code_cells(executed), strict=True)):
        cell = f"{path.name}, code cell {number}"
        if old.execution_count is None or (new.outputs and not old.outputs):
            yield f"{cell} has no stored output"
        for output in old.outputs + new.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                yield f"{cell} shows an error or a warning: {output}"
            if str(HERE.parent) in str(output):
                yield f"{cell} shows a path of this machine: {output}"


def main(store):
    paths = sorted(HERE.glob("*.ipynb"))
    found = []
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for path, executed in zip(paths, threads.map(execute, paths), strict=True):
            if store:
                shrink(executed)
                nbformat.write(executed, path)
            found += problems(path, executed)
    size = sum(path.stat().st_size for path in paths)
    if size > MOST_BYTES:
        found.append(f"the notebooks have {size:,} bytes, more than {MOST_BYTES:,}")
    sys.exit("\n".join(found) or None)


if __name__ == "__main__":
    main(sys.argv[1:] == ["--store"])
