"""TikTok's tables. A small account that the shop tries out: US dollars, New York time, no click that an order follows.

What it claims are purchases of people who saw a video and bought within a day, as they would have anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.ad_delivery import dates_of, elapsed
from demo.world.ads import META
from demo.world.scenario import Ints, Scenario
from demo.world.shoppers import WEB
from demo.world.stores import STORES
from demo.world.values import decimals, money
from demo.world.view import View
from shophouse.tables import MONEY

NAME = "tiktok_ads"
ADVERTISER = "7102938475610293847"
STORE = 0
_CLOCK = META
"""Meta's account keeps the time of the same store."""
_CAMPAIGN, _AD_GROUP, _AD = 1_780_000_000_000_100, 1_780_000_000_001_000, 1_780_000_000_010_000
_CREATED = "2024-02-01 15:00:00"
_OPEN_END = "2034-02-01 15:00:00"
_DAILY_CLICKS_AT_SCALE_1 = 900
_FORMATS = ("Unboxing", "Trail day")


@dataclass(frozen=True)
class _Campaign:
    """A campaign: its share of the clicks, cents a click, clicks an impression, share of the day's orders claimed."""

    name: str
    objective: str
    share: float
    click_cents: int
    click_through_rate: float
    claimed: float
    groups: tuple[str, ...]
    is_deleted: bool = False


_CAMPAIGNS = (
    _Campaign("US - TikTok - Prospecting", "WEB_CONVERSIONS", 0.6, 62, 0.009, 0.006, ("Outdoor", "Lookalike")),
    _Campaign("US - TikTok - Reach", "REACH", 0.3, 35, 0.004, 0.002, ("18-34",)),
    _Campaign("US - TikTok - Test", "TRAFFIC", 0.1, 48, 0.007, 0.0, ("Broad",), is_deleted=True),
)


@dataclass(frozen=True)
class _Leaf:
    campaign: int
    group: int
    number: int
    name: str

    @property
    def of(self) -> _Campaign:
        return _CAMPAIGNS[self.campaign]

    @property
    def group_id(self) -> str:
        return str(_AD_GROUP + self.campaign * 10 + self.group)

    @property
    def ids(self) -> dict[str, str]:
        return {
            "advertiser_id": ADVERTISER,
            "campaign_id": str(_CAMPAIGN + self.campaign),
            "adgroup_id": self.group_id,
            "ad_id": str(_AD + self.number),
        }


def _leaves() -> list[_Leaf]:
    named = [(c, g, f) for c, campaign in enumerate(_CAMPAIGNS) for g in range(len(campaign.groups)) for f in _FORMATS]
    return [_Leaf(c, g, n, f"{_CAMPAIGNS[c].groups[g]} - {form}") for n, (c, g, form) in enumerate(named)]


def write(view: View, merchant: Merchant) -> None:
    """Writes the tables."""
    store = STORES[STORE]
    advertiser = {
        "advertiser_id": ADVERTISER,
        "name": "Aurora US",
        "currency": store.currency,
        "timezone": "Etc/GMT+5",
        "display_timezone": store.timezone,
        "country": "US",
        "status": "STATUS_ENABLE",
    }
    merchant.write(NAME, "advertisers", pl.DataFrame([advertiser]))
    _write_structure(merchant)
    merchant.write(NAME, "ad_reports", _reports(view))


def delivery_by_campaign(view: View) -> pl.DataFrame:
    """What was delivered by campaign and account day, as the truth about ads has it: it caused no order."""
    names = {leaf.ids["campaign_id"]: leaf.of.name for leaf in _leaves()}
    return (
        _reports(view)
        .with_columns(campaign=pl.col("campaign_id").replace_strict(names, return_dtype=pl.String))
        .group_by("campaign", "stat_time_day", "currency", maintain_order=True)
        .agg(pl.col("impressions", "clicks", "spend").sum(), claimed_views=pl.col("complete_payment").sum())
        .select(
            "campaign",
            "impressions",
            "clicks",
            "currency",
            "claimed_views",
            platform=pl.lit(NAME),
            account_date="stat_time_day",
            spend=pl.col("spend").cast(pl.Decimal(18, 6)),
            orders_after_click=pl.lit(0, pl.Int64),
            caused_orders=pl.lit(0, pl.Int64),
        )
    )


def _write_structure(merchant: Merchant) -> None:
    leaves = _leaves()
    times = {"create_time": _CREATED, "modify_time": _CREATED}
    campaigns = {leaf.campaign: leaf for leaf in leaves}.values()
    groups = {leaf.group_id: leaf for leaf in leaves}.values()
    _write(
        merchant,
        "campaigns",
        [
            _only(leaf, "campaign_id")
            | _states(leaf, "CAMPAIGN")
            | {"campaign_name": leaf.of.name, "objective_type": leaf.of.objective}
            | {"budget_mode": "BUDGET_MODE_INFINITE", "budget": 0.0}
            | times
            for leaf in campaigns
        ],
    )
    _write(
        merchant,
        "ad_groups",
        [
            _only(leaf, "campaign_id", "adgroup_id")
            | _states(leaf, "ADGROUP")
            | {"adgroup_name": leaf.of.groups[leaf.group], "optimization_goal": "CONVERT"}
            | {"budget_mode": "BUDGET_MODE_DAY", "budget": 50.0}
            | {"schedule_start_time": _CREATED, "schedule_end_time": _OPEN_END}
            | times
            for leaf in groups
        ],
    )
    _write(
        merchant,
        "ads",
        [
            leaf.ids
            | _states(leaf, "AD")
            | {"ad_name": leaf.name, "ad_text": "Made for the long way home", "ad_format": "SINGLE_VIDEO"}
            | {"landing_page_url": _landing_page(leaf)}
            | times
            for leaf in leaves
        ],
    )


def _only(leaf: _Leaf, *names: str) -> dict[str, object]:
    return {name: leaf.ids[name] for name in ("advertiser_id", *names)}


def _states(leaf: _Leaf, kind: str) -> dict[str, object]:
    if leaf.of.is_deleted:
        return {"operation_status": "DISABLE", "secondary_status": f"{kind}_STATUS_DELETE"}
    return {"operation_status": "ENABLE", "secondary_status": f"{kind}_STATUS_DELIVERY_OK"}


def _landing_page(leaf: _Leaf) -> str:
    campaign = leaf.of.name.lower().replace(" - ", "_").replace(" ", "_")
    site = f"https://www.{STORES[STORE].store_id}.example.com/"
    return f"{site}?utm_source=tiktok&utm_medium=paid_social&utm_campaign={campaign}"


def _write(merchant: Merchant, table: str, rows: list[dict[str, object]]) -> None:
    frame = pl.DataFrame(rows)
    times = [name for name in frame.columns if name.endswith("_time")]
    merchant.write(NAME, table, frame.with_columns(pl.col(times).str.to_datetime(time_unit="us", time_zone="UTC")))


def _reports(view: View) -> pl.DataFrame:
    """Delivery by ad and day, drawn for the whole world, so that a later view only adds to an earlier one."""
    scenario, leaves = view.world.scenario, _leaves()
    rng = scenario.rng("tiktok delivery")
    shape = (len(leaves), scenario.days)
    today, part = elapsed(view, _CLOCK)
    passed = np.where(np.arange(scenario.days) < today, 1.0, np.where(np.arange(scenario.days) == today, part, 0.0))
    clicks = _until(rng.poisson(_expected_clicks(scenario, leaves, view.world.demand.intensity[STORE])), passed)
    impressions = _until(clicks / _each(leaves, "click_through_rate") * rng.lognormal(0, 0.1, shape), passed > 0)
    spend = _until(clicks * _each(leaves, "click_cents") * rng.lognormal(0, 0.1, shape), passed > 0)
    orders, worth = _orders_by_day(view)
    claims = _until(rng.binomial(orders, np.broadcast_to(_each(leaves, "claimed") / 2, shape)), passed)
    claims = np.where(impressions > 0, claims, 0)
    row, day = np.nonzero(impressions)
    found = {name: values[row, day] for name, values in (("impressions", impressions), ("clicks", clicks))}
    ids = pl.DataFrame([leaf.ids for leaf in leaves])[row]
    return ids.with_columns(
        stat_time_day=dates_of(view, pl.Series(day)),
        currency=pl.lit(STORES[STORE].currency),
        spend=money(spend[row, day]),
        impressions=pl.Series(found["impressions"]),
        reach=pl.Series(found["impressions"] * 10 // 13),
        clicks=pl.Series(found["clicks"]),
        video_play_actions=pl.Series(found["impressions"] * 9 // 10),
        video_watched_2s=pl.Series(found["impressions"] * 3 // 10),
        conversion=pl.Series(claims[row, day]),
        complete_payment=pl.Series(claims[row, day]),
        total_complete_payment_rate=decimals((claims * worth)[row, day] * 10_000, MONEY),
        web_event_add_to_cart=pl.Series(claims[row, day] * 3 + found["clicks"] // 25),
    )


def _expected_clicks(scenario: Scenario, leaves: list[_Leaf], intensity: np.ndarray) -> np.ndarray:
    """Clicks grow with demand by half of it; the test campaign ran for two months of the second year."""
    season = (intensity / intensity.mean()) ** 0.5
    per_campaign = np.bincount([leaf.campaign for leaf in leaves])
    share = np.array([leaf.of.share / per_campaign[leaf.campaign] for leaf in leaves])[:, None]
    ended = scenario.dates[-1] - timedelta(days=60)
    ran = np.array([_ran(leaf, d, ended) for leaf in leaves for d in scenario.dates]).reshape(len(leaves), -1)
    return share * season * _DAILY_CLICKS_AT_SCALE_1 * scenario.scale * ran


def _ran(leaf: _Leaf, day: date, ended: date) -> bool:
    return not leaf.of.is_deleted or ended - timedelta(days=60) <= day < ended


def _each(leaves: list[_Leaf], name: str) -> np.ndarray:
    return np.array([getattr(leaf.of, name) for leaf in leaves])[:, None]


def _until(values: np.ndarray, passed: np.ndarray) -> Ints:
    """Whole numbers of what has passed of each day."""
    return np.floor(values * passed).astype(np.int64)


def _orders_by_day(view: View) -> tuple[Ints, Ints]:
    """The store's online orders by day, whether they are visible yet, and their average value in cents."""
    world, days = view.world, view.world.scenario.days
    mine = world.events.orders.filter((pl.col("store") == STORE) & (pl.col("source") == WEB) & ~pl.col("test"))
    day = mine["day"].to_numpy()
    orders = np.bincount(day, minlength=days)[:days].astype(np.int64)
    totals = np.bincount(day, weights=mine["original_total"].to_numpy(), minlength=days)[:days].astype(np.int64)
    return orders, totals // np.maximum(orders, 1)
