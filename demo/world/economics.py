"""What each order costs: prices, discounts and their allocation, tax, shipping, tips; whole cents throughout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.world.catalog import GIFT_CARDS, GOODS, Catalog
from demo.world.charges import add_charges
from demo.world.inventory import Stock
from demo.world.outcomes import EXCHANGED, ORDERED, Plans
from demo.world.pricing import Prices
from demo.world.promotions import CODE_USE, Promotion, promotion_of_sku
from demo.world.scenario import NEVER, Flags, Ints, Scenario
from demo.world.shoppers import B2B, POS, WEB
from demo.world.stores import REGIONS, STORES
from demo.world.values import share_of, split

NONE, PROMOTION, WELCOMED, BUNDLE, TRADE, STAFF, REPLACEMENT = range(7)
"""Kinds of an order's first discount."""
DISCOUNT_PERCENT = {WELCOMED: 10, BUNDLE: 5, TRADE: 12, STAFF: 10, REPLACEMENT: 100}
LOYAL_CENTS = 500
LOYAL_MINIMUM = 4000
FREE_SHIPPING_FROM = 9000
STANDARD, EXPRESS, FREE, FREIGHT = range(4)
SHIPPING_TITLES = ("Standard", "Express", "Free shipping", "Freight")
SHIPPING_CENTS = np.array([[595, 1495, 0, 2900], [495, 1295, 0, 2400]])


@dataclass(frozen=True)
class Sales:
    """Orders that were really placed and their lines, with money.

    ``lines`` adds: price, original, first (allocation of the order's first discount), loyal (of the fixed code),
    allocated (their sum), net (original less allocated), tax1, tax2, tax, duty in cents.
    ``orders`` adds: discount kind, promotion, shipping, tip, duty and delivery fee in cents, tax rates in basis points.
    """

    orders: pl.DataFrame
    lines: pl.DataFrame


def build_sales(
    scenario: Scenario, catalog: Catalog, prices: Prices, promoted: list[Promotion], plans: Plans, stock: Stock
) -> Sales:
    """Prices every accepted line and completes the orders."""
    lines = plans.lines.with_columns(accepted=pl.Series(stock.accepted), removed=pl.Series(stock.removed))
    lines = lines.filter("accepted")
    alive = lines.filter(pl.col("origin") == ORDERED).select("order").unique()
    orders = plans.orders.join(alive, on="order", how="semi", maintain_order="left")
    orders = orders.with_columns(
        customer_index=pl.when(pl.col("customer") >= 0).then(pl.int_range(1, pl.len() + 1).over("customer")),
    )
    lines = _price(prices, lines)
    short = plans.lines.filter(~pl.Series(stock.accepted) & (pl.col("origin") == ORDERED))["order"].unique()
    orders = _choose_discounts(scenario, catalog, promoted, orders, lines, short)
    lines = _allocate(scenario, catalog, promoted, orders, lines)
    orders = _tax_rates(orders)
    lines = _tax(orders, lines)
    lines = _copy_exchanged(lines)
    return Sales(*add_charges(scenario, catalog, _ship(scenario, orders, lines), lines))


def _price(prices: Prices, lines: pl.DataFrame) -> pl.DataFrame:
    store, sku, day = (lines[c].to_numpy() for c in ("store", "sku", "day"))
    price = prices.price[store, sku, day]
    return lines.with_columns(price=price, original=price * lines["quantity"].to_numpy())


def _choose_discounts(
    scenario: Scenario,
    catalog: Catalog,
    promoted: list[Promotion],
    orders: pl.DataFrame,
    lines: pl.DataFrame,
    short: pl.Series,
) -> pl.DataFrame:
    """The first discount's kind, the promotion, and whether a loyalty and a free shipping code are used.

    A set of which a component is out of stock cannot be bought: of orders that are ``short`` of a line, the rest is
    sold piece by piece.
    """
    rng = scenario.rng("discounts")
    n = orders.height
    covered = promotion_of_sku(scenario, catalog, promoted)
    goods = lines.filter((pl.col("sku") < GOODS) & (pl.col("origin") == ORDERED))
    of_line = goods.select(
        "order", "quantity", "original", promotion=pl.Series(covered[goods["sku"].to_numpy(), goods["day"].to_numpy()])
    )
    by_order = of_line.group_by("order").agg(
        pl.col("promotion").max(), units=pl.col("quantity").sum(), goods_cents=pl.col("original").sum()
    )
    orders = orders.join(by_order, on="order", how="left", maintain_order="left").with_columns(
        pl.col("promotion").fill_null(-1), pl.col("units").fill_null(0), pl.col("goods_cents").fill_null(0)
    )
    source, units = orders["source"].to_numpy(), orders["units"].to_numpy()
    index = orders["customer_index"].fill_null(0).to_numpy()
    online = (source == WEB) & ~orders["fraud"].to_numpy() & ~orders["test"].to_numpy()
    whole = ~orders["order"].is_in(short.implode()).to_numpy()
    draws = rng.random((6, n))
    kind = np.select(
        [
            source == B2B,
            online & (draws[0] < 0.0012),
            online & (orders["promotion"].to_numpy() >= 0) & (draws[1] < CODE_USE),
            online & (index == 1) & (draws[2] < 0.28),
            online & whole & (units >= 4) & (draws[3] < 0.6),
            (source == POS) & (draws[4] < 0.04),
        ],
        [TRADE, REPLACEMENT, PROMOTION, WELCOMED, BUNDLE, STAFF],
        NONE,
    )
    loyal = (
        online
        & (index >= 4)
        & (orders["goods_cents"].to_numpy() >= LOYAL_MINIMUM)
        & (draws[5] < 0.25)
        & (kind != REPLACEMENT)
    )
    return orders.with_columns(
        kind=pl.Series(kind, dtype=pl.Int64),
        promotion=pl.when(pl.Series(kind == PROMOTION)).then(pl.col("promotion")).otherwise(-1),
        loyal=loyal,
        wants_free_shipping=online & (rng.random(n) < 0.05),
    )


def _allocate(
    scenario: Scenario, catalog: Catalog, promoted: list[Promotion], orders: pl.DataFrame, lines: pl.DataFrame
) -> pl.DataFrame:
    """Each discount's share of each line, to the cent."""
    lines = lines.join(
        orders.select("order", "kind", "promotion", "loyal"), on="order", how="left", maintain_order="left"
    )
    kind, promotion, sku = (lines[c].to_numpy() for c in ("kind", "promotion", "sku"))
    first_goods = (sku < GOODS) & (lines["origin"].to_numpy() == ORDERED)
    percent = np.zeros(lines.height, dtype=np.int64)
    for number, rate in DISCOUNT_PERCENT.items():
        percent[(kind == number) & first_goods] = rate
    percent[kind == REPLACEMENT] = 100
    rates = np.array([p.rate_percent for p in promoted] or [0])
    of_sku = promotion_of_sku(scenario, catalog, promoted)[np.clip(sku, 0, GOODS - 1), lines["day"].to_numpy()]
    promoted_line = first_goods & (kind == PROMOTION) & (of_sku == promotion)
    percent[promoted_line] = rates[promotion[promoted_line]]
    percent[np.isin(sku, GIFT_CARDS) | (lines["origin"].to_numpy() == 1)] = 0
    original = lines["original"].to_numpy()
    first = share_of(original, percent, np.full_like(percent, 100))
    weight = np.where(first_goods, original - first, 0)
    loyal = split(np.where(lines["loyal"].to_numpy(), LOYAL_CENTS, 0), weight, lines["order"].to_numpy())
    return lines.with_columns(
        first=first, loyal_cents=loyal, allocated=first + loyal, net=original - first - loyal
    ).drop("kind", "promotion", "loyal")


def _tax_rates(orders: pl.DataFrame) -> pl.DataFrame:
    """Basis points of up to two taxes; companies in the US buy for resale."""
    rates = np.array([[r for _, r in region.taxes] + [0] * (2 - len(region.taxes)) for region in REGIONS])
    region = orders["region"].to_numpy()
    exempt = (orders["source"].to_numpy() == B2B) & (orders["store"].to_numpy() == 0)
    found = np.where(exempt[:, None], 0, rates[region])
    shipping = np.array([r.shipping_taxed for r in REGIONS])[region]
    return orders.with_columns(rate1=found[:, 0], rate2=found[:, 1], shipping_taxed=shipping)


def tax_of(net: Ints, rate: Ints, included: Flags) -> Ints:
    """Tax in cents at a rate in basis points: on top of ``net``, or contained in it; rounded half up."""
    return share_of(net, rate, np.where(included, 10_000 + rate, 10_000))


def _tax(orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    lines = lines.join(orders.select("order", "rate1", "rate2"), on="order", how="left", maintain_order="left")
    untaxed = np.isin(lines["sku"].to_numpy(), GIFT_CARDS)
    included = np.array([s.taxes_included for s in STORES])[lines["store"].to_numpy()]
    net = np.where(untaxed, 0, lines["net"].to_numpy())
    tax1, tax2 = (tax_of(net, lines[c].to_numpy(), included) for c in ("rate1", "rate2"))
    return lines.with_columns(tax1=tax1, tax2=tax2, tax=tax1 + tax2, taxed=~untaxed)


def _copy_exchanged(lines: pl.DataFrame) -> pl.DataFrame:
    """A line sent in exchange costs what the one that came back cost."""
    cents = ["price", "original", "first", "loyal_cents", "allocated", "net", "tax1", "tax2", "tax"]
    source = lines.select(pl.col("line").alias("parent"), *(pl.col(c).alias(f"{c}_from") for c in cents))
    exchanged = pl.col("origin") == EXCHANGED
    joined = lines.join(source, on="parent", how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(exchanged).then(pl.col(f"{c}_from")).otherwise(pl.col(c)).alias(c) for c in cents
    ).drop(f"{c}_from" for c in cents)


def _ship(scenario: Scenario, orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Shipping, its discount and tax, and tips."""
    rng = scenario.rng("shipping")
    n = orders.height
    goods = (
        lines.filter((pl.col("origin") == ORDERED) & (pl.col("sku") < GOODS)).group_by("order").agg(pl.col("net").sum())
    )
    orders = orders.join(goods.rename({"net": "goods_net"}), on="order", how="left", maintain_order="left")
    source, store = orders["source"].to_numpy(), orders["store"].to_numpy()
    worth = orders["goods_net"].fill_null(0).to_numpy()
    shipped = orders["goods_net"].is_not_null().to_numpy() & (source != POS)
    method = np.select(
        [source == B2B, rng.random(n) < 0.12, worth >= FREE_SHIPPING_FROM], [FREIGHT, EXPRESS, FREE], STANDARD
    )
    price = np.where(shipped, SHIPPING_CENTS[store, method], 0)
    free = orders["wants_free_shipping"].to_numpy() & (price > 0) & (method == STANDARD)
    paid = np.where(free, 0, price)
    included = np.array([s.taxes_included for s in STORES])[store]
    taxable = np.where(orders["shipping_taxed"].to_numpy(), paid, 0)
    tax1, tax2 = (tax_of(taxable, orders[c].to_numpy(), included) for c in ("rate1", "rate2"))
    tips = (rng.random(n) < 0.015) & np.isin(source, (WEB, POS)) & (orders["cancelled_ts"].to_numpy() >= NEVER)
    tips &= ~orders["test"].to_numpy() & ~orders["fraud"].to_numpy()
    return orders.with_columns(
        shipped=shipped,
        shipping_method=method,
        shipping_price=price,
        shipping_free=free,
        shipping_paid=paid,
        shipping_tax1=tax1,
        shipping_tax2=tax2,
        shipping_tax=tax1 + tax2,
        tip=np.where(tips, rng.integers(2, 11, n) * 100, 0),
        included=included,
    )
