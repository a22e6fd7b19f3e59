"""Builds the dbt project on Spark in local mode: ``python -m tests.spark.build PROJECT DAY AS_OF MODELS [...]``.

Raw data of a day lie below ``$SHOPHOUSE_HOME/parquet/DAY``, and every table and published view ends as Parquet below
``$SHOPHOUSE_HOME/spark``. A program of its own: one Spark serves it from the first command of dbt to the last, on a
heap that is given back.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

PUBLISHED = ("marts", "metrics", "forecasting", "decisions", "audit")

_NO_TESTS = ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"]

_SETTINGS = {
    # No metastore: what the tables are is forgotten with the session.
    "spark.sql.catalogImplementation": "in-memory",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.ui.enabled": "false",
    # A dozen rows a table: what counts is what planning, compiling and starting a task cost.
    "spark.driver.extraJavaOptions": "-Xss8m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}


def main(project: Path, days: list[tuple[str, str, str]]) -> None:
    """Builds the last day upon the ones before it.

    Args:
        project: the dbt project.
        days: names of folders with raw data, each with the instant as of which to build, and the models to build.
    """
    home = Path(os.environ["SHOPHOUSE_HOME"])
    session = _session(home)
    for day, as_of, models in days:
        os.environ["SHOPHOUSE_AS_OF"] = as_of
        _dbt(home, project, "run-operation", "read_raw", "--args", f"{{from: {home / 'parquet' / day}}}")
        _dbt(home, project, "build", "--select", models, *_NO_TESTS)
    for schema in PUBLISHED:
        for table in session.catalog.listTables(schema):
            if table.tableType == "VIEW":
                session.table(f"{schema}.{table.name}").write.parquet(str(home / "spark" / f"{schema}.db" / table.name))


def _session(home: Path) -> SparkSession:
    builder = SparkSession.builder.master("local[2]").config("spark.sql.warehouse.dir", str(home / "spark"))
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _dbt(home: Path, project: Path, *arguments: str) -> None:
    folders = ["--target-path", str(home / "spark_target"), "--log-path", str(home / "logs")]
    options = ["--quiet", "--target", "spark", "--project-dir", str(project), "--profiles-dir", str(project), *folders]
    outcome = dbtRunner().invoke([*arguments, *options])
    if not outcome.success:
        sys.exit(str(outcome.exception or f"dbt {arguments[0]} failed"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), list(zip(sys.argv[2::3], sys.argv[3::3], sys.argv[4::3], strict=True)))
