"""A run whose process was killed is not taken for running."""

from __future__ import annotations

import subprocess
import sys

import dagster as dg
import pytest

from orchestration.runs.dead_runs import PROCESS_TAG, fail_dead_runs, process_tags
from orchestration.runs.instance import open_instance
from shophouse.settings import Settings


@dg.job
def nothing() -> None:
    """A job without steps."""


def _dead_process() -> dict[str, str]:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return {PROCESS_TAG: str(process.pid)}


@pytest.mark.parametrize(
    ("tags", "then"),
    [
        (_dead_process(), dg.DagsterRunStatus.FAILURE),
        (process_tags(), dg.DagsterRunStatus.STARTED),
        ({}, dg.DagsterRunStatus.STARTED),
    ],
    ids=["killed", "running", "not of the command line"],
)
def test_only_runs_of_processes_that_are_gone_fail(
    settings: Settings, tags: dict[str, str], then: dg.DagsterRunStatus
) -> None:
    with open_instance(settings) as instance:
        run = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED, tags=tags)
        fail_dead_runs(instance)
        assert instance.get_run_by_id(run.run_id).status == then
