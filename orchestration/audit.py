"""The audit of a run: which tests failed, kept so that people can ask after the run is over."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingestion.settings import Settings

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


def read_results(results: Path, manifest: Mapping[str, Any], as_of: str) -> Audit:
    """Sorts dbt's run results into failures, warnings and errors.

    Args:
        results: dbt's run_results.json.
        manifest: dbt's manifest.
        as_of: the run's instant.
    """
    rows = json.loads(results.read_text())["results"] if results.exists() else []
    tests = [row for row in rows if row["unique_id"].startswith("test.")]
    return Audit(
        as_of=as_of,
        failures=_named(tests, {"fail"}, manifest),
        warnings=_named(tests, {"warn"}, manifest),
        errors=_named(rows, {"error"}, manifest),
    )


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


def _named(
    rows: Sequence[Mapping[str, Any]], statuses: set[str], manifest: Mapping[str, Any]
) -> tuple[AuditFailure, ...]:
    return tuple(
        AuditFailure(
            test=row["unique_id"].split(".")[2],
            model=_tested(row["unique_id"], manifest),
            message=_message(row, manifest),
        )
        for row in rows
        if row["status"] in statuses
    )


def _message(row: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    said = (row.get("message") or "").strip()
    meaning = manifest["nodes"].get(row["unique_id"], {}).get("description", "").strip()
    return f"{said}. {meaning}" if meaning else said


def _tested(unique_id: str, manifest: Mapping[str, Any]) -> str:
    node = manifest["nodes"].get(unique_id, {})
    attached = node.get("attached_node") or next(iter(node.get("depends_on", {}).get("nodes", [])), unique_id)
    return str(attached).split(".", 2)[-1]
