"""What the platforms report at ``as_of``: delivery by unit and day, claimed purchases, and exact breakdowns."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from demo.world.ads import CAMPAIGNS, PLATFORM_STORE, SATURATION
from demo.world.exchange import convert
from demo.world.journeys import account_day
from demo.world.stores import STORES
from demo.world.values import split
from demo.world.view import View


def platform_zone(platform: int) -> ZoneInfo:
    """The ad account's time zone."""
    return ZoneInfo(STORES[PLATFORM_STORE[platform]].timezone)


def platform_currency(platform: int) -> str:
    """The ad account's currency."""
    return STORES[PLATFORM_STORE[platform]].currency


def elapsed(view: View, platform: int) -> tuple[int, float]:
    """The account's current day index and the part of it that has passed (0-1)."""
    now = datetime.fromtimestamp(view.now, UTC).astimezone(platform_zone(platform))
    start = datetime.combine(now.date(), time(), platform_zone(platform))
    end = datetime.combine(now.date() + timedelta(1), time(), platform_zone(platform))
    day = now.date().toordinal() - view.world.scenario.first_day.toordinal()
    return day, (now.timestamp() - start.timestamp()) / (end.timestamp() - start.timestamp())


def delivered(view: View, platform: int) -> pl.DataFrame:
    """Rows with delivery: leaf, campaign, day, impressions, clicks, spend (cents of the account's currency).

    The clicks of visible orders are among the clicks; the account's current day is as far as it has come.
    """
    scenario, delivery = view.world.scenario, view.world.delivery
    rng = scenario.rng("ad delivery noise")
    shape = delivery.clicks.shape
    of_leaf = delivery.leaf_campaign
    noise = rng.lognormal(0, 0.12, (2, *shape))
    idle = rng.poisson(40 * min(1, 4 * scenario.scale), shape) * (delivery.budget[of_leaf] > 0)

    today, part = elapsed(view, platform)
    clicks = delivery.clicks.copy()
    visible = np.arange(shape[1]) <= today
    clicks[:, ~visible] = 0
    if today < shape[1]:
        clicks[:, today] = np.floor(clicks[:, today] * part)
        idle[:, today] = np.floor(idle[:, today] * part)
    paid = view.visits.filter((pl.col("leaf") >= 0) & (pl.col("ts") <= view.now))
    leaf, day = paid["leaf"].to_numpy(), account_day(scenario, platform, paid["ts"].to_numpy())
    inside = (day >= 0) & (day < shape[1])
    np.add.at(clicks, (leaf[inside], day[inside]), 1)

    rate = np.array([c.click_through_rate for c in CAMPAIGNS])[of_leaf][:, None]
    price = np.array([c.click_cents for c in CAMPAIGNS])[of_leaf][:, None]
    # Saturation: the same audience costs more the more is spent on it.
    pressure = np.maximum(delivery.budget[of_leaf], 0.2) ** (1 - SATURATION)
    impressions = np.rint(clicks / rate * noise[0]).astype(np.int64) + idle * visible
    impressions = np.maximum(impressions, clicks)
    spend = np.rint(clicks * price * noise[1] * np.clip(pressure, 0.7, 1.6)).astype(np.int64)
    mine = np.array([c.platform == platform for c in CAMPAIGNS])[of_leaf]
    row, column = np.nonzero((impressions > 0) & mine[:, None])
    return pl.DataFrame(
        {
            "leaf": row,
            "campaign": of_leaf[row],
            "day": column,
            "impressions": impressions[row, column],
            "clicks": clicks[row, column],
            "spend": spend[row, column],
        }
    ).sort("day", "leaf")


def credited_orders(view: View, platform: int) -> pl.DataFrame:
    """Visible orders after a click of the platform: leaf, day (of the click, account time), delay, order_ts, value in
    cents of the account's currency."""
    scenario = view.world.scenario
    mine = [i for i, leaf in enumerate(view.world.delivery.leaves) if CAMPAIGNS[leaf.campaign].platform == platform]
    rows = view.world.journeys.credited.filter(pl.col("leaf").is_in(mine), pl.col("order_ts") <= view.now)
    day = account_day(scenario, platform, rows["click_ts"].to_numpy())
    order_day = account_day(scenario, platform, rows["order_ts"].to_numpy())
    value = convert(scenario, rows["total"].to_numpy(), rows["store"].to_numpy(), PLATFORM_STORE[platform], order_day)
    return rows.with_columns(
        day=day, order_day=order_day, delay=pl.col("order_ts") - pl.col("click_ts"), value=value
    ).filter(pl.col("day") >= 0)


def claimed_views(view: View, platform: int) -> pl.DataFrame:
    """Purchases that the platform claims although nobody clicked: leaf, day, claims, value (cents).

    Only where there was delivery.
    """
    scenario, delivery = view.world.scenario, view.world.delivery
    rng = scenario.rng("view claims")
    of_leaf = delivery.leaf_campaign
    share = np.array([leaf.share for leaf in delivery.leaves])[:, None]
    claim = np.array([c.view_claim for c in CAMPAIGNS])[of_leaf][:, None]
    expected = (delivery.expected_caused + delivery.followed)[of_leaf] * share * claim
    claims = rng.poisson(expected)
    worth = rng.normal(11_000, 1_500, claims.shape).astype(np.int64)
    today, part = elapsed(view, platform)
    if today < claims.shape[1]:
        claims[:, today] = np.floor(claims[:, today] * part)
    mine = np.array([c.platform == platform for c in CAMPAIGNS])[of_leaf]
    visible = np.arange(claims.shape[1]) <= today
    row, column = np.nonzero((claims > 0) & mine[:, None] & visible[None, :])
    found = claims[row, column]
    claimed = pl.DataFrame({"leaf": row, "day": column, "claims": found, "value": found * worth[row, column]})
    return claimed.join(delivered(view, platform), on=["leaf", "day"], how="semi", maintain_order="left")


def break_down(
    rng: np.random.Generator,
    rows: pl.DataFrame,
    cells: list[dict[str, str]],
    weights: list[float],
    measures: tuple[str, ...],
) -> pl.DataFrame:
    """Splits each row's measures over cells, exactly; cells without anything are left out.

    Args:
        rows: any columns; ``measures`` are integers.
        cells: values of the breakdown's columns.
        weights: of the cells, relative; jittered by row.
    """
    n, k = rows.height, len(cells)
    jitter = rng.uniform(0.7, 1.3, (n, k))
    weight = np.rint(np.array(weights)[None, :] * jitter * 10_000).astype(np.int64).ravel()
    group = np.repeat(np.arange(n), k)
    many = rows[group].with_columns(pl.Series(name, [c[name] for c in cells] * n, dtype=pl.String) for name in cells[0])
    many = many.with_columns(pl.Series(m, split(many[m].to_numpy(), weight, group)) for m in measures)
    return many.filter(pl.any_horizontal(pl.col(m) > 0 for m in measures))


def dates_of(view: View, day: pl.Series) -> pl.Series:
    """Calendar dates of day indexes."""
    return (day + (view.world.scenario.first_day.toordinal() - 719_163)).cast(pl.Int32).cast(pl.Date)
