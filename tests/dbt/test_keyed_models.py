"""A model that is made again key by key names tables that it reads, and columns that they and it have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.dbt.conftest import Models


@pytest.fixture(scope="session")
def keyed_models(models: Models) -> Models:
    return {name: model for name, model in models.items() if "keyed_by" in model["config"]["meta"]}


def test_a_keyed_model_reads_what_it_follows(keyed_models: Models, models: Models) -> None:
    assert keyed_models
    for name, model in keyed_models.items():
        followed, read = set(_followed(model)), set(_read(model, models))
        assert followed <= read, f"{name}: its keyed_by names tables that it does not read: {sorted(followed - read)}"


def test_what_a_keyed_model_follows_is_a_table(keyed_models: Models, models: Models) -> None:
    for name, model in keyed_models.items():
        for followed in _followed(model):
            kind = models[followed]["config"]["materialized"]
            assert kind in ("table", "incremental"), f"{name} follows {followed}, a {kind}, which notes no changes"


def test_the_columns_of_a_key_stand_on_both_sides(keyed_models: Models, models: Models) -> None:
    for name, model in keyed_models.items():
        for followed, columns in _followed(model).items():
            for table in (name, followed):
                missing = set(columns) - models[table]["columns"].keys()
                assert not missing, f"{name} follows {followed} by columns that {table} has not: {sorted(missing)}"


def _read(model: dict[str, Any], models: Models) -> Iterator[str]:
    """Names of what a model reads, through models that stand in its own SQL."""
    for name in (node.split(".")[-1] for node in model["depends_on"]["nodes"]):
        yield name
        if name in models and models[name]["config"]["materialized"] == "ephemeral":
            yield from _read(models[name], models)


def _followed(model: dict[str, Any]) -> dict[str, list[str]]:
    keyed_by = model["config"]["meta"]["keyed_by"]
    return {name: keyed_by["columns"] for name in keyed_by["inputs"]} | keyed_by.get("lookups", {})
