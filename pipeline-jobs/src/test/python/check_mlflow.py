"""Fine-tunes with a real MLflow server on loopback, and compares what the server has with the table training_log.

    python check_mlflow.py OUTPUT [SETTING ...]

OUTPUT is a finished run of conf/quickstart.yaml with the settings given. Its stage sft runs twice more: with the server,
and with one that does not answer.
"""

import math
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pyarrow.parquet as parquet
from mlflow import MlflowClient

LIMIT_SECONDS = 120


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


def tune(output: str, settings: list[str], uri: str) -> str:
    command = ["run/geolocsft", "sft", "--force", "--conf", "conf/quickstart.yaml", "--output", output]
    for setting in [*settings, f"sft.mlflow_uri={uri}"]:
        command += ["--set", setting]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
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
            tune(output, settings, uri)
            check(MlflowClient(uri), output)
        finally:
            os.killpg(server.pid, 15)
            server.wait(30)
    said = tune(output, settings, f"http://127.0.0.1:{free_port()}")
    assert "cannot be sent training progress" in said, said
    print("a server that is away holds nothing up")


main()
