"""Runs the pipeline from and to a real S3 server on loopback (moto) that now and then is overloaded, slow, or
drops the connection, and then is away for a minute at a time, and compares the tables with those of the same run on
the local disk.

    python check_s3.py INPUT

INPUT is the folder of the quickstart's images. A part of them is packed into zips, which are read where they lie.
"""

import collections
import csv
import itertools
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import boto3
import pyarrow.fs
import pyarrow.parquet as parquet
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

BUCKET = "geolocsft"
SETS = {"catalogue": 800, "photos": 40, "sparse": 40}
TABLES = (
    "catalogue", "binned", "cells", "selection", "rejections", "errors_ingest", "leakage", "captions", "examples", "candidates",
    "neighbours", "calibration", "reliability", "ablation_predictions", "ablation", "errors_examples", "errors_infer", "predictions", "reference_predictions", "metrics")
LIMIT_SECONDS = 900
OUTAGE_SECONDS = 60
SLOW_DOWN = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"


class Faults:
    """In front of a server: of its requests, every so manieth goes wrong, in turn one way or another."""

    def __init__(self, application):
        self.application = application
        self.requests = itertools.count(1)
        self.done = collections.Counter()
        self.on = False
        self.magic = 0  # requests for what Hadoop's magic committer has not yet committed
        self.overloaded = threading.Event()
        self.asked_for_images = threading.Event()

    def __call__(self, environ, start_response):
        number = next(self.requests)
        self.magic += "/__magic" in environ["PATH_INFO"]
        if self.overloaded.is_set():
            return self.slow_down(environ, start_response)
        if environ["PATH_INFO"].endswith("images.zip"):
            self.asked_for_images.set()
        if not self.on:
            return self.application(environ, start_response)
        if number % 41 == 0:
            return self.slow_down(environ, start_response)
        # Not after "100 Continue", which the client would take for the answer.
        if number % 53 == 0 and environ["REQUEST_METHOD"] != "PUT":
            self.done["dropped"] += 1
            start_response("200 OK", [])  # which nobody hears
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return []
        body = b"".join(self.application(environ, start_response))
        if environ["REQUEST_METHOD"] == "GET" and len(body) > 2000:
            if number % 29 == 0:
                return self.cut(environ, body)
            if number % 31 == 0:
                return self.slow(body)
        return [body]

    def slow_down(self, environ, start_response):
        self.done["503"] += 1
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("503 Slow Down", [("Content-Type", "application/xml"), ("Content-Length", str(len(SLOW_DOWN)))])
        return [SLOW_DOWN]

    def cut(self, environ, body):
        self.done["cut"] += 1
        yield body[: len(body) // 2]
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)

    def slow(self, body):
        self.done["slow"] += 1
        for begin in range(0, len(body), 1 + len(body) // 8):
            time.sleep(0.1)
            yield body[begin : begin + 1 + len(body) // 8]


class Store:
    """The server, which can be away and come back at the same address."""

    def __init__(self, faults):
        self.faults = faults
        self.server = self.serve(0)
        self.address = f"127.0.0.1:{self.server.port}"

    def serve(self, port):
        server = make_server("127.0.0.1", port, self.faults, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def overload(self):
        self.faults.asked_for_images.clear()
        self.faults.asked_for_images.wait()
        self.faults.overloaded.set()
        time.sleep(OUTAGE_SECONDS)
        self.faults.overloaded.clear()

    def refuse(self):
        self.server.shutdown()
        self.server.server_close()
        time.sleep(OUTAGE_SECONDS)
        self.server = self.serve(self.server.port)


class Outages:
    """Takes the store away for a minute, in one way or another, once a stage has begun."""

    def __init__(self, ways):
        self.ways = ways
        self.begun = {}

    def __call__(self, line):
        stage = line.split(": running")[0]
        if stage in self.ways and stage not in self.begun:
            self.begun[stage] = time.monotonic()
            threading.Thread(target=self.ways[stage], daemon=True).start()


def pack(source: Path, target: Path, count: int) -> None:
    """The first rows of a table, and a zip of their images."""
    target.mkdir(parents=True)
    with open(source / "catalogue.csv", newline="") as table, open(target / "catalogue.csv", "w", newline="") as out:
        rows = csv.reader(table)
        writer = csv.writer(out)
        writer.writerow(next(rows))
        with zipfile.ZipFile(target / "images.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for row in itertools.islice(rows, count):
                writer.writerow(row)
                if (source / "images" / row[0]).exists():
                    archive.write(source / "images" / row[0], row[0])


def upload(endpoint: str, source: Path, folder: str, sets: dict[str, int]) -> None:
    """The first images of some sets, into a folder and a bucket."""
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys)
    client.create_bucket(Bucket=BUCKET)
    for name, count in sets.items():
        pack(source / name, Path(folder, name), count)
        for file in ("catalogue.csv", "images.zip"):
            client.upload_file(str(Path(folder, name, file)), BUCKET, f"input/{name}/{file}")


def run(place: str, output: str, options: str, *arguments: str, told=lambda line: None) -> None:
    columns = "{image: file, latitude: lat, longitude: lon, captured_at: taken_at, sequence_id: sequence, author: photographer}"
    benchmarks = ", ".join(
        f"{{name: {name}, images: '{place}/{name}/images.zip', table: '{place}/{name}/catalogue.csv', columns: {columns}}}"
        for name in ("photos", "sparse"))
    command = ["run/geolocsft", "run", "--conf", "conf/quickstart.yaml", "--output", output, *arguments]
    for setting in (
            f"ingest.images={place}/catalogue/images.zip", f"ingest.table={place}/catalogue/catalogue.csv",
            f"benchmarks=[{benchmarks}]", "select.count=100", "sft.epochs=1",
            "sft.checkpoint_steps=5", "evaluate.bootstrap_samples=20", "run.id=s3"):
        command += ["--set", setting]
    with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "GEOLOCSFT_JAVA_OPTIONS": options}) as process:
        limit = threading.Timer(LIMIT_SECONDS, process.kill)
        limit.start()
        lines = []
        for line in process.stdout:
            lines.append(line)
            told(line)
        code = process.wait()
        limit.cancel()
    assert code == 0, f"ended with {code}:\n{''.join(lines)}"


def s3a(endpoint: str, **others: str) -> dict:
    """Settings of Spark by which it finds the server."""
    settings = {
        "endpoint": endpoint, "endpoint.region": "us-east-1", "path.style.access": "true",
        "connection.ssl.enabled": "false", "access.key": "test", "secret.key": "test",
        "aws.credentials.provider": "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider", **others}
    return {f"spark.hadoop.fs.s3a.{name}": value for name, value in settings.items()}


def options(settings: dict) -> str:
    return " ".join(f"-D{name}={value}" for name, value in settings.items())


def rows(files, folder: str, table: str) -> list:
    found = parquet.read_table(f"{folder}/tables/{table}", filesystem=files)
    return found.drop([name for name in ("uri",) if name in found.column_names]).to_pylist()


def compare(store: Store, expected: str) -> None:
    remote = pyarrow.fs.S3FileSystem(
        access_key="test", secret_key="test", endpoint_override=store.address, scheme="http", region="us-east-1")
    for table in TABLES:
        assert rows(remote, f"{BUCKET}/out", table) == rows(pyarrow.fs.LocalFileSystem(), expected, table), table


def main() -> None:
    source = Path(sys.argv[1])
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    faults = Faults(DomainDispatcherApplication(create_backend_app))
    store = Store(faults)
    endpoint = f"http://{store.address}"
    with tempfile.TemporaryDirectory() as folder:
        upload(endpoint, source, folder, SETS)
        run(folder, f"{folder}/out", "")
        faults.on = True
        begin = time.monotonic()
        # Many short faults, so that waits as after a real one would take the check's time.
        short = {"connection.timeout": "20s", "retry.interval": "100ms", "retry.throttle.interval": "100ms"}
        run(f"s3a://{BUCKET}/input", f"s3a://{BUCKET}/out", options(s3a(endpoint, **short)))
        seconds = time.monotonic() - begin
        faults.on = False
        compare(store, f"{folder}/out")
        assert faults.magic >= len(TABLES), faults.magic
        for kind in ("503", "dropped", "cut", "slow"):
            assert faults.done[kind] > 2, faults.done
        print(f"the tables on S3 are those of the local disk, after {seconds:.0f} s with {dict(faults.done)}")

        # With Hadoop's own patience.
        outages = Outages({"infer": store.overload, "evaluate": store.refuse})
        begin = time.monotonic()
        run(
            f"s3a://{BUCKET}/input", f"s3a://{BUCKET}/out", options(s3a(endpoint)), "--only=infer,evaluate", "--force",
            told=outages)
        end = time.monotonic()
        compare(store, f"{folder}/out")
        lasted = outages.begun["evaluate"] - outages.begun["infer"], end - outages.begun["evaluate"]
        assert min(lasted) > OUTAGE_SECONDS, lasted
        print(f"also after {end - begin:.0f} s in which it was away for {OUTAGE_SECONDS} s while infer and evaluate ran")


if __name__ == "__main__":
    main()
