"""The tables of one run, for DuckDB and for Spark, and the photographs that they name."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import matplotlib.image
import numpy as np
from pyspark import SparkConf, SparkContext
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / os.environ.get("GEOLOCSFT_OUTPUT", "out/quickstart")
JAR = ROOT / "pipeline-jobs/target/geolocsft-spark.jar"


def tables():
    """The folder of each table; what an earlier version wrote partitioned and without rows has no file, and is left out."""
    if not (OUTPUT / "tables").is_dir():
        raise FileNotFoundError(
            f"{OUTPUT} holds no tables: call run/quickstart first,"
            " or name the output folder of another run in GEOLOCSFT_OUTPUT"
        )
    return sorted(table for table in (OUTPUT / "tables").iterdir() if any(table.rglob("*.parquet")))


def open_duckdb():
    """A function that gives the answer to a query over the tables as a data frame of pandas."""
    database = duckdb.connect()
    for table in tables():
        # Tables that are partitioned by benchmark carry it in their folders' names.
        files = str(table / "**" / "*.parquet").replace("'", "''")
        database.execute(
            f"""CREATE VIEW "{table.name}" AS SELECT *
            FROM read_parquet('{files}', hive_partitioning = true, hive_types_autocast = false)"""
        )
    return lambda query: database.execute(query).df()


def open_spark():
    """A local Spark that knows the tables, the project's SQL functions and its Python module geolocsft."""
    if not JAR.is_file():
        raise FileNotFoundError(f"there is no {JAR}: call run/build first")
    conf = SparkConf().setAll([
        ("spark.master", "local[2]"),
        ("spark.jars", str(JAR)),
        ("spark.sql.extensions", "io.geolocsft.sql.GeoExtensions"),
        ("spark.sql.shuffle.partitions", "2"),
        ("spark.sql.sources.partitionColumnTypeInference.enabled", "false"),
        ("spark.sql.session.timeZone", "UTC"),
        ("spark.log.level", "ERROR"),
        ("spark.ui.enabled", "false"),
        ("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1"),
    ])
    with tempfile.TemporaryFile() as said:  # what the JVM says is no part of a notebook
        try:
            gateway = launch_gateway(conf, {"stdout": subprocess.DEVNULL, "stderr": said})
        except Exception as failed:
            said.seek(0)
            raise RuntimeError(said.read().decode(errors="replace")) from failed
    spark = SparkSession(SparkContext(gateway=gateway, conf=conf))
    sys.path.insert(0, str(JAR))
    for table in tables():
        spark.read.parquet(str(table)).createOrReplaceTempView(table.name)
    return spark
