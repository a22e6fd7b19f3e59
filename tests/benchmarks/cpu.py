"""CPU seconds of a command by process and phase, from samples of the whole tree of processes that it starts."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread
from time import time
from types import TracebackType

import psutil

from tests.benchmarks.bench import Figures

_EVERY_SECONDS = 0.2
_KINDS = {
    "orchestration.building.worker": "models",
    "orchestration.building.compiling": "dbt compile",
    "demo.serve": "API server",
    "--multiprocessing-fork": "forecast workers",
}
"""An argument of a process's command line, or the name of its program, to its kind."""

_OWN = "own process"


class CpuSampler:
    """Samples a process and everything below it until it is left.

    What a process spends after its last sample is not counted: a fifth of a second at most.
    """

    def __init__(self, pid: int) -> None:
        """Prepares.

        Args:
            pid: the process at the root.
        """
        self._root = psutil.Process(pid)
        self._kinds: dict[int, str] = {}
        self._spent: dict[int, float] = {}
        self._samples: list[tuple[float, str, float]] = []
        self._ended = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> CpuSampler:
        """Starts sampling."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stops sampling."""
        self._ended.set()
        self._thread.join()

    def figures(self, phases: Sequence[tuple[float, str]]) -> Figures:
        """What was spent.

        Args:
            phases: when each phase began (seconds since the epoch) and its name, in order.

        Returns:
            ``<phase>: <kind of process> CPU s``.
        """
        begins = [began for began, _ in phases]
        spent: dict[str, float] = defaultdict(float)
        for at, kind, seconds in self._samples:
            phase = phases[bisect.bisect_right(begins, at) - 1][1] if begins and at >= begins[0] else "start"
            spent[f"{phase}: {kind} CPU s"] += seconds
        return dict(spent)

    def _run(self) -> None:
        while not self._ended.wait(_EVERY_SECONDS):
            self._sample()

    def _sample(self) -> None:
        try:
            processes = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return
        for process in processes:
            try:
                kind = self._kinds.setdefault(process.pid, _kind(process, self._root))
                times = process.cpu_times()
            except psutil.Error:
                continue
            total = times.user + times.system
            self._samples.append((time(), kind, total - self._spent.get(process.pid, 0.0)))
            self._spent[process.pid] = total


def _kind(process: psutil.Process, root: psutil.Process) -> str:
    if process == root:
        return _OWN
    words = {Path(argument).name for argument in process.cmdline()}
    return next((kind for word, kind in _KINDS.items() if word in words), "other")
