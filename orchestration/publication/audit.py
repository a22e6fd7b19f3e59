"""The audit of the warehouse: which tests failed, kept from run to run, for people to ask and publication to heed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from shophouse.settings import Settings

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
    """What is known of the warehouse as it is: the last result of every test, of whichever run.

    Attributes:
        as_of: the last run's instant, ISO 8601.
        failures: tests that found wrong data.
        warnings: tests that found what need not be wrong.
        errors: models that could not be built: not a verdict on the data, but no data either.
        unfinished: steps that began to build and have not come to the end of all their tables since.
    """

    as_of: str
    failures: tuple[AuditFailure, ...] = ()
    warnings: tuple[AuditFailure, ...] = ()
    errors: tuple[AuditFailure, ...] = ()
    unfinished: tuple[str, ...] = ()

    def objections(self) -> list[str]:
        """Why the warehouse must not be published, a line each; none where it may."""
        found = [f"{f.model}: {f.test}: {f.message}" for f in self.failures]
        found += [f"{e.model}: could not be built: {e.message}" for e in self.errors]
        return found + [f"{step} has not built all of its tables; run it again" for step in self.unfinished]


class ResultLog:
    """What a build says of each node while it runs.

    Attributes:
        stopped_by: what ended it before its end; empty: nothing.
    """

    def __init__(self) -> None:
        self._statuses: dict[str, str] = {}
        self._messages: dict[str, str] = {}
        self._was_interrupted = True
        self._skipped = 0
        self.stopped_by = ""

    @property
    def is_whole(self) -> bool:
        """Whether the build came to its end and skipped nothing on the way."""
        return not self._was_interrupted and not self._skipped

    @property
    def heard(self) -> frozenset[str]:
        """Names of the nodes that are known to have ended."""
        return frozenset(_name(node) for node in self._statuses)

    def hear(self, event: Mapping[str, Any]) -> None:
        """Notes a structured event, where it tells how a node ended or why."""
        name, data = event["info"]["name"], event["data"]
        node = data.get("node_info", {}).get("unique_id")
        if node and name in _RESULTS:
            self._statuses[node] = data["node_info"]["node_status"]
        elif node and name in _MESSAGES:
            self._messages[node] = data.get("msg", "")
        elif name == "MainEncounteredError":
            self.stopped_by = event["info"]["msg"]
        elif name == "EndOfRunSummary":
            self._was_interrupted = data.get("keyboard_interrupt", False)
        elif name == "StatsLine":
            self._skipped = data["stats"]["skip"]

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
            AuditFailure(test=_name(node), model=_tested(node, manifest), message=self._message(node, manifest))
            for node, status in statuses.items()
            if status == wanted
        )

    def _message(self, node: str, manifest: Mapping[str, Any]) -> str:
        said = self._messages.get(node, "").strip()
        # A test's description says what its failure means; a model's says what its rows are.
        return f"{said}. {_meaning(node, manifest)}" if node.startswith("test.") else said


def begin_audit(settings: Settings, step: str, as_of: str) -> Audit:
    """Notes that a step is about to change tables, so that a run that is killed leaves nothing that looks tested.

    Args:
        settings: the state folder.
        step: name of the step.
        as_of: the run's instant, ISO 8601.

    Returns:
        what was known of the step's tables before.
    """
    before = audits_by_step(settings).get(step, Audit(as_of))
    _write(settings, step, replace(before, as_of=as_of, unfinished=(step,)))
    return before


def end_audit(settings: Settings, step: str, before: Audit, results: ResultLog, found: Audit) -> None:
    """Keeps what a step found.

    Args:
        settings: the state folder.
        step: name of the step.
        before: what is known of tables that the step was not to build; empty where it was to build all of its own.
        results: of the step; nodes that it did not hear of keep their last result.
        found: the results, sorted.
    """

    def joined(known: tuple[AuditFailure, ...], new: tuple[AuditFailure, ...]) -> tuple[AuditFailure, ...]:
        return (*(k for k in known if k.test not in results.heard), *new)

    audit = Audit(
        as_of=found.as_of,
        failures=joined(before.failures, found.failures),
        warnings=joined(before.warnings, found.warnings),
        errors=joined(before.errors, found.errors),
        unfinished=before.unfinished if results.is_whole else (step,),
    )
    _write(settings, step, audit)


def last_audit(settings: Settings) -> Audit | None:
    """What is known of the warehouse, all steps together, or None before the first run."""
    audits = list(audits_by_step(settings).values())
    if not audits:
        return None
    return Audit(
        as_of=max(audit.as_of for audit in audits),
        failures=tuple(failure for audit in audits for failure in audit.failures),
        warnings=tuple(warning for audit in audits for warning in audit.warnings),
        errors=tuple(error for audit in audits for error in audit.errors),
        unfinished=tuple(step for audit in audits for step in audit.unfinished),
    )


def audits_by_step(settings: Settings) -> dict[str, Audit]:
    """What is known of the tables of each step that has begun to build some."""
    if not _path(settings).exists():
        return {}
    return {step: _read(facts) for step, facts in json.loads(_path(settings).read_text()).items()}


def _read(facts: Mapping[str, Any]) -> Audit:
    groups = {name: tuple(AuditFailure(**row) for row in facts[name]) for name in ("failures", "warnings", "errors")}
    return Audit(as_of=facts["as_of"], unfinished=tuple(facts["unfinished"]), **groups)


def _write(settings: Settings, step: str, audit: Audit) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    audits = audits_by_step(settings) | {step: audit}
    incoming = _path(settings).with_suffix(".incoming")
    incoming.write_text(json.dumps({name: asdict(found) for name, found in audits.items()}, indent=1))
    os.replace(incoming, _path(settings))


def _path(settings: Settings) -> Path:
    return settings.home / "audit.json"


def _meaning(test: str, manifest: Mapping[str, Any]) -> str:
    nodes = manifest["nodes"]
    if told := nodes.get(test, {}).get("description", "").strip():
        return str(told)
    tested = nodes.get(nodes.get(test, {}).get("attached_node"), {})
    table = f"{tested.get('schema')}.{tested.get('name')}" if tested.get("schema") else _tested(test, manifest)
    file = f"{tested.get('database', 'shophouse')}.duckdb"
    return (
        f"What is promised of {table} does not hold: a fault of ours and not of the data. Look at these rows of it "
        f"in the state folder's {file}, and report it with them."
    )


def _name(unique_id: str) -> str:
    return unique_id.split(".")[2]


def _tested(unique_id: str, manifest: Mapping[str, Any]) -> str:
    if not unique_id.startswith("test."):
        return unique_id.split(".", 2)[-1]
    node = manifest["nodes"].get(unique_id, {})
    attached = node.get("attached_node") or next(iter(node.get("depends_on", {}).get("nodes", [])), unique_id)
    return str(attached).split(".", 2)[-1]
