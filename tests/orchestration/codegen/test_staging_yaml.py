"""What a staging model's YAML takes from its SQL and the declaration, and what must be written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ingestion.registry import SOURCES
from orchestration.codegen import staging_yaml

SQL = """\
select
    store_id,
    {{ shopify_id('id') }} as order_id,
    cast({{ money('total_price') }} as decimal(9, 2)) as total_amount,
    nullif(trim(email), '') as email,
    case when test then 'test' end as kind
from {{ source('shopify', 'orders') }}
"""
RAW = {column.name: column for table in SOURCES["shopify"].tables if table.name == "orders" for column in table.columns}
KIND = 'columns.kind = "test, or null."\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one staging model, of Shopify's orders."""
    monkeypatch.setattr(staging_yaml, "_STAGING", tmp_path)
    (tmp_path / "shopify").mkdir()
    (tmp_path / "shopify" / "stg_shopify__orders.sql").write_text(SQL)
    return tmp_path / "shopify"


def _write(folder: Path, by_hand: str) -> dict[str, Any]:
    (folder / "_shopify__staging.toml").write_text(f"[stg_shopify__orders]\n{by_hand}")
    [text] = staging_yaml.staging_yaml().values()
    [model] = yaml.safe_load(text)["models"]
    return {column.pop("name"): column for column in model["columns"]} | {"data_tests": model["data_tests"]}


def test_a_renamed_or_cast_column_means_what_its_raw_column_does(folder: Path) -> None:
    written = _write(folder, KIND)

    assert written["order_id"] == {"description": RAW["id"].description}
    assert written["total_amount"] == {"description": RAW["total_price"].description}
    assert written["email"]["config"] == {"tags": ["pii"], "meta": {"pii": True}}
    assert written["kind"] == {"description": "test, or null."}


def test_the_key_is_tested_in_the_models_words(folder: Path) -> None:
    written = _write(folder, KIND)

    assert written["data_tests"] == [{"unique_combination": {"arguments": {"columns": ["store_id", "order_id"]}}}]


def test_a_computed_column_must_be_described_by_hand(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"stg_shopify__orders\.kind is computed"):
        _write(folder, "")


def test_what_is_written_by_hand_is_of_a_column_that_is_there(folder: Path) -> None:
    with pytest.raises(ValueError, match="stg_shopify__orders has no column kid"):
        _write(folder, f'{KIND}not_null = ["kid"]\n')


def test_what_is_written_by_hand_is_of_a_model_that_is_there(folder: Path) -> None:
    with pytest.raises(ValueError, match="there is no model stg_shopify__gone"):
        _write(folder, f"{KIND}[stg_shopify__gone]\n")
