"""How nodes end, told as dbt tells it: Dagster reads the lines as dbt's own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from orchestration.building.plan import Node


class Status(StrEnum):
    """How a node ended, in dbt's words."""

    SUCCESS = "success"
    ERROR = "error"
    SKIPPED = "skipped"
    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"

    @property
    def stops_others(self) -> bool:
        """Whether what waits for the node is not built."""
        return self in (Status.ERROR, Status.FAIL, Status.SKIPPED)


@dataclass(frozen=True)
class Outcome:
    """How a node ended.

    Attributes:
        node: the node.
        status: how.
        started: when (UTC).
        finished: when (UTC).
        message: of what failed, why; empty: nothing to tell.
        failures: rows that a test found.
    """

    node: Node
    status: Status
    started: datetime
    finished: datetime
    message: str = ""
    failures: int | None = None


_EVENTS = {"seed": "LogSeedResult", "test": "LogTestResult"}
_WHY = {Status.ERROR: "RunResultError", Status.FAIL: "RunResultError", Status.WARN: "RunResultWarningMessage"}
_STOPPED = "MainEncounteredError"
_LEVELS = {_STOPPED: "error", "RunResultError": "error", "RunResultWarningMessage": "warn"}


def lines_of(outcome: Outcome, invocation: str) -> list[str]:
    """The JSON lines that dbt would write of a node's end."""
    status = outcome.status
    seconds = (outcome.finished - outcome.started).total_seconds()
    said = f"{status.upper():8}{outcome.node.name} in {seconds:.2f}s"
    info: dict[str, Any] = {
        "unique_id": outcome.node.unique_id,
        "node_name": outcome.node.name,
        "node_status": str(status),
        "node_started_at": outcome.started.isoformat(),
        "node_finished_at": outcome.finished.isoformat(),
    }
    if status is Status.SKIPPED:
        return [_line("SkippingDetails", said, invocation, {"node_info": info})]
    data = {"node_info": info, "status": str(status), "execution_time": seconds}
    if outcome.failures is not None:
        data["num_failures"] = outcome.failures
    lines = [_line(_EVENTS.get(outcome.node.kind, "LogModelResult"), said, invocation, data)]
    if outcome.message:
        lines.append(_line(_WHY[status], outcome.message, invocation, {"node_info": info, "msg": outcome.message}))
    return lines


def closing_lines(outcomes: Iterable[Outcome], invocation: str) -> list[str]:
    """The JSON lines that dbt would write at the end."""
    counts = Counter(outcome.status for outcome in outcomes)
    said = ", ".join(f"{count} {status}" for status, count in counts.items())
    return [
        _line("EndOfRunSummary", said, invocation, {"keyboard_interrupt": False}),
        _line("StatsLine", said, invocation, {"stats": {"skip": counts[Status.SKIPPED]}}),
    ]


def line_of(error: Exception, invocation: str) -> str:
    """The JSON line that dbt would write of what ends a run."""
    said = str(error) or type(error).__name__
    return _line(_STOPPED, said, invocation, {"exc": said})


def _line(name: str, said: str, invocation: str, data: dict[str, Any]) -> str:
    info = {
        "name": name,
        "msg": said,
        "level": _LEVELS.get(name, "info"),
        "invocation_id": invocation,
        "ts": datetime.now(UTC).isoformat(),
    }
    return json.dumps({"info": info, "data": data})
