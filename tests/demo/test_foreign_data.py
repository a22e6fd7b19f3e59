"""A demo deletes a demo's data, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from demo.foreign_data import NotADemoHomeError
from demo.home import DemoParameters, drop_spreadsheets, prepare_merchant, prepare_served_merchant
from ingestion.load.pipeline import run_source
from ingestion.sources.files.importer import import_file
from shophouse.settings import Settings
from tests.support.files import order_line, orders_csv
from tests.support.sources import fixed_source

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
PARAMETERS = DemoParameters(scale=0.001, days=60, seed=1, as_of=AS_OF.isoformat())
OTHERS = DemoParameters(scale=0.001, days=61, seed=1, as_of=AS_OF.isoformat())


def _silent(what: str, rows: int) -> None:
    """Nobody watches."""


@pytest.fixture
def home(settings: Settings) -> Settings:
    """A home with a demo merchant whose spreadsheets are loaded."""
    home = settings.model_copy(update={"as_of": AS_OF})
    merchant = prepare_merchant(home, PARAMETERS, _silent)
    drop_spreadsheets(merchant, home.inbox)
    import_file(home.inbox / "suppliers.csv", "suppliers", None, settings=home)
    return home


def _refusal(home: Settings) -> str:
    with pytest.raises(NotADemoHomeError) as refused:
        prepare_merchant(home, OTHERS, _silent)
    return str(refused.value)


def test_a_demo_takes_the_place_of_another(home: Settings) -> None:
    prepare_merchant(home, OTHERS, _silent)
    assert not home.raw_db.exists()
    assert not home.inbox.exists()


def test_a_file_of_ones_own_in_the_inbox_stops_another_demo(home: Settings) -> None:
    mine = home.inbox / "orders.csv"
    mine.write_text(orders_csv(order_line()))
    assert "inbox/orders.csv" in _refusal(home)
    assert mine.exists()


def test_an_imported_file_stops_another_demo(home: Settings, tmp_path: Path) -> None:
    mine = tmp_path / "orders.csv"
    mine.write_text(orders_csv(order_line()))
    import_file(mine, "orders", None, settings=home)
    assert "1 imported files" in _refusal(home)
    assert home.raw_db.exists()


def test_a_shops_own_data_stop_another_demo(home: Settings) -> None:
    from ingestion.sources.shopify.tables import SHOP

    rows = pl.DataFrame({"store_id": ["mine"]})
    columns = [pl.lit(None, kind).alias(name) for name, kind in SHOP.polars_schema.items() if name != "store_id"]
    run_source(fixed_source("shopify", (SHOP,), {SHOP: rows.with_columns(columns).select(SHOP.schema.names)}), home)
    assert "shopify data of mine" in _refusal(home)


def test_the_merchant_of_the_api_alone_changes_nothing_else(home: Settings) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.home.rglob("*") if path.is_file()}
    first = prepare_served_merchant(home, PARAMETERS, _silent)
    second = prepare_served_merchant(home, OTHERS, _silent)
    assert first != second
    assert (first / "shopify").is_dir()
    assert {path: path.stat().st_mtime_ns for path in before} == before
