"""Runs whose process was killed: Dagster would take them for running, and keep every later run waiting for them."""

from __future__ import annotations

import os

import dagster as dg

PROCESS_TAG = "shophouse/process"
"""Tag of a run of the command line: the id of the process that it is in."""

_UNFINISHED = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def process_tags() -> dict[str, str]:
    """Tags of a run in this process."""
    return {PROCESS_TAG: str(os.getpid())}


def fail_dead_runs(instance: dg.DagsterInstance) -> None:
    """Marks as failed every unfinished run of the command line whose process is gone."""
    for run in instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED)):
        process = run.tags.get(PROCESS_TAG)
        if process and not _is_alive(int(process)):
            instance.report_run_failed(run, f"The process of this run (PID {process}) was killed.")


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # Another user's process: it is there.
    return True
