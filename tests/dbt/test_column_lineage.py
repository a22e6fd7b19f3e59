"""Every column of every model can be traced to the columns that it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from orchestration.assets.transform import TRANSLATOR
from orchestration.dbt.column_lineage import ColumnLineage
from tests.dbt.conftest import DbtHome, Models


@pytest.mark.slow
def test_every_model_s_columns_are_traced(dbt_home: DbtHome, manifest: dict[str, Any], built_models: Models) -> None:
    traced = ColumnLineage(
        manifest, TRANSLATOR.get_asset_key, dbt_home.target / "compiled", dbt_home.target / "lineage.json"
    )
    for name, node in built_models.items():
        if _is_ephemeral(node):
            continue
        lineage = traced.of(node["unique_id"])
        assert lineage is not None, name
        # What conforms a source has the columns of its entity, which are listed where the sources are united.
        if node["fqn"][2] != "sources":
            assert set(lineage.deps_by_column) == set(node["columns"]), name
        upstream = {TRANSLATOR.get_asset_key(parent) for parent in _tables_read(manifest, node)}
        found = {dep.asset_key for deps in lineage.deps_by_column.values() for dep in deps}
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
