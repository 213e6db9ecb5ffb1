"""Submits a command to Kubernetes with conf/spark-kubernetes.conf, in cluster mode, as far as that goes without Kubernetes:
a server on loopback answers as its API does and keeps what it is sent, and the driver and the first executor
are started as processes, by the image's entrypoint and with what conf/Containerfile copies into the image.

    python check_kubernetes.py SPARK

SPARK is PySpark's folder.
"""

import contextlib
import copy
import glob
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.parse

import yaml

SPARK_HOME = pathlib.Path(sys.argv[1])
LIMIT_SECONDS = 200
NAMESPACE = "geolocsft"
FOLDER = "/opt/geolocsft"
EXECUTORS = 8
GIB = 1024
INPUT = pathlib.Path("out/quickstart/input/photos").resolve()
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


class Image:
    """What conf/Containerfile makes of the repository, in a folder in place of /."""

    def __init__(self, root: pathlib.Path):
        self.root = root
        text = re.sub(r"\\\n", " ", pathlib.Path("conf/Containerfile").read_text())
        arguments = dict(re.findall(r"^ARG (\w+)=(.*)$", text, flags=re.M))
        for line in re.findall(r"^COPY (.*)$", text, flags=re.M):
            line = re.sub(r"\$\{(\w+)\}", lambda name: arguments[name[1]], line)
            *sources, target = [word for word in line.split() if not word.startswith("--")]
            for source in sources:
                found = glob.glob(source)
                assert found, f"conf/Containerfile: there is no {source}"
                for file in found:
                    to = pathlib.Path(f"{root}{target}", os.path.basename(file) if target.endswith("/") else "")
                    to.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(file, to)
        [self.environment] = [dict(re.findall(r"(\w+)=(\S+)", line)) for line in re.findall(r"^ENV (.*)$", text, flags=re.M)]
        assert re.findall(r"^USER (.*)$", text, flags=re.M)[-1] not in ("root", "0")
        # What a node with NVIDIA's toolkit adds, and the volume.
        nvidia = root / "bin" / "nvidia-smi"
        nvidia.parent.mkdir()
        nvidia.write_text("#!/bin/sh\necho 0\n")
        nvidia.chmod(0o755)
        (root / "models").symlink_to(pathlib.Path("run/data").resolve())

    def inside(self, text: str) -> str:
        """Where what a pod calls so lies here; a service is on loopback."""
        text = re.sub(rf"[\w-]+\.{NAMESPACE}\.svc", "127.0.0.1", text)
        return re.sub(rf"(?<!\w)({FOLDER}|/opt/spark/conf|/models(?=/)|/tmp/djl|/var/data)\b", rf"{self.root}\1", text)


class Api(http.server.ThreadingHTTPServer):
    """Keeps objects by kind and name, and tells who watches."""

    daemon_threads = True

    def __init__(self, image: Image):
        super().__init__(("127.0.0.1", 0), Request)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.image = image
        self.kept = {}
        self.events = []
        self.changed = threading.Condition()
        self.processes = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def keep(self, kind: str, thing: dict, event: str = "MODIFIED") -> dict:
        with self.changed:
            thing["metadata"].setdefault("uid", f"{kind}-{len(self.kept)}")
            thing["metadata"].update(namespace=NAMESPACE, resourceVersion=str(len(self.events) + 1))
            self.kept[kind, thing["metadata"]["name"]] = thing
            self.events.append((kind, event, copy.deepcopy(thing)))
            self.changed.notify_all()
        return thing

    def all(self, kind: str) -> list:
        with self.changed:
            return [thing for (of, _), thing in self.kept.items() if of == kind]

    def start(self, pod: dict) -> None:
        """What a node does for a pod: the driver's, and one executor's for want of memory."""
        role = pod["metadata"]["labels"]["spark-role"]
        if role == "driver" or pod["metadata"]["labels"]["spark-exec-id"] == "1":
            threading.Thread(target=self.run, args=(pod, role), daemon=True).start()

    def run(self, pod: dict, role: str) -> None:
        container, pod = pod["spec"]["containers"][0], copy.deepcopy(pod)
        # The volume's content follows after the pod.
        volumes = [volume["configMap"]["name"] for volume in pod["spec"]["volumes"] if "configMap" in volume]
        with self.changed:
            self.changed.wait_for(lambda: all(("configmaps", name) in self.kept for name in volumes), LIMIT_SECONDS)
        conf = self.image.root / "opt" / "spark" / "conf" / role
        conf.mkdir(parents=True)
        for name in volumes:
            for file, text in self.kept["configmaps", name]["data"].items():
                (conf / file).write_text(self.image.inside(text).replace("/spark/conf/", f"/spark/conf/{role}/"))
        environment = {
            "PATH": f"{self.image.root}/bin:{os.environ['PATH']}", "SPARK_LOCAL_IP": "127.0.0.1", "JDK_JAVA_OPTIONS": QUICK,
            **{name: self.image.inside(value) for name, value in self.image.environment.items()}}
        fields = {"status.podIP": "127.0.0.1", "metadata.name": pod["metadata"]["name"]}
        for variable in container["env"]:
            value = variable.get("value", "")
            if "valueFrom" in variable:
                value = fields[variable["valueFrom"]["fieldRef"]["fieldPath"]]
            environment[variable["name"]] = self.image.inside(value)
        environment["SPARK_CONF_DIR"] = str(conf)
        arguments = [self.image.inside(word).replace("/spark/conf/", f"/spark/conf/{role}/") for word in container["args"]]
        command = driver(arguments, environment) if role == "driver" else executor(environment)
        pod["status"] = {"phase": "Running", "podIP": "127.0.0.1"}
        self.keep("pods", pod)
        with open(self.image.root / f"{role}.log", "w") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.image.root, start_new_session=True)
            self.processes.append(process)
            code = process.wait()
        pod = copy.deepcopy(pod)
        pod["status"] = {"phase": "Failed" if code else "Succeeded", "containerStatuses": [{
            "name": container["name"], "image": container["image"], "imageID": "", "ready": False, "restartCount": 0,
            "state": {"terminated": {"exitCode": code, "reason": "Error"}}}]}
        self.keep("pods", pod)

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        self.shutdown()


def driver(arguments: list, environment: dict) -> list:
    """As entrypoint.sh of Spark's image."""
    assert arguments[0] == "driver", arguments
    bind = environment["SPARK_DRIVER_BIND_ADDRESS"]
    return [SPARK_HOME / "bin" / "spark-submit", "--conf", f"spark.driver.bindAddress={bind}", "--deploy-mode", "client",
            "--driver-memory", "1g", *arguments[1:]]


def executor(environment: dict) -> list:
    """As entrypoint.sh, with less memory."""
    options = {name: value for name, value in environment.items() if name.startswith("SPARK_JAVA_OPT_")}
    words = {"driver-url": "DRIVER_URL", "executor-id": "EXECUTOR_ID", "cores": "EXECUTOR_CORES", "app-id": "APPLICATION_ID",
             "hostname": "EXECUTOR_POD_IP", "resourceProfileId": "RESOURCE_PROFILE_ID", "podName": "EXECUTOR_POD_NAME"}
    command = ["java", *options.values(), "-Xmx1g", "-cp", f"{SPARK_HOME}/jars/*",
               "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend"]
    for option, name in words.items():
        command += [f"--{option}", environment[f"SPARK_{name}"]]
    return command


class Request(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Api

    def answer(self, code: int, thing: dict) -> None:
        body = json.dumps(thing).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def asked(self) -> tuple:
        url = urllib.parse.urlparse(self.path)
        kind, _, name = url.path.removeprefix(f"/api/v1/namespaces/{NAMESPACE}/").partition("/")
        return kind, name, dict(urllib.parse.parse_qsl(url.query))

    def sent(self) -> dict:
        return yaml.safe_load(self.rfile.read(int(self.headers["Content-Length"])))

    def do_POST(self) -> None:
        kind, _, _ = self.asked()
        thing = self.server.keep(kind, self.sent(), "ADDED")
        if kind == "pods":
            thing["status"] = {"phase": "Pending"}
            self.server.start(thing)
        self.answer(201, thing)

    def do_PATCH(self) -> None:
        kind, _, _ = self.asked()
        self.answer(200, self.server.keep(kind, self.sent()))

    def do_DELETE(self) -> None:
        if length := int(self.headers["Content-Length"] or 0):
            self.rfile.read(length)
        self.answer(200, {"kind": "Status", "apiVersion": "v1", "status": "Success"})

    def do_GET(self) -> None:
        kind, name, query = self.asked()
        if query.get("watch") == "true":
            # A plain answer to the wish for a web socket, after which the client asks for a stream.
            return self.answer(200, {}) if "Upgrade" in self.headers else self.watch(kind, query)
        if name:
            thing = self.server.kept.get((kind, name))
            return self.answer(200, thing) if thing else self.answer(404, {"kind": "Status", "code": 404})
        wanted = [pair.split("=") for pair in query.get("labelSelector", "").split(",") if "=" in pair]
        items = [thing for thing in self.server.all(kind)
                 if all(thing["metadata"].get("labels", {}).get(label) == value for label, value in wanted)]
        self.answer(200, {"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items})

    def watch(self, kind: str, query: dict) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()
        name = query.get("fieldSelector", "").removeprefix("metadata.name=")
        with contextlib.suppress(ConnectionError):  # whoever watched has left
            self.tell(kind, name)

    def tell(self, kind: str, name: str) -> None:
        told = 0
        while True:
            with self.server.changed:
                self.server.changed.wait_for(lambda: len(self.server.events) > told)
                news, told = self.server.events[told:], len(self.server.events)
            for of, event, thing in news:
                if of == kind and name in ("", thing["metadata"]["name"]):
                    self.wfile.write(json.dumps({"type": event, "object": thing}).encode() + b"\n")
            self.wfile.flush()

    def log_message(self, *_) -> None:
        pass


def free_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def submit(api: Api, folder: pathlib.Path) -> subprocess.CompletedProcess:
    """By run/geolocsft, with the committed settings and a configuration in the folder of Spark's own."""
    conf = folder / "spark-conf"
    conf.mkdir()
    (conf / "doctor.yaml").write_text(f"""
run: {{name: kubernetes, seed: 1}}
ingest: {{images: '{INPUT}/images', table: '{INPUT}/catalogue.csv', columns: {{image: file, latitude: lat, longitude: lon}}}}
benchmarks: []
model: {{path: /models/gemma3-small, device: cuda, dtype: float32}}
ablation: {{variants: []}}
""")
    options = {
        # The API's address inside the cluster.
        "spark.kubernetes.driver.master": api.url,
        "spark.driver.port": free_port(), "spark.driver.blockManager.port": free_port(), "spark.ui.enabled": "false",
        # One executor of eight is started here.
        "spark.scheduler.minRegisteredResourcesRatio": "0"}
    words = [f"--master k8s://{api.url} --deploy-mode cluster --properties-file conf/spark-kubernetes.conf"]
    words += [f"--conf {name}={value}" for name, value in options.items()]
    return subprocess.run(
        ["run/geolocsft", "doctor", "--conf", "/opt/spark/conf/doctor.yaml", "--output", str(folder / "out")],
        env={**os.environ, "SPARK_HOME": str(SPARK_HOME), "SPARK_CONF_DIR": str(conf), "GEOLOCSFT_IMAGE_FOLDER": FOLDER,
             "GEOLOCSFT_SUBMIT_OPTIONS": " ".join(words), "JDK_JAVA_OPTIONS": QUICK, "SPARK_LOCAL_IP": "127.0.0.1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LIMIT_SECONDS)


def mib(quantity: str) -> int:
    assert quantity.endswith("Mi"), quantity
    return int(quantity[:-2])


def check_pod(pod: dict, memory: int, settings: dict) -> dict:
    [container] = pod["spec"]["containers"]
    assert pod["metadata"]["namespace"] == NAMESPACE, pod
    assert container["image"] == settings["spark.kubernetes.container.image"], container
    resources = container["resources"]
    assert mib(resources["requests"]["memory"]) == mib(resources["limits"]["memory"]) == memory, resources
    [models] = [volume for volume in pod["spec"]["volumes"] if "persistentVolumeClaim" in volume]
    assert models["persistentVolumeClaim"] == {"claimName": "models", "readOnly": True}, models
    [mount] = [mount for mount in container["volumeMounts"] if mount["name"] == models["name"]]
    assert mount["mountPath"] == "/models" and mount["readOnly"], mount
    environment = {variable["name"]: variable.get("value") for variable in container["env"]}
    for name, value in {"DJL_OFFLINE": "true", "LC_ALL": "C.UTF-8", "OMP_WAIT_POLICY": "PASSIVE"}.items():
        assert environment.get(name) == value, (name, environment)
    return container


def check(api: Api, submitted: subprocess.CompletedProcess, log: str) -> None:
    settings = dict(
        line.split(None, 1) for line in pathlib.Path("conf/spark-kubernetes.conf").read_text().splitlines()
        if line and not line.startswith("#"))
    pods = {role: [pod for pod in api.all("pods") if pod["metadata"]["labels"]["spark-role"] == role]
            for role in ("driver", "executor")}
    [pod] = pods["driver"]
    container = check_pod(pod, 10 * GIB, settings)
    assert pod["spec"]["serviceAccountName"] == "spark", pod
    assert container["args"][-6:] == [
        f"local://{FOLDER}/geolocsft-spark.jar", "doctor", "--conf", "/opt/spark/conf/doctor.yaml", "--output",
        container["args"][-1]], container["args"]
    assert "limits" not in container["resources"] or "nvidia.com/gpu" not in container["resources"]["limits"]
    [service] = [thing for thing in api.all("services") if thing["metadata"]["name"].endswith("-driver-svc")]
    assert service["spec"]["clusterIP"] == "None", service
    [properties] = [thing["data"]["spark.properties"] for thing in api.all("configmaps")
                    if thing["metadata"]["name"].startswith("spark-drv-")]
    assert f"discoveryScript={FOLDER}/conf/gpus.sh" in properties, properties

    assert len(pods["executor"]) == EXECUTORS, len(pods["executor"])
    for pod in pods["executor"]:
        container = check_pod(pod, 28 * GIB, settings)
        assert container["resources"]["limits"]["nvidia.com/gpu"] == "1", container["resources"]
        assert container["resources"]["requests"]["cpu"] == "8", container["resources"]

    # A GPU is there by its discovery script; the CPU build of PyTorch sees none.
    assert "Spark gave this task GPU 0, but PyTorch sees 0" in log, log
    assert "ok       stage examples   can run" in log and "errors: 4" in log, log
    assert "/jars/pytorch-native.jar" not in log, "the driver sends its executors what their image has"
    [pod] = pods["driver"]
    assert pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 2, pod["status"]
    assert submitted.returncode == 0, submitted.stdout


def logs(folder: str) -> str:
    return "\n".join(file.read_text() for file in pathlib.Path(folder).glob("*.log"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        api = Api(Image(pathlib.Path(folder)))
        try:
            submitted = submit(api, pathlib.Path(folder))
            check(api, submitted, submitted.stdout + logs(folder))
        except (AssertionError, subprocess.TimeoutExpired):
            print(logs(folder)[-16_000:])
            raise
        finally:
            api.close()
    print("a driver and 8 executors on Kubernetes' API, one of them really")


if __name__ == "__main__":
    main()
