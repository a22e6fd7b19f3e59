"""The audit of a run: which tests failed, kept so that people can ask after the run is over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingestion.settings import Settings

_RESULTS = {"LogModelResult", "LogSeedResult", "LogTestResult"}
_MESSAGES = {"RunResultError", "RunResultWarningMessage"}
DATA_FAILED = "data_failed_its_audit"
"""Metadata key of a step's failure that is the data's, not the program's."""


@dataclass(frozen=True)
class AuditFailure:
    """One failed test of the data.

    Attributes:
        test: dbt's name of it.
        model: the table that it tests.
        message: dbt's count of what failed, and what the test's description says that it means.
    """

    test: str
    model: str
    message: str


@dataclass(frozen=True)
class Audit:
    """What the last transform run found."""

    as_of: str
    failures: tuple[AuditFailure, ...]
    warnings: tuple[AuditFailure, ...]
    errors: tuple[AuditFailure, ...]
    """Models that could not be built: not a verdict on the data, but no data either."""


class ResultLog:
    """What dbt says of each node while it runs: run_results.json would cost seconds for the manifest beside it."""

    def __init__(self) -> None:
        self._statuses: dict[str, str] = {}
        self._messages: dict[str, str] = {}

    def hear(self, event: Mapping[str, Any]) -> None:
        """Notes a structured event of dbt, where it tells how a node ended or why."""
        name, data = event["info"]["name"], event["data"]
        node = data.get("node_info", {}).get("unique_id")
        if node and name in _RESULTS:
            self._statuses[node] = data["node_info"]["node_status"]
        elif node and name in _MESSAGES:
            self._messages[node] = data.get("msg", "")

    def audit(self, manifest: Mapping[str, Any], as_of: str) -> Audit:
        """Sorts what was heard into failures, warnings and errors.

        Args:
            manifest: dbt's manifest.
            as_of: the run's instant.
        """
        tests = {node: status for node, status in self._statuses.items() if node.startswith("test.")}
        return Audit(
            as_of=as_of,
            failures=self._named(tests, "fail", manifest),
            warnings=self._named(tests, "warn", manifest),
            errors=self._named(self._statuses, "error", manifest),
        )

    def _named(self, statuses: Mapping[str, str], wanted: str, manifest: Mapping[str, Any]) -> tuple[AuditFailure, ...]:
        return tuple(
            AuditFailure(test=node.split(".")[2], model=_tested(node, manifest), message=self._message(node, manifest))
            for node, status in statuses.items()
            if status == wanted
        )

    def _message(self, node: str, manifest: Mapping[str, Any]) -> str:
        said = self._messages.get(node, "").strip()
        # A test's description says what its failure means; a model's says what its rows are.
        meaning = manifest["nodes"].get(node, {}).get("description", "").strip() if node.startswith("test.") else ""
        return f"{said}. {meaning}" if meaning else said


def write_audit(settings: Settings, audit: Audit) -> None:
    """Keeps the audit in the state folder."""
    settings.home.mkdir(parents=True, exist_ok=True)
    _path(settings).write_text(json.dumps(asdict(audit), indent=1))


def last_audit(settings: Settings) -> Audit | None:
    """The audit of the last run, or None before the first."""
    if not _path(settings).exists():
        return None
    facts = json.loads(_path(settings).read_text())
    groups = {name: tuple(AuditFailure(**row) for row in facts[name]) for name in ("failures", "warnings", "errors")}
    return Audit(as_of=facts["as_of"], **groups)


def _path(settings: Settings) -> Path:
    return settings.home / "audit.json"


def _tested(unique_id: str, manifest: Mapping[str, Any]) -> str:
    if not unique_id.startswith("test."):
        return unique_id.split(".", 2)[-1]
    node = manifest["nodes"].get(unique_id, {})
    attached = node.get("attached_node") or next(iter(node.get("depends_on", {}).get("nodes", [])), unique_id)
    return str(attached).split(".", 2)[-1]
