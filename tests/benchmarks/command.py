"""What a run of the ``shophouse`` command costs: wall time, CPU time by process and phase, memory, and seconds per stage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from shophouse.settings import PROJECT_ROOT
from tests.benchmarks.bench import Figures
from tests.benchmarks.cpu import CpuSampler

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes per unit of ``ru_maxrss`` (getrusage(2))."""

_LOG_TAIL = 2_000


def cost_of(
    arguments: Sequence[str], home: Path, as_of: datetime, environment: Mapping[str, str] | None = None
) -> Figures:
    """Runs the command in a process of its own, to its end.

    Args:
        arguments: of the command line, e.g. ``["demo", "--scale", "1"]``.
        home: state folder; the output goes to a log beside it.
        as_of: the run's now (UTC).
        environment: more variables, e.g. the sources' settings.

    Returns:
        ``wall s``, ``CPU s`` (with every process it started), ``peak RSS GiB`` (of the largest of these processes),
        ``<stage> s`` for each stage, and ``<phase>: <kind of process> CPU s``.

    Raises:
        RuntimeError: the command failed; the message ends with the end of its output.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    log, stages = home.with_name(f"{home.name}.log"), home.with_name(f"{home.name}.stages.json")
    own = {name: value for name, value in os.environ.items() if not name.startswith(("SOURCES__", "SHOPHOUSE_"))}
    settings = {
        "SHOPHOUSE_HOME": str(home),
        "SHOPHOUSE_AS_OF": as_of.isoformat(),
        "SHOPHOUSE_REPORTING_CURRENCY": "USD",
    }
    command = [sys.executable, "-m", "tests.benchmarks.timed_command", str(stages), *arguments]
    started = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=PROJECT_ROOT,
            env={**own, **settings, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        with CpuSampler(process.pid) as sampler:
            _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        tail = log.read_text(errors="replace")[-_LOG_TAIL:]
        raise RuntimeError(f"shophouse {' '.join(arguments)} ended with code {process.returncode}; it wrote:\n{tail}")
    noted = json.loads(stages.read_text())
    return {
        "wall s": wall,
        "CPU s": usage.ru_utime + usage.ru_stime,
        "peak RSS GiB": usage.ru_maxrss * _RSS_UNIT / 2**30,
        **{f"{stage} s": value for stage, value in noted["seconds"].items()},
        **sampler.figures(noted["phases"]),
    }
