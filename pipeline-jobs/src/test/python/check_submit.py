"""Submits every subcommand by PySpark's own spark-submit to a standalone cluster on loopback, with data and output on an
S3 server on loopback (moto).

    python check_submit.py SPARK LISTENER INPUT MODEL ADAPTER [--stages]

SPARK is PySpark's folder, LISTENER the jar of OpenLineage's Spark listener, INPUT the folder of the quickstart's images, MODEL its base model, ADAPTER one that was
trained of it. Each command must end with code 0, and every subcommand that --help lists must be among them. The stages
are those of one run; with --stages each is submitted alone, which takes some minutes more. The listener must be told
what a stage reads and writes.
"""

import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from check_s3 import BUCKET, Faults, Store, s3a, upload
from moto.server import DomainDispatcherApplication, create_backend_app

SPARK_HOME, LISTENER = map(Path, sys.argv[1:3])
GOLDENS = Path("pipeline-core/src/test/resources/goldens").resolve()
TARGET = Path("pipeline-jobs/target").resolve()
LIMIT_SECONDS = 300
SETS = {"catalogue": 200, "photos": 20, "sparse": 20}
STAGES = ("ingest", "bin", "select", "caption", "examples", "sft", "grpo", "neighbours", "infer", "calibrate", "evaluate",
          "ablate", "report")
COLUMNS = "{image: file, latitude: lat, longitude: lon, captured_at: taken_at, sequence_id: sequence, author: photographer}"


class Cluster:
    """A master and a worker of two cores."""

    def __init__(self, folder: str):
        self.folder = Path(folder)
        self.processes = []
        log = self.daemon("master", "deploy.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        self.url = self.told(log, r"(spark://127\.0\.0\.1:\d+)")
        log = self.daemon(
            "worker", "deploy.worker.Worker", "--host", "127.0.0.1", "--webui-port", "0", "-c", "2", "-m", "3g",
            "-d", str(self.folder / "work"), self.url)
        self.told(log, "(Successfully registered)")

    def daemon(self, name: str, main: str, *arguments: str) -> Path:
        log = self.folder / f"{name}.log"
        with open(log, "w") as out:
            self.processes.append(subprocess.Popen(
                [SPARK_HOME / "bin" / "spark-class", f"org.apache.spark.{main}", *arguments], stdout=out, stderr=out,
                env={**os.environ, "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
                     "SPARK_DAEMON_MEMORY": "512m", "SPARK_LOCAL_IP": "127.0.0.1"}))
        return log

    def told(self, log: Path, pattern: str) -> str:
        end = time.monotonic() + LIMIT_SECONDS
        while not (found := re.search(pattern, log.read_text())):
            assert time.monotonic() < end and self.processes[-1].poll() is None, log.read_text()
            time.sleep(0.1)
        return found[1]

    def close(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait()


class Submit:
    """spark-submit of the shaded jar."""

    def __init__(self, url: str, s3: dict):
        lib = TARGET / "geolocsft" / "lib"
        aws = next(lib.glob("aws-core-*.jar")).stem.removeprefix("aws-core-")
        jars = [str(path) for name in ("pytorch-native-*", "hadoop-aws-*", "spark-hadoop-cloud*", f"*-{aws}",
                                       "reactive-streams-*", "eventstream-*") for path in sorted(lib.glob(f"{name}.jar"))]
        settings = {
            "spark.jars": ",".join(jars), "spark.cores.max": "2", "spark.executor.cores": "2",
            "spark.executor.memory": "2g", "spark.driver.memory": "2g", "spark.ui.enabled": "false",
            "spark.executorEnv.OMP_WAIT_POLICY": "PASSIVE",
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
            "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
            **s3}
        self.url = url
        self.settings = settings
        self.done = set()

    def __call__(self, *arguments: str, settings: dict = {}) -> str:
        begin = time.monotonic()
        command = [SPARK_HOME / "bin" / "spark-submit", "--master", self.url]
        for setting in {**self.settings, **settings}.items():
            command += ["--conf", "=".join(setting)]
        ended = subprocess.run(
            [*command, "--class", "io.geolocsft.cli.GeoLocSft", TARGET / "geolocsft-spark.jar", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=LIMIT_SECONDS, env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "OMP_WAIT_POLICY": "PASSIVE"})
        assert ended.returncode == 0, f"{arguments} ended with {ended.returncode}\n{ended.stdout[-8000:]}"
        self.done.add(arguments[0])
        print(f"{arguments[0]}: {time.monotonic() - begin:.0f} s", flush=True)
        return ended.stdout


def configuration(place: str, model: str) -> str:
    benchmarks = ", ".join(
        f"{{name: {name}, images: '{place}/{name}/images.zip', table: '{place}/{name}/catalogue.csv', columns: {COLUMNS}}}"
        for name in ("photos", "sparse"))
    return f"""
run: {{name: submitted, seed: 1}}
ingest: {{images: '{place}/catalogue/images.zip', table: '{place}/catalogue/catalogue.csv', columns: {COLUMNS}}}
benchmarks: [{benchmarks}]
bin: {{min_images: 1, max_images: 30, min_level: 2, max_level: 8}}
holdout: {{count: 5, max_density: 1000000}}
select: {{count: 40}}
model: {{path: '{model}', device: cpu, dtype: float32}}
sft: {{epochs: 1, batch_size: 16, micro_batch_size: 16, rank: 4, warmup_steps: 0}}
grpo: {{epochs: 1, answers: 2, batch_size: 16, micro_batch_size: 16, max_new_tokens: 48}}
calibrate: {{images: 20}}
evaluate: {{bootstrap_samples: 20}}
ablation: {{variants: []}}
"""


def submit_all(submit: Submit, source: Path, model: str, adapter: str, stages_alone: bool, folder: str) -> None:
    output, conf = f"s3a://{BUCKET}/out", f"{folder}/conf.yaml"
    Path(conf).write_text(configuration(f"s3a://{BUCKET}/input", model))
    run = ("--conf", conf, "--output", output)
    photos = [str(path) for path in sorted(source.glob("photos/images/**/*.jpg"))[:4]]
    own = Path(folder, "own")
    own.mkdir()
    for photo in photos:
        shutil.copy(photo, own)

    submit("doctor", *run)
    if stages_alone:
        for stage in STAGES:
            submit(stage, *run)
    done = dict(re.findall(r"^(\w+) +(run|skipped) ", submit("run", *run), flags=re.M))
    assert done == dict.fromkeys(STAGES, "skipped" if stages_alone else "run"), done
    if not stages_alone:
        submit.done.update(STAGES)
    submit("holdout", *run)
    assert "tuned" in submit("sql", "--output", output, "SELECT DISTINCT model FROM predictions")
    assert "One row an answer" in submit("show", "--output", output, "candidates")
    assert submit("export", "--output", output, "--format", "llama_factory").count('"messages"') == 40
    assert "/history: 1\n" in submit("history", "--output", output, "--to", f"s3a://{BUCKET}/history")
    submit("leakage", "--training", f"{output}/tables/binned", "--training-where", "split = 'train'",
           "--benchmark", f"{output}/tables/binned", "--benchmark-where", "split = 'photos'")
    submit("judge", "--truth", f"s3a://{BUCKET}/input/photos/catalogue.csv", "--predictions", output,
           "--benchmark", "photos")
    submit("locate", "--model", model, "--adapter", f"{output}/tuned", "--images", str(own),
           "--output", f"s3a://{BUCKET}/located")
    submit("init", str(own), "--model", model, "--to", f"{folder}/made.yaml")
    submit("parity", "--device", "cpu", "--model", str(GOLDENS / "models" / "text"),
           "--golden", str(GOLDENS / "cases" / "text_only.safetensors"), "--adapter", str(GOLDENS / "adapters" / "text"))
    submit("merge", "--model", model, "--adapter", adapter, "--output", f"{folder}/merged")
    submit("gpu-check", "--device", "cpu", "--geometry", "tiny", "--dtype", "float32", "--longest", "256")
    listed = re.findall(r"^  ([a-z][a-z-]+) ", submit("--help"), flags=re.M)
    assert len(listed) > 20, listed
    missing = set(listed) - submit.done - {"geolocsft"}  # of an example
    assert not missing, missing
    check_listener(submit, run, Path(folder, "lineage.json"))


def check_listener(submit: Submit, run: tuple, events: Path) -> None:
    """OpenLineage's own listener, with another partition, which nothing has been made from yet."""
    submit("bin", *run, "--set", "bin.max_images=40", settings={
        "spark.jars": f"{submit.settings['spark.jars']},{LISTENER}",
        "spark.extraListeners": "io.openlineage.spark.agent.OpenLineageSparkListener",
        "spark.openlineage.transport.type": "file", "spark.openlineage.transport.location": str(events)})
    done = [event for event in map(json.loads, events.read_text().splitlines()) if event["eventType"] == "COMPLETE"]
    read = {place["name"] for event in done for place in event["inputs"]}
    written = {place["name"] for event in done for place in event["outputs"]}
    assert any("catalogue" in name for name in read), read
    assert any("binned" in name for name in written), written


def main(source: Path, model: str, adapter: str, stages_alone: bool) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    store = Store(Faults(DomainDispatcherApplication(create_backend_app)))
    with tempfile.TemporaryDirectory() as folder:
        upload(f"http://{store.address}", source, folder, SETS)
        cluster = Cluster(folder)
        try:
            submit_all(Submit(cluster.url, s3a(f"http://{store.address}")), source, model, adapter,
                       stages_alone, folder)
        finally:
            cluster.close()
    print("every subcommand by spark-submit, on a cluster, from and to S3")


if __name__ == "__main__":
    main(Path(sys.argv[3]), *(str(Path(argument).resolve()) for argument in sys.argv[4:6]), sys.argv[6:] == ["--stages"])
