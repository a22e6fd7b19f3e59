"""Builds without Dagster: a state folder's nodes are built by the worker that the runs use."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.building.plan import load_plan
from orchestration.building.worker import Order, ordered
from orchestration.dbt.parsing import parsed_project
from shophouse.settings import Settings


class BuildError(Exception):
    """A model could not be built, or failed a test; the message says which and why, a line each."""


def build_models(
    settings: Settings,
    as_of: datetime,
    nodes: Collection[str] | None = None,
    *,
    version: str = "",
    parsed: Path | None = None,
) -> None:
    """Builds nodes.

    Args:
        settings: the state folder; nobody else may write it.
        as_of: the run's instant.
        nodes: dbt's ids of models, seeds and tests; None: every model and seed, without their tests.
        version: of the project, under which tables that nothing has changed for stay as they are; empty: all are built.
        parsed: folder of another project's plan; None: of this installation's.

    Raises:
        BuildError: a model could not be built, or failed a test.
    """
    parsed = parsed or parsed_project(settings)
    if nodes is None:
        nodes = [id for id, node in load_plan(parsed).nodes.items() if node.kind != "test"]
    order = Order(
        home=str(settings.home),
        parsed=str(parsed),
        nodes=list(nodes),
        as_of=as_of.isoformat(),
        reporting_currency=settings.reporting_currency,
        version=version,
    )
    with ordered(order) as worker:
        assert worker.stdout is not None
        said = worker.stdout.read().decode(errors="replace")
        worker.wait()
    if worker.returncode:
        raise BuildError("\n".join(_errors(said)) or said.strip())


def _errors(said: str) -> list[str]:
    events: list[dict[str, Any]] = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return [_named(event) for event in events if event["info"]["level"] == "error"]


def _named(event: dict[str, Any]) -> str:
    # What ends a build before its end is no node's.
    node = event["data"].get("node_info", {}).get("node_name")
    return f"{node}: {event['info']['msg']}" if node else str(event["info"]["msg"])
