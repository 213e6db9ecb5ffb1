"""Checks the pages that users read: every link leads somewhere, and every command on them is run, here
or by the step of run/test that is named here. In the environment of the notebooks, from the
repository's root:

    notebooks/.venv/bin/python pipeline-jobs/src/test/python/check_pages.py out/quickstart-short
"""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import duckdb

FIRST_RUN = "conf/FIRST_RUN.md"
PAGES = (
    ["README.md", FIRST_RUN]
    + [f"conf/{page}.md" for page in ("RESPONSIBLE_USE", "STANDALONE", "YARN", "KUBERNETES")]
    + [f"{folder}/README.md" for folder in ("conf", "run", "run/airflow", "notebooks", "pipeline-core", "pipeline-jobs")]
)
FIRST_PAGE_CHARACTERS = 9_000
FIRST_RUN_IMAGES = 150
MODEL = "run/data/gemma3-small"
INPUT = "out/quickstart/input"
COLUMNS = {"image": "file", "latitude": "lat", "longitude": "lon", "captured_at": "taken_at", "author": "photographer"}

# What is run elsewhere: by a step of run/test, by another script, or what belongs to other programs.
ELSEWHERE = {
    r"run/(quickstart|test|build)$": "steps of run/test",
    r"run/test (\w+)$": "steps of run/test",
    r"notebooks/\.venv/bin/python notebooks/execute\.py --store": "run/test notebooks, which stores nothing",
    r"notebooks/\.venv/bin/pip install jupyterlab": "pip's own",
    r"pip install -r pipeline-core/src/test/python/requirements.txt": "run/environment",
    r"run/gpu-check --model \S+": "TestGpuCheckCommand",
    r"run/geolocsft run --conf conf/geolocsft-12b.yaml --output \S+": "its dry run, here, and ITCluster",
    r"run/geolocsft run .*--output /shared/\S+": "run/test submit",
    r"run/geolocsft \w+ --conf /opt/spark/conf/geolocsft-12b.yaml --output \S+": "its dry run, here, and run/test kubernetes",
    r"run/geolocsft run --conf geolocsft-12b.yaml --output \S+": "its dry run, here, and run/test yarn",
    r"run/geolocsft doctor --conf conf/geolocsft-12b.yaml": "run/test yarn",
    r"export \w+=.*": "a variable of the shell",
    r"airflow .*|run/environment run/airflow|run/quickstart --to ingest": "run/test airflow, up to the first run",
    r"(docker|kubectl|hdfs|mkdir|cp) .*": "other programs' own; run/test kubernetes copies what the image has",
    r"(tar|ln|ls|mvn|printf|/opt/spark/sbin/start-\w+\.sh) .*": "other programs' own; ITCluster starts a master and workers",
}


def links(page, text):
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.S)):
        if re.match(r"https?:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path) if path else page
        if not place.exists():
            yield f"{page}: {target} leads nowhere"
        elif anchor and anchor not in anchors(place):
            yield f"{page}: {place} has no heading #{anchor}"


def anchors(place):
    headings = re.findall(r"^#+ (.*)$", place.read_text(), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(text):
    """Lines of indented blocks, without their comments."""
    text = re.sub(r"```.*?```", "", text, flags=re.S)
    for line in re.findall(r"(?<=\n)    (\S.*)", text):
        for command in re.sub(r"\s+# .*", "", line).split(" && "):
            yield command.strip()


def first_run(command, work):
    """The same command in a folder of its own, on a few of the quickstart's photographs and its model."""
    folder = pathlib.Path(work)
    photos = folder / "data" / "photos"
    if not photos.exists():
        photos.mkdir(parents=True)
        table = pathlib.Path(INPUT, "photos", "catalogue.csv").read_text().splitlines()[: 1 + FIRST_RUN_IMAGES]
        (folder / "data" / "photos.csv").write_text("\n".join(table) + "\n")
        for name in (line.split(",")[0] for line in table[1:]):
            (photos / name).parent.mkdir(exist_ok=True)
            shutil.copy(pathlib.Path(INPUT, "photos", "images", name), photos / name)
        shutil.copy(photos / name, folder / "photo.jpg")
    command = command.replace("/data/photos", str(photos)).replace("run/geolocsft", str(pathlib.Path("run/geolocsft").resolve()))
    return shlex.split(re.sub(r"/models/gemma-3-\w+-it", str(pathlib.Path(MODEL).resolve()), command))


def stand_in(command, output, work):
    """The same command on the quickstart's model and tables."""
    command = re.sub(r"/models/gemma-3-\w+-it", MODEL, command)
    command = command.replace("out/quickstart", output).replace("--device cuda", "--device cpu")
    if " locate " in command:
        command = re.sub(r"/data/runs/12b/tuned", f"{output}/tuned", command)
        command = command.replace("/data/new", photographs(work)).replace("photo.jpg", f"{photographs(work)}/0.jpg")
        command = re.sub(r"located.html|/data/located", lambda name: f"{work}/{pathlib.Path(name[0]).name}", command)
    command = re.sub(r"/data/runs/12b", f"{work}/12b", command)
    command = re.sub(r"(?<=--output )4b|(?<= )4b(?=/)", f"{work}/4b", command)
    if command.startswith("python "):
        environment = subprocess.run(
            ["run/environment", "pipeline-core/src/test/python"], check=True, capture_output=True, text=True
        ).stdout.strip()
        command = f"{environment}/bin/{command}"
    words = shlex.split(command)
    if "conf/geolocsft-12b.yaml" in words:
        for setting in (
            f"model.path={pathlib.Path(MODEL).resolve()}",
            "model.device=cpu",
            "sft.ranks=1",
            f"ingest.images={pathlib.Path(INPUT).resolve()}/catalogue/images",
            f"ingest.table={pathlib.Path(INPUT).resolve()}/catalogue/catalogue.csv",
            *(f"ingest.columns.{name}={column}" for name, column in COLUMNS.items()),
            "benchmarks=[]",
        ):
            words += ["--set", setting]
    return words


def photographs(work):
    """A folder of a few photographs."""
    folder = pathlib.Path(work) / "new"
    if not folder.exists():
        folder.mkdir()
        for number, photo in enumerate(sorted(pathlib.Path(INPUT).glob("photos/images/**/*.jpg"))[:8]):
            shutil.copy(photo, folder / f"{number}.jpg")
    return str(folder)


def statements(engine, output):
    """What run/geolocsft show prints for an engine."""
    words = ["run/geolocsft", "show", "--output", output, "--sql-ddl", engine]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def check_queries(text, output):
    asked = re.findall(r"```sql\n(.*?)```", text, flags=re.S)[0]
    database = duckdb.connect()
    database.execute(statements("duckdb", output))
    queries = [query for query in asked.split(";\n") if query.strip()]
    assert len(queries) == 3, len(queries)
    for query in queries:
        assert database.execute(query).fetchall(), query
    run(["run/geolocsft", "sql", statements("spark", output) + asked])


def check_python(text, output):
    for block in re.findall(r"```python\n(.*?)```", text, flags=re.S):
        run([sys.executable, "-c", block.replace("out/quickstart", output)])


def run(words, folder="."):
    print("+", shlex.join(words), flush=True)
    # A compiler that is warm at once: most of these are over in seconds.
    variables = {**os.environ, "GEOLOCSFT_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1"}
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder, env=variables)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}{done.stderr}\n{shlex.join(words)} ended with {done.returncode}")


def main():
    output = sys.argv[1]
    problems = []
    seen = 0
    with tempfile.TemporaryDirectory() as work:
        for page in map(pathlib.Path, PAGES):
            text = page.read_text()
            problems += links(page, text)
            for command in dict.fromkeys(commands(text)):
                seen += 1
                if any(re.fullmatch(pattern, command) for pattern in ELSEWHERE):
                    continue
                if str(page) == FIRST_RUN:
                    run(first_run(command, work), work)
                else:
                    run(stand_in(command, output, work))
        queries = pathlib.Path("notebooks/README.md").read_text()
        check_python(queries, output)
        check_queries(queries, output)
    characters = len(pathlib.Path("README.md").read_text())
    if characters >= FIRST_PAGE_CHARACTERS:
        problems.append(f"README.md has {characters} characters")
    if seen < 20:
        problems.append(f"only {seen} commands were found")
    lists = re.findall(r"^(?:first|then|beside|alone)=\((.*?)\)", pathlib.Path("run/test").read_text(), flags=re.M)
    steps = " ".join(lists).split()
    for page in map(pathlib.Path, PAGES):
        for step in re.findall(r"run/test (\w+)", page.read_text()):
            if step not in steps:
                problems.append(f"{page}: run/test has no step {step}")
    sys.exit("\n".join(problems) or None)


if __name__ == "__main__":
    main()
