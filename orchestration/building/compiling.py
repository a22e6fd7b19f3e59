"""Makes the plan: dbt parses and compiles the project, in a process of its own.

``python -m orchestration.building.compiling PROJECT TARGET`` writes dbt's manifest, its compiled SQL and the plan into
a folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from orchestration.building.placeholders import ENVIRONMENT
from orchestration.building.plan import Column, Keys, Node, Plan, Relation

_FILES = ("raw.duckdb", "shophouse.duckdb")
_ADDING = "SHOPHOUSE_COMPILE_INCREMENTAL"
"""Told by which macro ``is_incremental`` takes the tables with a history to be there."""


def compile_project(project: Path, target: Path) -> None:
    """Parses and compiles a project, and writes its plan.

    Args:
        project: of dbt.
        target: folder of what is written.

    Raises:
        SystemExit: dbt refuses the project; it has said why.
    """
    from orchestration.dbt.seams import compiled_nodes

    folders = ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(target)]
    with TemporaryDirectory() as home:
        for file in _FILES:
            duckdb.connect(Path(home) / file).close()
        os.environ.update(ENVIRONMENT, SHOPHOUSE_HOME=home, DBT_WRITE_JSON="true")
        manifest, anew = compiled_nodes(target, folders, ["--exclude", "resource_type:unit_test"])
        os.environ[_ADDING] = "true"
        _, adding = compiled_nodes(target, folders, ["--select", "config.materialized:incremental"], parse=False)
    plan_of(manifest, anew, adding, project).save(target)


def plan_of(manifest: Mapping[str, Any], anew: Mapping[str, str], adding: Mapping[str, str], project: Path) -> Plan:
    """The plan of a compiled project.

    Args:
        manifest: dbt's, as JSON.
        anew: compiled SQL by node, for tables that are not there yet.
        adding: compiled SQL of incremental models, for tables that are there.
        project: of dbt, in which the seeds are.
    """
    nodes = {id: node for id, node in manifest["nodes"].items() if _kind(node)}
    sources = {id: _relation(source) for id, source in manifest["sources"].items()}
    parents = {id: _parents(id, manifest) for id in nodes}
    order = [id for id in TopologicalSorter(parents).static_order() if id in nodes]
    waits = dict(_waits(order, parents, nodes))
    return Plan(
        nodes={
            id: Node(
                unique_id=id,
                name=node["name"],
                kind=_kind(node),
                depends_on=parents[id],
                sql=anew.get(id, ""),
                sql_to_add=adding.get(id, "") if _kind(node) == "incremental" else "",
                relation=None if node["resource_type"] == "test" else _relation(node),
                columns=tuple(
                    Column(column["name"], column.get("data_type") or "", column["description"])
                    for column in node["columns"].values()
                ),
                description=node["description"],
                is_contracted=bool(node["config"].get("contract", {}).get("enforced")),
                is_documented=bool(node["config"].get("persist_docs", {}).get("relation")),
                keys=_keys(node),
                unique_key=node["config"].get("unique_key") or "",
                file=_seed_file(node, project),
                types=dict(node["config"].get("column_types") or {}),
                severity=str(node["config"].get("severity", "error")).lower(),
                waits_for=waits.get(id, ()),
            )
            for id in order
            for node in [nodes[id]]
        },
        sources=sources,
    )


def _kind(node: Mapping[str, Any]) -> str:
    """The kind of a node; empty for what is not built, such as what stands in others' SQL."""
    kind = node["config"]["materialized"]
    return kind if node["resource_type"] in ("model", "seed", "test") and kind != "ephemeral" else ""


def _relation(node: Mapping[str, Any]) -> Relation:
    return Relation(node["database"], node["schema"], node.get("alias") or node["identifier"])


def _parents(id: str, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """What a node reads: of what is ephemeral, what that reads."""
    found: dict[str, None] = {}

    def add(of: str) -> None:
        for parent in manifest["nodes"][of]["depends_on"].get("nodes", ()):
            if parent in manifest["nodes"] and not _kind(manifest["nodes"][parent]):
                add(parent)
            else:
                found[parent] = None

    add(id)
    return tuple(found)


def _waits(
    order: Sequence[str], parents: Mapping[str, Sequence[str]], nodes: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """As ``dbt build`` does it: a model waits for every test of which all that it reads comes before the model."""
    above: dict[str, set[str]] = {}
    tests: dict[str, list[str]] = {}
    for id in order:
        above[id] = {known for parent in parents[id] for known in (parent, *above.get(parent, ()))}
        if nodes[id]["resource_type"] == "test":
            for parent in parents[id]:
                tests.setdefault(parent, []).append(id)
    for id in order:
        if nodes[id]["resource_type"] == "test":
            continue
        candidates = {
            test for parent in above[id] for test in tests.get(parent, ()) if above[id].issuperset(parents[test])
        }
        known = {
            test for test in candidates for parent in parents[id] if above.get(parent, set()).issuperset(parents[test])
        }
        yield id, tuple(sorted(candidates - known))


def _keys(node: Mapping[str, Any]) -> Keys | None:
    said = (node["config"].get("meta") or {}).get("keyed_by")
    if not said:
        return None
    lookups = {name: tuple(columns) for name, columns in said.get("lookups", {}).items()}
    return Keys(tuple(said["columns"]), tuple(said["inputs"]), lookups)


def _seed_file(node: Mapping[str, Any], project: Path) -> str:
    if node["resource_type"] != "seed":
        return ""
    return str((project / node["original_file_path"]).resolve())


if __name__ == "__main__":
    compile_project(Path(sys.argv[1]), Path(sys.argv[2]))
