"""What will become of an order if it can be placed: basket, edits, cancellation, shipping, returns, exchanges.

All of it is drawn before stock is known, so that the inventory simulation can book every consequence as it accepts
a line, and so that demand that stock censors is known line by line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.world.catalog import GIFT_CARDS, GOODS, SERVICE, Catalog
from demo.world.demand import Demand
from demo.world.scenario import NEVER, Flags, Ints, Scenario
from demo.world.shoppers import B2B, MARKETPLACE, POS, WEB, Shoppers

ORDERED, EDITED_IN, EXCHANGED = 0, 1, 2
"""How a line came to its order."""
LINES_BEYOND_FIRST = 1.33
TEST_ORDER_EVERY = 400
"""One in so many online orders is a test: one line of the service, which no stock depends on."""
REASONS: tuple[tuple[str, str, float], ...] = (
    ("size-too-small", "Size was too small", 0.22),
    ("size-too-large", "Size was too large", 0.17),
    ("unwanted", "Customer changed their mind", 0.24),
    ("not-as-described", "Item not as described", 0.13),
    ("defective", "Damaged or defective", 0.12),
    ("style", "Style", 0.07),
    ("wrong-item", "Received the wrong item", 0.05),
)
"""Handle, name and share of return reasons where sizes exist."""
SIZE_REASONS = (0, 1)
CHANGED_MIND, DEFECTIVE = 2, 4
REQUESTED, APPROVED, DECLINED, WITHDRAWN = 0, 1, 2, 3
"""Where a return ends: never decided, carried out, declined by us, cancelled by the customer."""


@dataclass(frozen=True)
class Plans:
    """Planned orders and lines.

    ``orders``: the wishes with the instants of what happens to them (``NEVER`` where it does not).
    ``lines``: one row per line, those that edits and exchanges add included, by order and position.
    """

    orders: pl.DataFrame
    lines: pl.DataFrame


def build_plans(scenario: Scenario, catalog: Catalog, demand: Demand, shoppers: Shoppers) -> Plans:
    """Draws baskets and fates."""
    orders = _order_fates(scenario, shoppers.wishes)
    lines = _baskets(scenario, demand, orders)
    lines = _ship(scenario, orders, lines)
    lines = _returns(scenario, catalog, shoppers, orders, lines)
    lines = pl.concat([lines, _edited_in(scenario, demand, orders, lines), _exchanges(scenario, catalog, lines)])
    lines = lines.sort("order", "origin", "line", maintain_order=True)
    renumbered = lines.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    parent = renumbered.select(pl.col("line").alias("parent"), pl.col("row").alias("parent_row"))
    lines = renumbered.join(parent.filter(pl.col("parent") >= 0), on="parent", how="left", maintain_order="left")
    lines = lines.with_columns(
        parent=pl.col("parent_row").fill_null(-1), first_line=pl.col("row").first().over("order")
    )
    return Plans(orders, lines.drop("parent_row", "line").rename({"row": "line"}))


def _order_fates(scenario: Scenario, wishes: pl.DataFrame) -> pl.DataFrame:
    """Fraud, cancellation, edits, shipping days."""
    rng = scenario.rng("order fates")
    n = wishes.height
    source, second, ts = (wishes[c].to_numpy() for c in ("source", "second", "ts"))
    online = source == WEB
    fraud = online & (rng.random(n) < 0.0012) & (wishes["campaign"].to_numpy() < 0)
    test = np.zeros(n, dtype=bool)
    test[np.flatnonzero(online)[7::TEST_ORDER_EVERY]] = True
    draw = rng.random(n)
    cancelled = ~test & (source != POS) & (draw < np.where(fraud, 0.55, 0.016))
    editable = online & ~cancelled & ~fraud & ~test & (second < 19 * 3600)
    edit = np.where(editable, np.select([rng.random(n) < 0.009, rng.random(n) < 0.009], [1, 2], 0), 0)
    lag = rng.choice(np.array([1, 2, 3, 6]), n, p=[0.62, 0.25, 0.09, 0.04])
    ship_day = wishes["day"].to_numpy() + np.where(source == POS, 0, lag)
    ship_second = np.where(source == POS, np.minimum(second + 120, 86_300), rng.integers(9 * 3600, 17 * 3600, n))
    return wishes.with_row_index("order").with_columns(
        order=pl.col("order").cast(pl.Int64),
        fraud=fraud & ~test,
        test=test,
        cancelled_ts=np.where(cancelled, ts + rng.integers(1200, 5 * 3600, n), NEVER),
        edit=edit,
        edit_ts=np.where(edit > 0, ts + rng.integers(1800, 3 * 3600, n), NEVER),
        ship_day=ship_day,
        ship_second=ship_second,
        splits=(source != POS) & (rng.random(n) < 0.07),
        split_lag=rng.integers(2, 9, n),
        transit_days=np.where(source == POS, 0, rng.integers(1, 6, n)),
        transit_second=rng.integers(10 * 3600, 19 * 3600, n),
    )


def _draw_skus(rng: np.random.Generator, demand: Demand, store: Ints, day: Ints) -> Ints:
    """SKU indexes in proportion to expected demand of the store on the day: one search over all cumulated shares."""
    days = demand.expected.shape[2]
    share = demand.expected.transpose(0, 2, 1).reshape(-1, GOODS)
    cumulated = np.cumsum(share, axis=1)
    cumulated /= cumulated[:, -1:]
    shelf = (np.arange(len(cumulated))[:, None] + cumulated).ravel()
    key = store * days + day
    found = np.searchsorted(shelf, key + rng.random(len(key)), side="right") - key * GOODS
    skus: Ints = np.clip(found, 0, GOODS - 1)
    return skus


def _baskets(scenario: Scenario, demand: Demand, orders: pl.DataFrame) -> pl.DataFrame:
    """Lines as first ordered; a SKU comes once in an order."""
    rng = scenario.rng("baskets")
    source, value = orders["source"].to_numpy(), orders["value"].to_numpy()
    fraud = orders["fraud"].to_numpy()
    mean = np.where(source == B2B, 5.0, np.where(source == POS, 0.7, 1.0) * LINES_BEYOND_FIRST * value)
    test = orders["test"].to_numpy()
    count = np.where(test, 0, 1 + np.minimum(rng.poisson(mean), 18))
    order = np.repeat(np.arange(orders.height), count)
    sku = _draw_skus(rng, demand, orders["store"].to_numpy()[order], orders["day"].to_numpy()[order])
    n = len(order)
    quantity = 1 + (rng.random(n) < 0.13) + (rng.random(n) < 0.03)
    quantity = np.where(source[order] == B2B, rng.integers(2, 9 + round(16 * min(scenario.scale, 1)), n), quantity)
    quantity = np.where(fraud[order], rng.integers(3, 7, n), quantity)
    goods = (
        pl.DataFrame({"order": order, "sku": sku, "quantity": quantity.astype(np.int64)})
        .group_by("order", "sku", maintain_order=True)
        .agg(pl.col("quantity").sum())
    )
    online = orders.filter((pl.col("source") == WEB) & ~pl.col("test"))["order"].to_numpy()
    carded = online[rng.random(len(online)) < 0.011]
    wrapped = np.r_[online[rng.random(len(online)) < 0.02], np.flatnonzero(test)]
    extras = pl.DataFrame(
        {
            "order": np.r_[carded, wrapped],
            "sku": np.r_[rng.choice(np.array(GIFT_CARDS), len(carded)), np.full(len(wrapped), SERVICE)],
            "quantity": np.ones(len(carded) + len(wrapped), dtype=np.int64),
        }
    )
    lines = pl.concat([goods, extras]).sort("order", maintain_order=True).with_row_index("line")
    return lines.with_columns(
        line=pl.col("line").cast(pl.Int64),
        origin=pl.lit(ORDERED, dtype=pl.Int64),
        parent=pl.lit(-1, dtype=pl.Int64),
        position=pl.int_range(pl.len()).over("order"),
        size=pl.len().over("order"),
    )


def _ship(scenario: Scenario, orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """When each line leaves and arrives; which lines an edit removes."""
    lines = lines.join(
        orders.select(
            "order",
            "store",
            "day",
            "second",
            "ts",
            "source",
            "location",
            "cancelled_ts",
            "edit",
            "edit_ts",
            "ship_day",
            "ship_second",
            "splits",
            "split_lag",
            "transit_days",
            "transit_second",
            "fraud",
            "customer",
        ),
        on="order",
        how="left",
        maintain_order="left",
    )
    later = pl.col("splits") & (pl.col("position") % 2 == 1)
    stocked = pl.col("sku") < GOODS
    removed = (pl.col("edit") == 1) & (pl.col("position") == pl.col("size") - 1) & (pl.col("size") > 1) & stocked
    lines = lines.with_columns(
        parcel=later.cast(pl.Int64),
        ship_day=pl.col("ship_day") + pl.when(later).then(pl.col("split_lag")).otherwise(0),
        removed_ts=pl.when(removed).then(pl.col("edit_ts")).otherwise(pl.lit(NEVER)),
        first_line=pl.col("line").first().over("order"),
    ).with_columns(arrive_day=pl.col("ship_day") + pl.col("transit_days"))
    return lines.drop("splits", "split_lag", "transit_days", "edit", "edit_ts", "size")


def _returns(
    scenario: Scenario, catalog: Catalog, shoppers: Shoppers, orders: pl.DataFrame, lines: pl.DataFrame
) -> pl.DataFrame:
    """Which lines come back, why, when and how they end."""
    rng = scenario.rng("returns")
    n, source = lines.height, lines["source"].to_numpy()
    back = _come_back(rng, catalog, shoppers, lines)
    sized = np.isin(catalog.category[lines["sku"].to_numpy()], (0, 1, 2, 3))
    reason = _reasons(rng, catalog, lines, sized)
    quantity = lines["quantity"].to_numpy()
    returned = np.where(rng.random(n) < 0.8, quantity, 1 + (rng.random(n) * quantity).astype(np.int64))
    returned = np.where(back, np.minimum(returned, quantity), 0)

    m = orders.height
    fate = rng.choice(np.array([REQUESTED, APPROVED, DECLINED, WITHDRAWN]), m, p=[0.01, 0.93, 0.04, 0.02])
    wait = 1 + np.minimum(rng.gamma(1.6, 5.0, m), 40).astype(np.int64)
    approve, travel = rng.integers(0, 3, m), rng.integers(2, 9, m)
    inspect, refund = rng.integers(0, 3, m), rng.integers(0, 4, m)
    order = lines["order"].to_numpy()
    last_arrival = lines.select(pl.col("arrive_day").max().over("order")).to_series().to_numpy()
    asked = last_arrival + wait[order]
    received = asked + approve[order] + travel[order]
    condition = np.where(reason == DEFECTIVE, 3, rng.choice(np.array([0, 1, 2]), n, p=[0.62, 0.30, 0.08]))
    refund_day = received + inspect[order] + refund[order]
    restocked = (condition <= 1) & (refund_day < catalog.deleted[lines["sku"].to_numpy()])
    exchange = (
        back
        & np.isin(reason, SIZE_REASONS)
        & sized
        & (returned == quantity)
        & (fate[order] == APPROVED)
        & (source != B2B)
        & (rng.random(n) < 0.32)
    )
    feeless = (reason != CHANGED_MIND) | (rng.random(n) > 0.35)
    return lines.with_columns(
        returned=returned.astype(np.int64),
        reason=np.where(back, reason, -1),
        return_fate=np.where(back, fate[order], -1),
        asked_day=asked,
        approved_day=asked + approve[order],
        received_day=received,
        inspected_day=received + inspect[order],
        refund_day=refund_day,
        return_second=rng.integers(10 * 3600, 16 * 3600, m)[order],
        condition=condition,
        restocked=restocked,
        exchange=exchange,
        fee_percent=np.where(feeless, 0, 10),
        return_location=np.where(
            (lines["store"].to_numpy() == 0) & (rng.random(m) < 0.06)[order], 1, lines["location"].to_numpy()
        ),
    )


def _come_back(rng: np.random.Generator, catalog: Catalog, shoppers: Shoppers, lines: pl.DataFrame) -> Flags:
    """Which lines are sent back."""
    n, sku = lines.height, lines["sku"].to_numpy()
    source, account = lines["source"].to_numpy(), lines["customer"].to_numpy()
    serial = (account >= 0) & shoppers.customers.serial_returner[account]
    chance = catalog.return_rate[sku] + 0.17 * catalog.size_problem[sku]
    chance = chance * np.select([source == POS, source == B2B, source == MARKETPLACE], [0.4, 0.0, 1.25], 1.0)
    chance = np.minimum(np.where(serial, 4.5 * chance + 0.2, chance), 0.85)
    kept = (
        (lines["cancelled_ts"].to_numpy() < NEVER)
        | (lines["removed_ts"].to_numpy() < NEVER)
        | lines["fraud"].to_numpy()
    )
    return (rng.random(n) < chance) & ~kept & (sku < GOODS)


def _reasons(rng: np.random.Generator, catalog: Catalog, lines: pl.DataFrame, sized: Flags) -> Ints:
    """Why a line would come back: too small and too large only where there are sizes."""
    n, sku = lines.height, lines["sku"].to_numpy()
    shares = np.array([share for _, _, share in REASONS])
    small = np.cumsum(shares / shares.sum())
    unsized = np.cumsum(np.r_[0, 0, shares[2:]] / shares[2:].sum())
    draw = rng.random(n)
    reason = np.where(sized, np.searchsorted(small, draw, side="right"), np.searchsorted(unsized, draw, side="right"))
    problem = catalog.size_problem[sku] & (rng.random(n) < 0.7)
    return np.where(problem, catalog.product[sku] % 2, np.clip(reason, 0, len(REASONS) - 1))


def _as_new_lines(chosen: pl.DataFrame, origin: int, first: int) -> pl.DataFrame:
    """Lines that an edit or an exchange adds; they depend on the line they come from and are not returned."""
    return chosen.with_columns(
        parent=pl.col("line"),
        line=pl.int_range(first, first + chosen.height, dtype=pl.Int64, eager=True),
        origin=pl.lit(origin, dtype=pl.Int64),
        position=pl.lit(-1, dtype=pl.Int64),
        removed_ts=pl.lit(NEVER),
        returned=pl.lit(0, dtype=pl.Int64),
        reason=pl.lit(-1, dtype=pl.Int64),
        return_fate=pl.lit(-1, dtype=pl.Int64),
        exchange=pl.lit(False),
        restocked=pl.lit(False),
        parcel=pl.lit(0 if origin == EDITED_IN else 2, dtype=pl.Int64),
    )


def _edited_in(scenario: Scenario, demand: Demand, orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """One line added to each order that an edit enlarges."""
    rng = scenario.rng("edits")
    grown = orders.filter(pl.col("edit") == 2).select("order", "edit_ts")
    first = lines.filter(pl.col("line") == pl.col("first_line")).join(
        grown, on="order", how="inner", maintain_order="left"
    )
    sku = _draw_skus(rng, demand, first["store"].to_numpy(), first["day"].to_numpy())
    fresh = first.with_columns(sku=sku, quantity=pl.lit(1, dtype=pl.Int64), ts=pl.col("edit_ts")).drop("edit_ts")
    doubled = fresh.select("order", "sku").join(lines.select("order", "sku"), on=["order", "sku"], how="semi")
    fresh = fresh.join(doubled, on=["order", "sku"], how="anti", maintain_order="left").select(lines.columns)
    return _as_new_lines(fresh, EDITED_IN, lines.height)


def _exchanges(scenario: Scenario, catalog: Catalog, lines: pl.DataFrame) -> pl.DataFrame:
    """The same product in another size, sent when the return is processed."""
    rng = scenario.rng("exchanges")
    chosen = lines.filter("exchange")
    n = chosen.height
    larger = _other_size(catalog, chosen["sku"].to_numpy(), np.where(chosen["reason"].to_numpy() == 0, 1, -1))
    day, second = chosen["refund_day"].to_numpy(), chosen["return_second"].to_numpy()
    ship_day = day + rng.integers(1, 3, n)
    fresh = chosen.with_columns(
        sku=larger,
        quantity=pl.col("returned"),
        day=day,
        ts=scenario.utc(chosen["store"].to_numpy(), day, second),
        ship_day=ship_day,
        arrive_day=ship_day + rng.integers(1, 5, n),
    )
    return _as_new_lines(fresh, EXCHANGED, 2 * lines.height)


def _other_size(catalog: Catalog, sku: Ints, step: Ints) -> Ints:
    """The neighbouring size of the same product; at the end of the range, the one on the other side."""
    wanted = sku + step
    same = (wanted >= 0) & (catalog.product[np.clip(wanted, 0, GOODS - 1)] == catalog.product[sku])
    return np.where(same, wanted, sku - step)
