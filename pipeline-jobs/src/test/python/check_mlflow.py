"""Fine-tunes with a real MLflow server on loopback, and compares what the server has with the output folder: steps and
figures with the tables, artifacts byte for byte with the model and the report. OpenLineage is told of the same run.

    python check_mlflow.py OUTPUT [SETTING ...]

OUTPUT is a finished run of conf/quickstart.yaml with the settings given. Its stages sft and report run twice more: with
the server, and with one that fails whatever it is asked and hears who asks.
"""

import json
import math
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyarrow.parquet as parquet
from mlflow import MlflowClient

LIMIT_SECONDS = 120
TOKEN = "a-token-that-is-nowhere-else"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def await_health(server: subprocess.Popen, uri: str) -> None:
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            if urllib.request.urlopen(uri + "/health", timeout=5).status == 200:
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the MLflow server did not start")


class Failing(BaseHTTPRequestHandler):
    """Answers that it cannot, and keeps what it was told."""

    heard: list[str | None] = []

    def fail(self) -> None:
        self.heard.append(self.headers["Authorization"])
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_error(500)

    do_GET = do_POST = do_PUT = fail

    def log_message(self, *message: object) -> None:
        pass


def tune(output: str, settings: list[str], uri: str, **environment: str) -> str:
    command = ["run/geolocsft", "run", "--only", "sft,report", "--force", "--conf", "conf/quickstart.yaml",
               "--output", output]
    for setting in [*settings, f"sft.mlflow_uri={uri}"]:
        command += ["--set", setting]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600,
                          env={**os.environ, "MLFLOW_TRACKING_TOKEN": TOKEN, **environment})
    assert done.returncode == 0, done.stdout
    return done.stdout


def check(client: MlflowClient, output: str) -> None:
    experiment = client.get_experiment_by_name("geolocsft")
    runs = client.search_runs([experiment.experiment_id])
    assert len(runs) == 1, runs
    run = runs[0]
    assert run.info.status == "FINISHED", run.info
    assert run.data.params["sft.learning_rate"] == "0.001", run.data.params
    assert run.data.params["model.dtype"] == "float32", run.data.params
    rows = parquet.read_table(Path(output, "tables", "training_log")).to_pylist()
    assert len(rows) > 3
    for metric in ("loss", "learning_rate", "gradient_norm"):
        history = {point.step: point.value for point in client.get_metric_history(run.info.run_id, metric)}
        expected = {row["step"]: row[metric] for row in rows}
        assert history.keys() == expected.keys(), (metric, history.keys(), expected.keys())
        assert all(math.isclose(history[step], value) for step, value in expected.items()), metric
    print(f"MLflow has all {len(rows)} steps of run {run.info.run_name}")
    check_figures(run.data.metrics, output)
    check_artifacts(client, run.info.run_id, output)


def check_figures(metrics: dict[str, float], output: str) -> None:
    rows = parquet.read_table(Path(output, "tables", "metrics")).to_pylist()
    medians = {f"{row['benchmark']}/{row['model']}/{row['metric']}": row["value"] for row in rows
               if row["convention"] == "geolocsft" and row["slice"] == "all" and row["metric"] == "median_error_km"}
    assert {"photos/base/median_error_km", "photos/tuned/median_error_km"} <= medians.keys(), medians
    assert all(math.isclose(metrics[name], value) for name, value in medians.items()), (metrics, medians)
    assert "photos/tuned/accuracy_25_km" in metrics, metrics
    print(f"MLflow has {sum('/' in name for name in metrics)} figures of the evaluation")


def check_artifacts(client: MlflowClient, run: str, output: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        client.download_artifacts(run, "", folder)
        found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in Path(folder).rglob("*.*")}
    expected = {path.relative_to(output).as_posix(): path.read_bytes()
                for name in ("tuned", "report") for path in Path(output, name).iterdir()
                if path.name != "mlflow_run" and not path.name.startswith(("_", "."))}
    assert {"tuned/adapter_model.safetensors", "tuned/README.md", "report/report.html"} <= expected.keys(), expected.keys()
    assert found == expected, (found.keys(), expected.keys())
    print(f"MLflow has {sorted(found)}, byte for byte")


def check_lineage(file: str, output: str) -> None:
    """What OpenLineage is told by the configuration of its own client."""
    events = [json.loads(line) for line in Path(file).read_text().splitlines()]
    assert [(event["eventType"], event["job"]["name"]) for event in events] == [
        (kind, f"quickstart-short.{stage}") for stage in ("sft", "report") for kind in ("START", "COMPLETE")], events
    sft, report = (events[i] for i in (1, 3))
    folder = Path(output).absolute().as_posix()
    written = {dataset["name"]: dataset for dataset in sft["outputs"]}
    assert written.keys() == {f"{folder}/tuned", f"{folder}/tables/training_log"}, written.keys()
    log = written[f"{folder}/tables/training_log"]
    assert log["namespace"] == "file", log
    rows = parquet.read_table(Path(output, "tables", "training_log"))
    assert log["outputFacets"]["outputStatistics"]["rowCount"] == rows.num_rows, log
    fields = log["facets"]["schema"]["fields"]
    assert [field["name"] for field in fields] == rows.column_names, fields
    assert all(field["description"] for field in fields), fields
    read = {dataset["name"]: dataset for dataset in sft["inputs"]}
    assert read.keys() == {f"{folder}/tables/examples", Path("run/data/gemma3-small").absolute().as_posix()}, read.keys()
    again = next(dataset for dataset in report["inputs"] if dataset["name"] == log["name"])
    assert again["facets"]["version"] == log["facets"]["version"], (again, log)
    print("OpenLineage is told what sft and report read and write")


def main() -> None:
    output, *settings = sys.argv[1:]
    uri = f"http://127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", uri.rsplit(":", 1)[1],
             "--workers", "1", "--backend-store-uri", f"sqlite:///{folder}/mlflow.db",
             "--artifacts-destination", folder],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            await_health(server, uri)
            events = f"{folder}/events.json"
            tune(output, settings, uri, OPENLINEAGE__TRANSPORT__TYPE="file", OPENLINEAGE__TRANSPORT__LOCATION=events)
            check(MlflowClient(uri), output)
            check_lineage(events, output)
        finally:
            os.killpg(server.pid, 15)
            server.wait(30)
    failing = ThreadingHTTPServer(("127.0.0.1", 0), Failing)
    threading.Thread(target=failing.serve_forever, daemon=True).start()
    said = tune(output, settings, f"http://127.0.0.1:{failing.server_port}")
    assert "cannot be sent training progress" in said, said
    assert "was not sent all of [tuned/" in said, said
    assert set(Failing.heard) == {f"Bearer {TOKEN}"}, Failing.heard
    assert TOKEN not in said, said
    assert not Path(output, "tuned", "mlflow_run").exists()
    told = [path for path in Path(output).rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert not told, told
    print("a server that fails holds nothing up, and its token is written nowhere")


main()
