#!/usr/bin/env python3
"""Lets our client ask a real server, `transformers serve` with the quickstart's small model, about images, and compares
what it says with what transformers generates in this process from the files that were sent.

    check_endpoint.py IMAGES

IMAGES is a folder of JPEG files. From the repository's root, once the program is built. In the end the server is killed
while it answers, and started again.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

MODEL = Path("run/data/gemma3-small")
CLIENT = "pipeline-core/src/test/java/io/geolocsft/endpoint/AskEndpoint.java"
LIBRARIES = "pipeline-jobs/target/geolocsft/lib/*"
QUESTION = "Where was this photograph taken?"
CANDIDATES = 3
LIMIT_SECONDS = 120


def served_model(folder: Path) -> Path:
    """The model with what transformers' processor wants beside it."""
    served = folder / "model"
    shutil.copytree(MODEL, served)
    template = json.loads((MODEL / "tokenizer_config.json").read_text())["chat_template"]
    (served / "chat_template.jinja").write_text(template)
    tokens = json.loads((MODEL / "config.json").read_text())["mm_tokens_per_image"]
    (served / "processor_config.json").write_text(
        json.dumps({"processor_class": "Gemma3Processor", "image_seq_length": tokens}))
    return served


class Server:
    """transformers serve on loopback, in its own process."""

    def __init__(self, port: int, log: Path):
        self.port, self.log = port, log
        with log.open("w") as out:
            # One thread a request: its threads and the client's share the cores.
            self.process = subprocess.Popen(
                [sys.executable, "-m", "transformers.commands.transformers_cli", "serve", "--host", "127.0.0.1",
                 "--port", str(port), "--dtype", "float32", "--device", "cpu"],
                stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
                env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"})

    def await_health(self) -> "Server":
        end = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5).status == 200:
                    return self
            except OSError:
                time.sleep(0.2)
        sys.exit(f"transformers serve did not start:\n{self.log.read_text()[-3000:]}")

    def load(self, model: Path) -> "Server":
        """Has the model loaded by one request: several at a time, the first ones, break it in transformers 4.57.1."""
        body = {"model": str(model), "messages": [{"role": "user", "content": "?"}], "max_tokens": 1}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/v1/chat/completions", json.dumps(body).encode(),
            {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=LIMIT_SECONDS).read()
        return self

    def answered(self) -> int:
        return self.log.read_text().count('"POST /v1/chat/completions HTTP/1.1" 200')

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


def client(port: int, model: Path, threads: int, candidates: int, sent: Path, images: list[Path]) -> subprocess.Popen:
    sent.mkdir()
    return subprocess.Popen(
        ["java", "-cp", LIBRARIES, CLIENT, f"http://127.0.0.1:{port}", str(model), str(threads), str(candidates),
         str(sent), *map(str, images)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def replies(lines: str) -> dict[Path, list[str]]:
    return {Path(reply["sent"]): reply["texts"] for reply in map(json.loads, lines.splitlines())}


class Reference:
    """What transformers itself answers, greedily."""

    def __init__(self, model: Path):
        import torch
        from transformers import AutoProcessor, Gemma3ForConditionalGeneration

        torch.set_num_threads(1)
        self.processor = AutoProcessor.from_pretrained(model)
        self.model = Gemma3ForConditionalGeneration.from_pretrained(model, dtype=torch.float32).eval()

    def answer(self, image: Path) -> str:
        content = [{"type": "image", "url": str(image)}, {"type": "text", "text": QUESTION}]
        inputs = self.processor.apply_chat_template(
            [{"role": "user", "content": content}],
            add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt")
        tokens = self.model.generate(**inputs, do_sample=False, max_new_tokens=30)[0, inputs["input_ids"].shape[1]:]
        return self.processor.decode(tokens, skip_special_tokens=True)


def check_answers(answers: dict[Path, list[str]], images: list[Path], candidates: int, reference: Reference) -> None:
    assert {sent.name for sent in answers} == {image.name for image in images}, "an image has no answer"
    for sent, texts in answers.items():
        assert len(texts) == candidates, (sent, texts)
        assert texts[0] == reference.answer(sent), (sent, texts, reference.answer(sent))


def check_quiet(port: int, server: Server, model: Path, folder: Path, images: list[Path]) -> Reference:
    """Nothing is asked twice, and what the server does not take is told."""
    before = server.answered()
    process = client(port, model, 4, CANDIDATES, folder / "quiet", images)
    reference = Reference(model)
    out, told = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 0, told
    answers = replies(out)
    check_answers(answers, images, CANDIDATES, reference)
    assert server.answered() - before == len(images) * CANDIDATES, (server.answered() - before, told)
    assert told.count("does not take top_k (422") == 1 and told.count("does not take n (") == 1, told
    sampled = [text for texts in answers.values() for text in texts[1:]]
    assert len(set(sampled)) > len(images) / 2, sampled
    near = sum(reference.answer(image) == answers[folder / "quiet" / image.name][0] for image in images)
    print(f"{len(images)} images, {len(images) * CANDIDATES} answers, each asked once, all greedy ones transformers' own; "
          f"{near} of {len(images)} those of the file before it was sent")
    assert near >= len(images) * 3 / 4, near
    return reference


def check_killed(port: int, server: Server, model: Path, folder: Path, images: list[Path], reference: Reference) -> Server:
    """A server that is killed while it answers loses nothing."""
    process = client(port, model, 1, 1, folder / "killed", images)
    first = [process.stdout.readline() for _ in range(3)]
    server.kill()
    server = Server(port, folder / "second.log").await_health()
    out, told = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 0, told
    check_answers(replies("".join(first) + out), images, 1, reference)
    again = server.answered()
    # Those that were answered when it was killed, and perhaps not read yet, are not asked again.
    assert 0 < again <= len(images) - len(first), (again, len(images))
    print(f"{len(images)} images answered although the server was killed; {again} of them by the next one")
    return server


def main() -> None:
    images = sorted(Path(sys.argv[1]).rglob("*.jpg"))[:24]
    assert len(images) == 24, f"{len(images)} images in {sys.argv[1]}"
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work).resolve()
        model = served_model(folder)
        server = Server(port, folder / "first.log")
        try:
            reference = check_quiet(port, server.await_health().load(model), model, folder, images[:12])
            server = check_killed(port, server, model, folder, images, reference)
        except BaseException:
            print(server.log.read_text()[-5000:], file=sys.stderr)
            raise
        finally:
            server.kill()


if __name__ == "__main__":
    main()
