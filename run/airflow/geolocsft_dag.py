"""GeoLocSFT in Airflow 3: a task a stage, each of them a spark-submit, then checks, then an asset event.

Copy this file into the DAG folder. It needs the provider apache-airflow-providers-apache-spark, a
connection spark_default, a pool geolocsft_gpu, and these variables where the scheduler and the
workers run (see README.md beside it):

    GEOLOCSFT_HOME           the checkout, built by run/build; or set jar and natives when you trigger it
    GEOLOCSFT_CONF           the configuration; default: conf/quickstart.yaml of the checkout
    GEOLOCSFT_OUTPUT         the output folder, of any file system; default: out/airflow of the checkout
    GEOLOCSFT_HISTORY        the folder of all runs' metrics, of any file system; default: out/history
    GEOLOCSFT_PROPERTIES     spark-submit's properties, such as conf/spark-yarn.conf; default: none
    GEOLOCSFT_SCHEDULE       a cron expression or @daily; default: no schedule, triggered by hand
    GEOLOCSFT_RETRY_SECONDS  pause before the first retry; default: 300
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException
from airflow.sdk import DAG, Asset, Param, task

HOME = os.environ.get("GEOLOCSFT_HOME", "/opt/geolocsft")
DISTRIBUTION = f"{HOME}/pipeline-jobs/target"
GPU_POOL = "geolocsft_gpu"

# What dashboards and later DAGs wait for: schedule=[Asset("geolocsft_metrics")].
METRICS = Asset("geolocsft_metrics")

# name, whether it loads the model, what it does
STAGES = [
    ("ingest", False, "Reads images and coordinates into the table `catalogue`."),
    ("bin", False, "Finds cells, countries and population density: `binned`, `partition`."),
    ("select", False, "Chooses image-GPS pairs: `selection`, `rejections`, `leakage`."),
    ("caption", False, "Finds the text to learn for each pair: `captions`. What a server was paid for is kept."),
    ("examples", False, "Writes training texts: `examples`."),
    ("sft", True, "Fine-tunes the model with LoRA: the folder `tuned`, `training_log`. "
                  "Checkpoints are kept: a retry goes on after the newest one."),
    ("grpo", True, "Trains the adapter on by rewards, where `grpo.epochs` is above 0: the folder `rewarded`, "
                   "`reward_log`. A retry goes on after the newest checkpoint."),
    ("neighbours", True, "Finds the selected images most like each benchmark image: `neighbours`."),
    ("infer", True, "Answers for every benchmark image: `candidates`. A retry keeps every answer there is."),
    ("calibrate", True, "Finds radii that hold the truth in 50 and 90 % of cases: `calibration`."),
    ("evaluate", False, "Measures the answers: `predictions`, `metrics`."),
    ("ablate", True, "Measures variants beside one another: `ablation`."),
    ("report", False, "Writes `report/report.html`."),
]

# Each fails the task, without a retry, and so keeps the metrics from being published.
CHECKS = [
    """assert_true((SELECT count(*) FROM selection) >= {{ params.min_pairs }},
       'selection has fewer than {{ params.min_pairs }} pairs')""",
    """assert_true((SELECT count(*) FROM errors_ingest)
         <= {{ params.max_error_share }} * (SELECT count(*) FROM catalogue),
       'more than {{ params.max_error_share }} of the images could not be read')""",
    """assert_true((SELECT coalesce(sum(benchmark_images), 0) FROM leakage
         WHERE rule IN ('copy', 'near_duplicate')) = 0,
       'the training images hold copies of benchmark images')""",
    """assert_true((SELECT min(value) FROM metrics
         WHERE metric = 'accuracy' AND threshold_km = {{ params.accuracy_km }} AND slice = 'all'
           AND model = '{{ params.model }}') >= {{ params.min_accuracy }},
       'accuracy within {{ params.accuracy_km }} km is below {{ params.min_accuracy }} on a benchmark')""",
]

# Of run/geolocsft: wrong configuration or usage, wrong input data. No retry mends those.
FINAL_CODES = {2: "the configuration", 3: "the data"}

# Warnings and progress, without Spark's INFO. What extraJavaOptions says goes after it. Cluster mode
# has a log of its own, where the driver runs.
LOGGING = "{% if params.log4j %}-Dlog4j2.configurationFile={{ params.log4j }}{% endif %}"


class GeoLocSftOperator(SparkSubmitOperator):
    """A subcommand by spark-submit, whose exit code says whether a retry may help."""

    def __init__(self, *, arguments: list[str], **kwargs) -> None:
        super().__init__(
            application="{{ params.jar }}",
            java_class="io.geolocsft.cli.GeoLocSft",
            jars="{{ params.natives }}",
            properties_file="{{ params.properties_file }}",
            conf={"spark.driver.defaultJavaOptions": LOGGING},
            application_args=arguments,
            **kwargs,
        )

    def execute(self, context) -> None:
        # A driver in client mode inherits it: PyTorch's threads sleep while they wait for one another.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        try:
            super().execute(context)
        except AirflowFailException:
            raise
        except AirflowException as failure:
            code = re.search(r"Error code is: (-?\d+)", str(failure))
            if code and int(code[1]) in FINAL_CODES:
                raise AirflowFailException(
                    f"geolocsft ended with {code[1]}: correct {FINAL_CODES[int(code[1])]}, see 'error:' in the log above"
                ) from failure
            raise
        except BaseException:  # such as the end of Airflow itself
            self.on_kill()
            raise


def natives() -> str:
    """The jar with PyTorch for this machine's CPU, as run/build lays it down."""
    found = sorted(Path(DISTRIBUTION, "geolocsft", "lib").glob("pytorch-native-*.jar"))
    return str(found[0]) if found else ""


def logging() -> str:
    """Of run/build."""
    found = Path(DISTRIBUTION, "geolocsft", "log4j2.properties")
    return found.as_uri() if found.exists() else ""


def stage(name: str, needs_gpu: bool, doc: str) -> GeoLocSftOperator:
    return GeoLocSftOperator(
        task_id=name,
        name=f"geolocsft {name} {{{{ run_id }}}}",
        arguments=[
            name, "--conf", "{{ params.conf }}", "--output", "{{ params.output }}",
            "--set", "run.id={{ run_id }}",
        ],
        pool=GPU_POOL if needs_gpu else "default_pool",
        doc_md=doc,
    )


@task(outlets=[METRICS], doc_md="Tells whoever waits for the asset that new metrics are there.")
def publish(*, outlet_events, params, run_id) -> None:
    outlet_events[METRICS].extra = {"output": params["output"], "run_id": run_id}


with DAG(
    dag_id="geolocsft",
    description="Fine-tunes Gemma 3 to tell where a photograph was taken, and measures how well it does",
    doc_md=__doc__,
    schedule=os.environ.get("GEOLOCSFT_SCHEDULE") or None,
    catchup=False,
    max_active_runs=1,  # two runs would wait for one lease of the output folder
    render_template_as_native_obj=False,
    tags=["geolocsft"],
    default_args={
        "retries": 2,
        "retry_delay": timedelta(seconds=int(os.environ.get("GEOLOCSFT_RETRY_SECONDS", "300"))),
        "retry_exponential_backoff": True,
    },
    params={
        "conf": Param(
            os.environ.get("GEOLOCSFT_CONF", f"{HOME}/conf/quickstart.yaml"), type="string",
            description="the configuration, where the driver sees it",
        ),
        "output": Param(
            os.environ.get("GEOLOCSFT_OUTPUT", f"{HOME}/out/airflow"), type="string",
            description="output folder of the run, of any file system",
        ),
        "history": Param(
            os.environ.get("GEOLOCSFT_HISTORY", f"{HOME}/out/history"), type="string",
            description="folder of the metrics of all runs",
        ),
        "jar": Param(f"{DISTRIBUTION}/geolocsft-spark.jar", type="string", description="the program"),
        "natives": Param(natives(), type="string", description="jar with PyTorch's native library"),
        "properties_file": Param(
            os.environ.get("GEOLOCSFT_PROPERTIES", ""), type="string",
            description="of spark-submit, such as conf/spark-yarn.conf",
        ),
        "log4j": Param(
            logging(), type="string",
            description="Log4j's configuration, a URI; empty in cluster deploy mode, where drivers have their own",
        ),
        "min_pairs": Param(1, type="integer", minimum=1, description="check: so many pairs are chosen, or more"),
        "max_error_share": Param(
            0.05, type="number", minimum=0, maximum=1, description="check: images that cannot be read, at most",
        ),
        "model": Param("tuned", enum=["base", "tuned", "rewarded", "endpoint"], description="check: whose accuracy"),
        "accuracy_km": Param(750, type="number", description="check: within so many km (evaluate.thresholds_km)"),
        "min_accuracy": Param(
            0.0, type="number", minimum=0, maximum=1, description="check: its accuracy on each benchmark, at least",
        ),
    },
) as dag:
    check = GeoLocSftOperator(
        task_id="check",
        name="geolocsft check {{ run_id }}",
        arguments=["sql", "--output", "{{ params.output }}", "SELECT " + ",\n".join(CHECKS)],
        doc_md="Blocks the publication of metrics that should not be trusted: too few pairs, too many "
               "unreadable images, benchmark images among the training images, accuracy below a floor.",
    )
    record = GeoLocSftOperator(
        task_id="record",
        name="geolocsft history {{ run_id }}",
        arguments=["history", "--output", "{{ params.output }}", "--to", "{{ params.history }}", "--run-id", "{{ run_id }}"],
        doc_md="Adds the metrics to those of the runs before, for dashboards.",
    )
    earlier = None
    for each in STAGES:
        current = stage(*each)
        if earlier is not None:
            earlier >> current
        earlier = current
    earlier >> check >> record >> publish()
