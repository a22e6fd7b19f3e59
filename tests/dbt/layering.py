"""Who may read whom in the dbt project, and what reads otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Manifest = dict[str, Any]
Node = dict[str, Any]

MOST_PARENTS = 9
"""More, and nobody can say what a model is made of; the conforming models of one entity count as one."""

MAY_READ = {
    "staging": {"source", "staging", "seed"},
    "intermediate": {"intermediate", "seed"},
    "marts": {"intermediate", "marts", "audit", "seed"},
    "metrics": {"marts", "metrics", "seed"},
    "forecasting": {"marts", "metrics", "forecasting", "seed"},
    "decisions": {"marts", "metrics", "forecasting", "audit", "decisions", "seed"},
    "audit": {"intermediate", "marts", "metrics", "audit", "seed"},
    "reports": {"metrics", "decisions", "reports"},
}
"""What the models of a folder read, beside the staging that is theirs."""

FORECAST_READERS = frozenset({"forecasting", "metrics", "decisions"})
"""Folders whose models read what the forecasts wrote, as staging of the source `forecast`."""

_CONFORMING = re.compile(r"int_(?P<source>[a-z0-9_]+?)__(?P<entity>[a-z0-9_]+)")
_STAGING = re.compile(r"stg_(?P<source>[a-z0-9_]+?)__")
_COMMENT = re.compile(r"--.*?$|\{#.*?#\}", re.DOTALL | re.MULTILINE)
_REFERENCE = re.compile(r"\b(?:ref|source)\([^)]*\)")

_KEY_STORE = "shophouse"
"""The source of the key of hashes: the macro that makes them reads it, wherever they are made."""


def breaches(manifest: Manifest) -> list[str]:
    """What breaks a rule, a line each: the rule, the model and what is wrong with it.

    Args:
        manifest: dbt's manifest.
    """
    found = set()
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            found |= {f"{rule}: {node['name']} {wrong}" for rule, wrong in _breaches_of_model(node, manifest)}
        elif node["resource_type"] == "test":
            found |= {
                f"test: {tested} is compared with {staged}" for tested, staged in _tests_of_staging(node, manifest)
            }
    return sorted(found)


def _breaches_of_model(node: Node, manifest: Manifest) -> Iterator[tuple[str, str]]:
    parents = [_node(parent, manifest) for parent in node["depends_on"]["nodes"]]
    for parent in parents:
        if not _may_read(node, parent):
            yield "layer", f"reads {parent['name']}"
        elif _conforming(parent) and not _conforming(node) and not _is_union(node):
            yield "union", f"reads {parent['name']}"
    counted = {f"int_{_entity(parent)}" if _conforming(parent) else parent["unique_id"] for parent in parents}
    if len(counted) > MOST_PARENTS:
        yield "parents", f"has {len(counted)}"
    for vendor in _vendors_named(node, manifest):
        yield "vendor", f"names {vendor}"


def _may_read(node: Node, parent: Node) -> bool:
    if parent["resource_type"] == "source" and parent["source_name"] == _KEY_STORE:
        return True
    if parent["resource_type"] == "model" and (staged := _STAGING.match(parent["name"])):
        if staged["source"] == "forecast":
            return _layer(node) in FORECAST_READERS
        conforming = _conforming(node)
        return _layer(node) == "staging" or (conforming is not None and conforming["source"] == staged["source"])
    return _layer(parent) in MAY_READ[_layer(node)]


def _tests_of_staging(node: Node, manifest: Manifest) -> Iterator[tuple[str, str]]:
    if not node.get("attached_node"):
        return
    tested = _node(node["attached_node"], manifest)
    for parent in (_node(parent, manifest) for parent in node["depends_on"]["nodes"]):
        if tested["resource_type"] == "model" and _layer(parent) == "staging" and not _may_read(tested, parent):
            yield tested["name"], parent["name"]


def _vendors_named(node: Node, manifest: Manifest) -> list[str]:
    if _layer(node) == "staging" or _conforming(node):
        return []
    sources = {source["source_name"] for source in manifest["sources"].values()} - {_KEY_STORE, "forecast"}
    code = _REFERENCE.sub("", _COMMENT.sub("", node["raw_code"])).lower()
    return sorted(source for source in sources if re.search(rf"(?<![a-z]){source}(?![a-z])", code))


def _node(unique_id: str, manifest: Manifest) -> Node:
    node: Node = manifest["nodes"].get(unique_id) or manifest["sources"][unique_id]
    return node


def _layer(node: Node) -> str:
    return str(node["fqn"][1]) if node["resource_type"] == "model" else str(node["resource_type"])


def _conforming(node: Node) -> re.Match[str] | None:
    return _CONFORMING.fullmatch(node["name"]) if node["resource_type"] == "model" else None


def _entity(node: Node) -> str:
    conforming = _conforming(node)
    assert conforming
    return conforming["entity"]


def _is_union(node: Node) -> bool:
    return "macro.shophouse.union_of_sources" in node["depends_on"]["macros"]
