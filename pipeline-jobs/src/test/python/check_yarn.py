"""Submits a command to a real YARN on loopback, a resource manager and a node manager that declares two GPUs, with
conf/spark-yarn.conf and less memory, in client and in cluster mode.

    python check_yarn.py SPARK JARS

SPARK is PySpark's folder, JARS one with hadoop-client-minicluster and what it needs of Java 8.
"""

import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

SPARK_HOME = pathlib.Path(sys.argv[1])
LIMIT_SECONDS = 200
INPUT = pathlib.Path("out/quickstart/input/photos").resolve()
MODEL = pathlib.Path("run/data/gemma3-small").resolve()
OPENS = re.findall(r"--add-opens=\S+", pathlib.Path("pipeline-jobs/target/geolocsft/java-options").read_text())
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
OPTIONS = {
    "spark.executor.instances": "1", "spark.executor.cores": "1", "spark.executor.memory": "1g",
    "spark.executor.memoryOverhead": "512m", "spark.driver.memory": "1g", "spark.driver.memoryOverhead": "512m",
    "spark.executor.maxNumFailures": "2", "spark.ui.enabled": "false", "spark.yarn.maxAppAttempts": "1",
    "spark.yarn.jars": f"local:{SPARK_HOME}/jars/*"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def site(file: pathlib.Path, properties: dict) -> None:
    lines = [f"<property><name>{name}</name><value>{value}</value></property>" for name, value in properties.items()]
    file.write_text("\n".join(["<configuration>", *lines, "</configuration>"]))


class Yarn:
    """A resource manager and a node manager."""

    def __init__(self, jars: pathlib.Path, folder: pathlib.Path):
        self.folder = folder
        self.conf = folder / "conf"
        self.conf.mkdir()
        self.web = f"127.0.0.1:{free_port()}"
        site(self.conf / "core-site.xml", {"fs.defaultFS": "file:///", "hadoop.tmp.dir": folder / "tmp"})
        site(self.conf / "resource-types.xml", {"yarn.resource-types": "yarn.io/gpu"})
        site(self.conf / "capacity-scheduler.xml", {
            "yarn.scheduler.capacity.root.queues": "default",
            "yarn.scheduler.capacity.root.default.capacity": 100,
            "yarn.scheduler.capacity.maximum-am-resource-percent": 1,
            "yarn.scheduler.capacity.resource-calculator": "org.apache.hadoop.yarn.util.resource.DominantResourceCalculator"})
        site(self.conf / "yarn-site.xml", {
            "yarn.resourcemanager.hostname": "127.0.0.1",
            "yarn.resourcemanager.webapp.address": self.web,
            **{f"yarn.resourcemanager.{name}address": f"127.0.0.1:{free_port()}"
               for name in ("", "scheduler.", "resource-tracker.", "admin.")},
            **{f"yarn.nodemanager.{name}address": "127.0.0.1:0"
               for name in ("", "localizer.", "webapp.", "collector-service.")},
            "yarn.nodemanager.resource-type.yarn.io/gpu": 2,
            "yarn.nodemanager.resource.memory-mb": 8192,
            "yarn.nodemanager.resource.cpu-vcores": 8,
            "yarn.nodemanager.local-dirs": folder / "local",
            "yarn.nodemanager.log-dirs": folder / "logs",
            "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage": 100,
            # Virtual memory is no measure of a JVM.
            "yarn.nodemanager.vmem-check-enabled": "false",
            "yarn.scheduler.minimum-allocation-mb": 64})
        nvidia = folder / "bin" / "nvidia-smi"
        nvidia.parent.mkdir()
        nvidia.write_text("#!/bin/sh\necho 0\n")
        nvidia.chmod(0o755)
        self.java = ["java", "-Xmx512m", *OPENS, "-cp", f"{self.conf}:{jars}/*:{SPARK_HOME}/jars/*"]
        self.processes = []
        for name in ("resourcemanager.ResourceManager", "nodemanager.NodeManager"):
            with open(folder / f"{name}.log", "w") as log:
                self.processes.append(subprocess.Popen(
                    [*self.java, f"org.apache.hadoop.yarn.server.{name}"], stdout=log, stderr=log,
                    env={**os.environ, "JDK_JAVA_OPTIONS": QUICK}))

    def has_node(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.web}/ws/v1/cluster/nodes", timeout=30) as answer:
                return '"state":"RUNNING"' in answer.read().decode()
        except OSError:
            return False

    def await_node(self) -> None:
        end = time.monotonic() + LIMIT_SECONDS
        while not self.has_node():
            if time.monotonic() > end or any(process.poll() is not None for process in self.processes):
                sys.exit("\n".join(log.read_text()[-4000:] for log in self.folder.glob("*.log")))
            time.sleep(0.2)

    def status(self, app: str) -> str:
        return subprocess.run(
            [*self.java, "org.apache.hadoop.yarn.client.cli.ApplicationCLI", "application", "-status", app],
            env={**os.environ, "JDK_JAVA_OPTIONS": QUICK}, stdout=subprocess.PIPE, text=True, check=True).stdout

    def submit(self, mode: str, files: str, conf: str) -> tuple[int, str, str]:
        """By run/geolocsft: its exit code, what it and its containers said, and its name."""
        settings = {**OPTIONS, "spark.yarn.stagingDir": self.folder / "staging",
                    "spark.executorEnv.PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        words = [f"--master yarn --deploy-mode {mode} --properties-file conf/spark-yarn.conf", files]
        words += [f"--conf {name}={value}" for name, value in settings.items()]
        begin = time.monotonic()
        ended = subprocess.run(
            ["run/geolocsft", "doctor", "--conf", conf, "--output", self.folder / "out"],
            env={**os.environ, "SPARK_HOME": str(SPARK_HOME), "HADOOP_CONF_DIR": str(self.conf), "SPARK_LOCAL_IP": "127.0.0.1",
                 "GEOLOCSFT_SUBMIT_OPTIONS": " ".join(words)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LIMIT_SECONDS)
        app = max(file.name for file in self.folder.glob("logs/application_*"))
        said = "\n".join([ended.stdout, *(file.read_text() for file in self.folder.glob(f"logs/{app}/*/std*"))])
        print(f"{mode}: {time.monotonic() - begin:.0f} s", flush=True)
        return ended.returncode, said, app

    def close(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait()


def main(jars: pathlib.Path) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        conf = folder / "doctor.yaml"
        conf.write_text(f"""
run: {{name: yarn, seed: 1}}
ingest: {{images: '{INPUT}/images', table: '{INPUT}/catalogue.csv', columns: {{image: file, latitude: lat, longitude: lon}}}}
benchmarks: []
model: {{path: '{MODEL}', device: cuda, dtype: float32}}
ablation: {{variants: []}}
""")
        yarn = Yarn(jars, folder)
        try:
            yarn.await_node()
            # A file of --files lies in the working directory of the driver.
            for mode, files, path, wanted in (
                    ("client", "", conf, 2), ("cluster", f"--files conf/gpus.sh,{conf}", conf.name, 1)):
                code, said, app = yarn.submit(mode, files, str(path))
                # A GPU is there by its discovery script; the CPU build of PyTorch sees none.
                assert "Spark gave this task GPU 0, but PyTorch sees 0" in said, said[-8000:]
                assert "errors: 4" in said and "ok       stage examples   can run" in said, said[-8000:]
                assert code == wanted, (mode, code)
            status = yarn.status(app)
            assert re.search(r"[1-9]\d* yarn.io/gpu-seconds", status), status
        finally:
            yarn.close()
    print("YARN gives GPUs to executors, in client and in cluster mode")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[2]))
