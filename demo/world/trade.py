"""The trade business: a small wholesaler whose invoices live in a bookkeeping program and reach us as files.

Documents are sent as people send them: an invoice again with a line less, a line twice, a credit note that names no
invoice, drafts among the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.world.catalog import GOODS, Catalog
from demo.world.pricing import Prices
from demo.world.scenario import Ints, Scenario
from demo.world.situations import (
    CREDIT_NOTE_RATE,
    DOUBLED_LINE_RATE,
    DRAFT_RATE,
    RESENT_RATE,
    TRADE_ORDERS_SHARE,
)
from demo.world.values import share_of

STORE_ID, NAME, CURRENCY, TIMEZONE = "aurora_trade", "Aurora Trade", "EUR", "Europe/Vienna"
VAT_PERCENT = 20
TRADE_PRICE_PERCENT = 62
COMPANIES = 40
MAILINGS = 3
"""Files that the bookkeeper sends for the whole time of the world."""
SERVICE_SKU = -1
SERVICES = ("Window display", "Delivery to the shop floor", "Staff training")
"""Lines without an article number."""


@dataclass(frozen=True)
class Trade:
    """Documents of the trade business.

    ``lines``: one row per line of a mailing: mailing (0 to ``MAILINGS`` - 1), document, kind ("invoice" or "credit"),
    draft, day, company, position, sku (``SERVICE_SKU``: none), service, quantity, unit_cents, net, tax in cents (all
    positive).
    ``starts``: first day of each mailing.
    """

    lines: pl.DataFrame
    starts: Ints


def build_trade(scenario: Scenario, catalog: Catalog, prices: Prices) -> Trade:
    """Draws the documents and their mailings."""
    rng = scenario.rng("trade")
    documents = _documents(scenario, rng)
    lines = _lines(scenario, catalog, prices, rng, documents)
    doubled = lines.filter(pl.Series(rng.random(lines.height) < DOUBLED_LINE_RATE))
    lines = pl.concat([lines, doubled]).sort("document", "position", maintain_order=True)
    starts = np.arange(MAILINGS) * scenario.days // MAILINGS
    return Trade(_mailed(rng, starts, lines), starts)


def _documents(scenario: Scenario, rng: np.random.Generator) -> pl.DataFrame:
    """Invoices and credit notes on working days."""
    working = np.flatnonzero([d.weekday() < 5 for d in scenario.dates])
    n = max(60, round(TRADE_ORDERS_SHARE * scenario.orders))
    credit = rng.random(n) < CREDIT_NOTE_RATE
    return pl.DataFrame(
        {
            "document": np.arange(n),
            "day": np.sort(rng.choice(working, n)),
            "company": rng.integers(0, COMPANIES, n),
            "kind": np.where(credit, "credit", "invoice"),
            "draft": ~credit & (rng.random(n) < DRAFT_RATE),
            "size": np.where(credit, 1, 1 + rng.poisson(2.2, n)),
        }
    )


def _lines(
    scenario: Scenario, catalog: Catalog, prices: Prices, rng: np.random.Generator, documents: pl.DataFrame
) -> pl.DataFrame:
    lines = documents.select(pl.all().repeat_by("size").explode()).drop("size")
    n, day = lines.height, lines["day"].to_numpy()
    live = catalog.popularity / catalog.popularity.sum()
    sku = rng.choice(GOODS, n, p=live)
    service = (rng.random(n) < 0.05) & (lines["kind"] == "invoice").to_numpy()
    quantity = np.where(service, 1, rng.integers(2, 25, n))
    list_price = prices.price[1, sku, day]
    trade_price: Ints = share_of(list_price, np.full(n, TRADE_PRICE_PERCENT), np.full(n, 100))
    unit = np.where(service, rng.integers(4, 30, n) * 1000, trade_price)
    net = unit * quantity
    return lines.with_columns(
        position=pl.int_range(pl.len()).over("document"),
        sku=np.where(service, SERVICE_SKU, sku),
        service=np.where(service, rng.integers(0, len(SERVICES), n), -1),
        quantity=quantity,
        unit_cents=unit,
        net=net,
        tax=share_of(net, np.full(n, VAT_PERCENT), np.full(n, 100)),
    )


def _mailed(rng: np.random.Generator, starts: Ints, lines: pl.DataFrame) -> pl.DataFrame:
    """In which mailing each line is: an invoice that is sent again lacks its last line in the later one."""
    lines = lines.with_columns(mailing=np.searchsorted(starts, lines["day"].to_numpy(), side="right") - 1)
    documents = lines.group_by("document", maintain_order=True).agg(
        pl.col("mailing", "kind", "draft").first(), last=pl.col("position").max()
    )
    again = documents.filter(
        pl.Series(rng.random(documents.height) < RESENT_RATE)
        & (pl.col("mailing") < MAILINGS - 1)
        & (pl.col("kind") == "invoice")
        & ~pl.col("draft")
        & (pl.col("last") > 0)
    ).select("document", "last")
    resent = lines.join(again, on="document", how="inner", maintain_order="left")
    resent = resent.filter(pl.col("position") < pl.col("last")).drop("last")
    resent = resent.with_columns(mailing=pl.col("mailing") + 1)
    return pl.concat([lines, resent]).sort("mailing", "document", "position", maintain_order=True)
