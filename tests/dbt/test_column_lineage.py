"""Every column of every model can be traced to the columns that it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.building.lineage import load_lineage


def test_every_model_s_columns_are_traced(manifest: dict[str, Any], parsed: Path) -> None:
    lineage = load_lineage(parsed)
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or _is_ephemeral(node):
            continue
        traced, name = lineage[node["unique_id"]], node["name"]
        # What conforms a source has the columns of its entity, which are listed where the sources are united.
        if node["fqn"][2] != "sources":
            assert set(traced) == set(node["columns"]), name
        upstream = {parent["unique_id"] for parent in _tables_read(manifest, node)}
        found = {id for origins in traced.values() for id, _ in origins}
        assert found <= upstream, name
        assert found or not upstream, name


def _tables_read(manifest: dict[str, Any], node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a model reads; in place of an ephemeral model, whose SQL is a part of its own, what that reads."""
    for unique_id in node["depends_on"]["nodes"]:
        parent = _node(manifest, unique_id)
        if _is_ephemeral(parent):
            yield from _tables_read(manifest, parent)
        else:
            yield parent


def _is_ephemeral(node: dict[str, Any]) -> bool:
    return bool(node["config"].get("materialized") == "ephemeral")


def _node(manifest: dict[str, Any], unique_id: str) -> dict[str, Any]:
    node: dict[str, Any] = manifest["nodes"].get(unique_id) or manifest["sources"][unique_id]
    return node
