"""CPU seconds are counted to the kind of process and the phase that spent them."""

from __future__ import annotations

import subprocess
import sys
from time import time

from tests.benchmarks.cpu import CpuSampler

_WORK = "import time\nwhile time.process_time() < 0.8: pass\n"
_WORK_AND_LET_WORK = f"""
{_WORK}
import subprocess, sys
subprocess.run([sys.executable, "-c", {_WORK!r}, "--multiprocessing-fork"])
"""


def test_what_a_process_and_its_children_spend_is_counted_by_kind_and_phase() -> None:
    process = subprocess.Popen([sys.executable, "-c", _WORK_AND_LET_WORK])
    with CpuSampler(process.pid) as sampler:
        process.wait()
    figures = sampler.figures([(time() - 3600, "transform"), (time() + 3600, "publish")])
    assert set(figures) == {"transform: own process CPU s", "transform: forecast workers CPU s"}
    assert all(seconds > 0.3 for seconds in figures.values())
