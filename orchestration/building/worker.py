"""A process that builds nodes, apart from the one that watches it: a crash or a kill of the one leaves the other.

``python -m orchestration.building.worker`` reads one order from the standard input, a line of JSON, writes how each
node ended as dbt would, and exits with 0 where nothing failed. When the standard input ends, so does the
process: a run that is killed leaves nothing behind that goes on writing.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Thread
from uuid import uuid4

from orchestration.building.execution import Job, execute
from orchestration.building.outcomes import closing_lines, line_of, lines_of
from orchestration.building.placeholders import RunSays
from orchestration.building.plan import load_plan
from shophouse.settings import Settings


@dataclass(frozen=True)
class Order:
    """What is to be built.

    Attributes:
        home: the state folder.
        parsed: folder of the plan.
        nodes: ids of the nodes.
        as_of: the run's instant, ISO 8601.
        reporting_currency: ISO 4217; empty: the stores'.
        version: of the project, under which tables that nothing has changed for stay as they are; empty: all are built.
        dates: the run's date in every time zone that has a business day; empty: not known.
    """

    home: str
    parsed: str
    nodes: Sequence[str]
    as_of: str
    reporting_currency: str = ""
    version: str = ""
    dates: Mapping[str, str] = field(default_factory=dict)

    def line(self) -> bytes:
        """The order as the worker reads it."""
        return json.dumps(asdict(self)).encode() + b"\n"


def started(order: Order) -> subprocess.Popen[bytes]:
    """A worker that carries out an order; it ends when its standard input is closed, or with this process."""
    command = [sys.executable, "-u", "-m", "orchestration.building.worker"]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert worker.stdin is not None
    # One that died while it started has said why where the events are read.
    with suppress(BrokenPipeError):
        worker.stdin.write(order.line())
        worker.stdin.flush()
    return worker


@contextmanager
def ordered(order: Order) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that carries out an order, and is gone afterwards."""
    worker = started(order)
    try:
        yield worker
    finally:
        if worker.poll() is None:
            worker.kill()
        with worker:
            worker.wait()


def serve() -> int:
    """Carries out the order of the standard input; without one there is nothing to do."""
    with open(0, "rb", closefd=False) as orders:
        line = orders.readline()
    if not line:
        return 0
    order = Order(**json.loads(line))
    # A transaction that is cut short leaves nothing: there is nothing to tidy up.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Thread(target=_end_with_the_input, daemon=True).start()
    return carry_out(order)


def carry_out(order: Order) -> int:
    """Builds what is ordered and says how each node ended.

    Returns:
        0 where nothing failed, 1 where a node failed, 2 where the work could not be done.
    """
    invocation = str(uuid4())
    outcomes = []
    try:
        says = RunSays(datetime.fromisoformat(order.as_of), order.reporting_currency, order.dates)
        job = Job(Settings(home=Path(order.home)), load_plan(Path(order.parsed)), says, order.version, invocation)
        for outcome in execute(job, set(order.nodes)):
            outcomes.append(outcome)
            print(*lines_of(outcome, invocation), sep="\n", flush=True)
    except Exception as error:
        print(line_of(error, invocation), flush=True)
        return 2
    print(*closing_lines(outcomes, invocation), sep="\n", flush=True)
    return int(any(outcome.status.stops_others for outcome in outcomes))


def _end_with_the_input() -> None:
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(serve())
