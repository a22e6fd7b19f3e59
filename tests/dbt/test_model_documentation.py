"""Every model and seed says what a row is and what each column means; what is published keeps to its contract."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from tests.dbt.conftest import PROJECT_DIR, DbtHome, Models

CONTRACTED = ("marts", "metrics", "forecasting", "decisions", "audit")
GRAIN = re.compile(r"^One row\b")


def _in_layers(models: Models, *layers: str) -> Models:
    return {name: node for name, node in models.items() if node["fqn"][1] in layers}


def test_every_model_and_seed_begins_with_its_grain(models: Models, seeds: Models) -> None:
    without = sorted(name for name, node in (models | seeds).items() if not GRAIN.match(node["description"]))

    assert not without, 'the description of these must begin with "One row per ..."'


def test_every_model_and_seed_has_a_yaml_of_its_own(models: Models, seeds: Models) -> None:
    strays = sorted(
        name
        for name, node in (models | seeds).items()
        if (node["patch_path"] or "").rsplit("/", 1)[-1] != Path(node["path"]).with_suffix(".yml").name
    )

    assert not strays, "these need <name>.yml beside <name>.sql or <name>.csv"


def test_every_column_of_a_seed_is_described(seeds: Models) -> None:
    undescribed = {}
    for name, node in seeds.items():
        described = [column for column, told in node["columns"].items() if told["description"]]
        if described != _header(PROJECT_DIR / node["original_file_path"]):
            undescribed[name] = described

    assert not undescribed, "the YAML of these must describe the columns of the CSV, in its order"


def _header(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as lines:
        return next(csv.reader(lines))


@pytest.mark.slow
def test_every_column_is_described(dbt_home: DbtHome, built_models: Models) -> None:
    undescribed = {}
    for (schema, table), columns in _built_columns(dbt_home).items():
        node = built_models.get(table)
        if node is None or node["schema"] != schema:
            continue
        described = {name for name, column in node["columns"].items() if column["description"]}
        missing, gone = set(columns) - described - _of_entity(table, built_models), set(node["columns"]) - set(columns)
        if missing or gone:
            undescribed[table] = {"without description": sorted(missing), "described but not there": sorted(gone)}

    assert not undescribed


def _of_entity(table: str, models: Models) -> set[str]:
    """Columns that a source brings of an entity, which are described where the sources are united."""
    united = models.get(f"int_{table.partition('__')[2]}")
    return set(united["columns"]) if united else set()


def _built_columns(home: DbtHome) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.settings.raw_db}' as raw (read_only)")
        for path in (home.settings.build_db, home.settings.warehouse_db):
            connection.execute(f"attach '{path}' as {path.stem} (read_only)")
            rows = connection.execute(
                "select schema_name, table_name, list(column_name) from duckdb_columns() "
                "where database_name = ? group by all",
                [path.stem],
            ).fetchall()
            found |= {(schema, table): columns for schema, table, columns in rows}
    return found


def test_what_is_published_keeps_to_an_enforced_contract(models: Models) -> None:
    without = sorted(
        name
        for name, node in _in_layers(models, *CONTRACTED).items()
        # A model of ours is a part of those that read it, and not published itself.
        if not name.startswith("int_") and not node["config"]["contract"]["enforced"]
    )

    assert not without


@pytest.mark.slow
@pytest.mark.parametrize("layer", CONTRACTED)
def test_what_is_published_ends_in_a_column_list(built_models: Models, layer: str) -> None:
    layered = _in_layers(built_models, layer)
    starred = sorted(name for name, node in layered.items() if _ends_in_star(node["compiled_code"]))

    assert not starred, "list the columns of the last select"


def _ends_in_star(sql: str) -> bool:
    statement = sqlglot.parse_one(sql, read="duckdb")
    assert isinstance(statement, exp.Query)
    last = statement if isinstance(statement, exp.Select) else statement.find(exp.Select)
    return last is None or any(isinstance(column, exp.Star) for column in last.expressions)


def test_staging_reads_sources_and_nothing_else_does(models: Models) -> None:
    readers = {
        name
        for name, node in models.items()
        if any(parent.startswith("source.shophouse.") for parent in node["depends_on"]["nodes"])
        and not all(parent.split(".")[2] == "shophouse" for parent in _sources(node))
    }

    assert readers == set(_in_layers(models, "staging")) & readers, "raw data is read through staging"


def _sources(node: dict[str, Any]) -> list[str]:
    return [parent for parent in node["depends_on"]["nodes"] if parent.startswith("source.")]


def test_every_published_model_and_every_seed_has_a_test_on_its_grain(
    manifest: dict[str, Any], models: Models, seeds: Models
) -> None:
    tested = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name") in ("unique_combination", "unique")
    }
    wanted = _in_layers(models, "marts", "metrics", "forecasting", "decisions") | seeds
    without = sorted(
        name
        for name, node in wanted.items()
        # The days of spans that do not overlap are unique: what is tested is the table that holds the rows.
        if models.get(node["config"]["meta"].get("grain_follows_from"), node)["unique_id"] not in tested
    )

    assert not without


def test_no_column_tagged_as_personal_is_published(models: Models) -> None:
    tagged = sorted(
        f"{name}.{column}"
        for name, node in _in_layers(models, "intermediate", *CONTRACTED).items()
        for column, described in node["columns"].items()
        if "pii" in described["tags"] or "pii" in described["config"].get("tags", [])
    )

    assert not tagged


def test_no_published_column_bears_a_personal_columns_name(manifest: dict[str, Any], models: Models) -> None:
    """Names of tagged raw and staging columns do not turn up downstream, where nobody might have tagged them."""
    nodes = [*manifest["sources"].values(), *_in_layers(models, "staging").values()]
    personal = {
        column
        for node in nodes
        for column, described in node["columns"].items()
        if "pii" in described["tags"] or "pii" in described["config"].get("tags", [])
    }
    published = {
        f"{name}.{column}"
        for name, node in _in_layers(models, *CONTRACTED).items()
        for column in node["columns"]
        if column in personal - SHARED_NAMES
    }

    assert "email" in personal
    assert not published


SHARED_NAMES = frozenset({"city", "name"})
"""Names that personal and other columns share: a place ordered from, the name of a product or campaign."""
