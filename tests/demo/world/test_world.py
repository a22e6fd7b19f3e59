"""Determinism, time, and truths of the simulated merchant."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from demo.merchant import SERVED
from demo.simulate import simulate
from demo.world.catalog import CATEGORIES, GOODS, build_catalog
from demo.world.demand import build_demand
from demo.world.pricing import build_prices
from demo.world.promotions import lift_by_sku, promotions
from demo.world.scenario import Clock, Scenario
from demo.world.values import money, split
from ingestion.kit.gaps import GAPS
from ingestion.kit.windows import REPORT_PERIODS
from tests.support.simulated import AS_OF, DAYS, SCALE, SEED, Simulated


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(pl.read_parquet(path).write_csv().encode()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def test_the_same_world_twice(simulated: Simulated, tmp_path: Path) -> None:
    again = simulate(tmp_path / "merchant", as_of=AS_OF, scale=SCALE, days=DAYS, seed=SEED)
    assert _hashes(again.folder) == _hashes(simulated.merchant.folder)
    assert _hashes(tmp_path / "truth") == _hashes(simulated.truth_folder)


def test_a_later_look_at_the_same_world(simulated: Simulated, tmp_path: Path) -> None:
    """Two days earlier the same orders were there; what changed since carries a later update."""
    earlier = AS_OF - timedelta(days=2)
    before = simulate(tmp_path / "merchant", as_of=earlier, scale=SCALE, days=DAYS, seed=SEED, world_end=AS_OF)
    old, new = before.frame("shopify", "orders").collect(), simulated.merchant.frame("shopify", "orders").collect()
    assert 0 < old.height < new.height
    assert old.join(new, on="id", how="anti").is_empty()
    untouched = new.filter(pl.col("updated_at") <= earlier).drop("customer_journey_ready")
    same = old.drop("customer_journey_ready").join(untouched.select("id"), on="id", how="semi")
    assert same.sort("id").equals(untouched.sort("id"))


def test_nothing_is_later_than_as_of(simulated: Simulated) -> None:
    for source, tables in SERVED.items():
        for table in tables:
            frame = simulated.source(source, table.name)
            for name, kind in frame.schema.items():
                planned = name in {"stop_time", "estimated_delivery_at", "ends_at", "schedule_end_time"}
                if isinstance(kind, pl.Datetime) and kind.time_zone and not planned:
                    assert (frame[name].drop_nulls() <= AS_OF).all(), f"{source}.{table.name}.{name}"


_ADDED_UP = {"account_insights", "campaign_insights", "customer_stats", "advertiser_reports", "campaign_reports"}
_OF_OTHER_SHOPS = {"orders", "payments", "ad_spend"}
"""Files that only a shop or a platform without a connector would send."""


def test_every_source_has_rows(simulated: Simulated) -> None:
    """Price versions, days read and gaps are the connectors' own; totals are added up when a vendor is asked."""
    empty = {"product_variant_prices", REPORT_PERIODS, GAPS.name, *_ADDED_UP, *_OF_OTHER_SHOPS}
    for source, tables in SERVED.items():
        for table in tables:
            assert simulated.merchant.frame(source, table.name).collect().is_empty() == (
                table.name in empty and (source, table.name) != ("shopify", "orders")
            ), f"{source}.{table.name}"


def test_csv_files_hold_the_templates(simulated: Simulated) -> None:
    for table in SERVED["files"]:
        path = simulated.merchant.folder / "files" / f"{table.name}.csv"
        if table.name in _OF_OTHER_SHOPS:
            assert not path.exists()
            continue
        rows = pl.read_csv(path, infer_schema=False)
        assert rows.columns == [c.name for c in table.columns if not c.name.startswith("_")]
        assert rows.height == simulated.merchant.frame("files", table.name).collect().height


def test_shape_of_the_business(simulated: Simulated) -> None:
    items = simulated.shop("inventory_items").filter("tracked")
    assert 700 <= items["sku"].n_unique() <= GOODS
    assert simulated.source("files", "suppliers").height == 14
    assert simulated.shop("products")["vendor"].n_unique() == 12
    assert simulated.source("files", "products")["category"].n_unique() == 8
    assert simulated.shop("locations").filter("is_active").height == 4
    lines = simulated.shop("order_lines").height
    assert 0.75 * 1_000_000 * SCALE < lines < 1.25 * 1_000_000 * SCALE


def test_orders_come_in_shopping_hours(simulated: Simulated) -> None:
    pos = simulated.shop("orders").filter(pl.col("source_name") == "pos")
    hours = pos["created_at"].dt.convert_time_zone("America/New_York").dt.hour()
    assert hours.is_between(10, 19).all()


def test_elasticity_is_in_the_demand_before_stock_censors_it() -> None:
    """Regressing log expected units on log price within SKU, promotions apart, gives each category's truth."""
    scenario = Scenario(0.01, 365, 3, AS_OF, AS_OF)
    catalog = build_catalog(scenario)
    prices, promoted = build_prices(scenario, catalog), promotions(scenario)
    demand = build_demand(scenario, catalog, prices, promoted)
    ratio = demand.expected[0] / np.maximum(demand.baseline[0] * lift_by_sku(scenario, catalog, promoted), 1e-300)
    for index, category in enumerate(CATEGORIES):
        rows = np.flatnonzero((catalog.category[:GOODS] == index) & (catalog.launch[:GOODS] < 0))
        rows = rows[catalog.discontinued[rows] >= scenario.days]
        log_units, log_price = np.log(ratio[rows]), np.log(prices.price[0, rows])
        day = log_units.mean(axis=0, keepdims=True), log_price.mean(axis=0, keepdims=True)
        y, x = log_units - day[0], log_price - day[1]
        y, x = y - y.mean(axis=1, keepdims=True), x - x.mean(axis=1, keepdims=True)
        assert -(x * y).sum() / (x * x).sum() == pytest.approx(category.elasticity, abs=0.01)


def test_promotions_have_their_lift() -> None:
    scenario = Scenario(0.01, 365, 3, AS_OF, AS_OF)
    catalog = build_catalog(scenario)
    promoted = promotions(scenario)
    lift = lift_by_sku(scenario, catalog, promoted)
    summer = next(p for p in promoted if p.code.startswith("SUMMER"))
    first, last = summer.window(scenario)
    assert (lift[:, first : last + 1] == summer.lift).all()
    assert (lift[:, last + 1] == 1).all()


def test_clock_knows_daylight_saving() -> None:
    clock = Clock.of(datetime(2026, 3, 7, tzinfo=UTC).date(), 3, "America/New_York")
    noon = clock.utc(np.array([0, 1, 2]), np.full(3, 12 * 3600))
    assert [datetime.fromtimestamp(s, UTC).hour for s in noon.tolist()] == [17, 16, 16]
    assert clock.changes.tolist() == [False, True, False]


def test_split_is_exact_within_groups() -> None:
    parts = split(np.array([100, 100, 100, 7, 7, 0]), np.array([1, 1, 1, 3, 0, 0]), np.array([0, 0, 0, 1, 1, 2]))
    assert parts.tolist() == [33, 34, 33, 7, 0, 0]


def test_money_is_exact_and_keeps_nulls() -> None:
    series = money(np.array([-1, 12_345, 7]), np.array([False, False, True]))
    assert [None if v is None else str(v) for v in series.to_list()] == ["-0.010000", "123.450000", None]


@pytest.mark.parametrize(("scale", "days"), [(0, 90), (0.01, 10)])
def test_impossible_worlds_are_refused(scale: float, days: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must be"):
        simulate(tmp_path / "merchant", as_of=AS_OF, scale=scale, days=days)


def test_the_smallest_world_works(tmp_path: Path) -> None:
    merchant = simulate(tmp_path / "merchant", as_of=datetime(2026, 4, 2, 3, tzinfo=UTC), scale=0.002, days=90, seed=3)
    assert merchant.frame("shopify", "orders").collect().height > 300
