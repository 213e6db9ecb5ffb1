"""Runs run/airflow/geolocsft_dag.py in a real Airflow, by PySpark's spark-submit, on the quickstart's input.

    python check_airflow.py SPARK_HOME

It is called with the Python of run/airflow, after run/quickstart --short. The DAG must load without errors and warnings. A first run, in which
spark-submit is killed while it fine-tunes, must end with all tasks done and tell of new metrics; a second one, of
another date, has nothing to do but to be recorded; with a wrong setting and with a floor that is not reached, tasks fail without a retry.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import yaml

HOME = Path.cwd()
WORK = HOME / "target" / "airflow test"
DAG = "geolocsft"
STAGES = ["ingest", "bin", "select", "caption", "examples", "sft", "grpo", "neighbours", "infer", "calibrate", "evaluate", "ablate",
          "report"]
LIMIT_SECONDS = 900


def configuration() -> dict:
    """run/quickstart --short, with whole paths."""
    conf = HOME / "conf"
    settings = yaml.safe_load((conf / "quickstart.yaml").read_text())
    settings["run"]["name"] = "airflow"
    for inputs in [settings["ingest"], *settings["benchmarks"]]:
        inputs["images"] = str((conf / inputs["images"]).resolve())
        inputs["table"] = str(HOME / "out" / "quickstart-short" / "input" / f"{inputs.get('name', 'catalogue')}.csv")
    settings["model"]["path"] = str((conf / settings["model"]["path"]).resolve())
    settings["select"]["count"] = 200
    settings["sft"]["epochs"] = 1
    settings["evaluate"]["bootstrap_samples"] = 50
    settings["infer"]["candidates"] = 1
    settings["calibrate"]["images"] = 100
    settings["ablation"] = {"variants": []}
    return settings


def environment(spark_home: Path) -> dict:
    return {
        **os.environ,
        "AIRFLOW_HOME": str(WORK / "home"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_CONN_SPARK_DEFAULT": json.dumps(
            {"conn_type": "spark", "host": "local[2]", "extra": {"spark-binary": "spark-submit", "deploy-mode": "client"}}),
        "GEOLOCSFT_HOME": str(HOME),
        "GEOLOCSFT_CONF": str(WORK / "conf.yaml"),
        "GEOLOCSFT_OUTPUT": str(WORK / "out"),
        "GEOLOCSFT_HISTORY": str(WORK / "history"),
        "GEOLOCSFT_PROPERTIES": str(WORK / "home" / "spark.conf"),
        "GEOLOCSFT_RETRY_SECONDS": "1",
        "SPARK_HOME": str(spark_home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PATH": os.pathsep.join([str(spark_home / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]),
    }


def airflow(variables: dict, *arguments: str, code: int | None = 0) -> str:
    done = subprocess.run(
        ["airflow", *arguments], env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=LIMIT_SECONDS)
    assert code is None or done.returncode == code, done.stdout[-20_000:]
    return done.stdout


def run(variables: dict, date: str, *options: str, **params) -> str:
    return airflow(variables, "dags", "test", DAG, date, "--conf", json.dumps(params), *options, code=None)


def rows(query: str, *values) -> list:
    with sqlite3.connect(WORK / "home" / "airflow.db") as database:
        return database.execute(query, values).fetchall()


def tasks(date: str) -> dict:
    """State and number of tries by task."""
    found = rows(
        "SELECT t.task_id, t.state, t.try_number FROM task_instance t JOIN dag_run r USING (dag_id, run_id)"
        " WHERE r.dag_id = ? AND r.logical_date LIKE ?", DAG, date + "%")
    return {task: (state, tries) for task, state, tries in found}


class Kill(threading.Thread):
    """kill -9 of the spark-submit that fine-tunes, once, when it has begun to."""

    def __init__(self):
        super().__init__(daemon=True)
        self.killed = False

    def run(self):
        scratch = WORK / "out" / ".scratch"
        while not self.killed:
            if any(scratch.glob("sft-*")):
                for process in psutil.process_iter(["cmdline"]):
                    words = process.info["cmdline"] or []
                    if "org.apache.spark.deploy.SparkSubmit" in words and "sft" in words:
                        process.send_signal(signal.SIGKILL)
                        self.killed = True
            time.sleep(0.05)


def set_up(variables: dict) -> None:
    """The commands of the page, to the first that runs the DAG."""
    page = (HOME / "run" / "airflow" / "README.md").read_text()
    commands = [line[4:] for line in page.splitlines() if line.startswith("    ")]
    commands = [command for command in commands if not command.startswith(("export ", "run/"))]
    end = commands.index(f"airflow dags test {DAG} 2026-01-01")
    assert end == 6, commands
    for command in commands[:end]:
        done = subprocess.run(command, shell=True, env=variables, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, (command, done.stdout[-20_000:])
    with (WORK / "home" / "spark.conf").open("a") as properties:
        properties.write("spark.ui.enabled false\n")


def check_dag(variables: dict) -> None:
    errors = airflow(variables, "dags", "list-import-errors", "--output", "json", code=None)
    assert "No data found" in errors or errors.strip().endswith("[]"), errors
    loaded = subprocess.run(
        [sys.executable, "-W", "error", "-c",
         "import runpy, sys, warnings\n"
         "from airflow.providers.apache.spark.operators import spark_submit\n"  # Their own warnings are not ours.
         f"dag = runpy.run_path({str(WORK / 'home' / 'dags' / 'geolocsft_dag.py')!r})['dag']\n"
         "print(' '.join(dag.task_ids))\n"
         "assert dag.max_active_runs == 1\n"
         "assert all(task.doc_md for task in dag.tasks)\n"
         "print(' '.join(task.task_id for task in dag.tasks if task.pool == 'geolocsft_gpu'))"],
        env={**variables, "PYTHONWARNINGS": ""}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert loaded.returncode == 0, loaded.stderr
    names, gpu = loaded.stdout.strip().splitlines()[-2:]
    assert set(names.split()) == {*STAGES, "check", "record", "publish"}, names
    assert set(gpu.split()) == {"sft", "grpo", "neighbours", "infer", "calibrate", "ablate"}, gpu


def main(spark_home: Path) -> None:
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    (WORK / "conf.yaml").write_text(yaml.safe_dump(configuration()))
    variables = environment(spark_home)
    set_up(variables)
    check_dag(variables)

    kill = Kill()
    kill.start()
    log = run(variables, "2026-01-01")
    assert kill.killed, log[-20_000:]
    done = tasks("2026-01-01")
    assert {state for state, _ in done.values()} == {"success"}, (done, log[-20_000:])
    assert done["sft"][1] == 2, done
    assert all(tries == 1 for task, (_, tries) in done.items() if task != "sft"), done
    assert "ingest: running" in log and " INFO SparkContext" not in log, log[:20_000]
    events = rows("SELECT a.name, e.extra FROM asset_event e JOIN asset a ON a.id = e.asset_id")
    assert [name for name, _ in events] == ["geolocsft_metrics"], events
    assert json.loads(events[0][1])["output"] == str(WORK / "out"), events

    before = {path: path.stat().st_mtime for path in (WORK / "out" / ".manifests").glob("*.json")}
    assert len(before) > 20, before
    log = run(variables, "2026-01-02")
    done = tasks("2026-01-02")
    assert {state for state, _ in done.values()} == {"success"}, (done, log[-20_000:])
    assert before == {path: path.stat().st_mtime for path in before}, "the second run made something again"
    assert len(rows("SELECT * FROM asset_event")) == 2
    assert len(list((WORK / "history").glob("*.parquet"))) == 2

    run(variables, "2026-01-03", conf=str(WORK / "none.yaml"))
    done = tasks("2026-01-03")
    assert done["ingest"] == ("failed", 1), done
    assert done["publish"][0] == "upstream_failed", done

    run(variables, "2026-01-04", f"--mark-success-pattern=^({'|'.join(STAGES)})$", min_accuracy=1.0)
    done = tasks("2026-01-04")
    assert done["check"] == ("failed", 1), done
    assert done["report"][0] == "success" and done["publish"][0] == "upstream_failed", done
    assert len(rows("SELECT * FROM asset_event")) == 2
    print("Airflow: four runs of", len(STAGES), "stages, one killed and retried, two stopped by what no retry mends")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
