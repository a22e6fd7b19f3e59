"""Lines of orders into the tables of an order and of what lies directly in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from ingestion.source import Rows
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.fields import PARENT, members, values
from ingestion.sources.shopify.rows import Kinds, Siblings, read_lines, rows_of, to_rows

_APPLICATIONS = (
    "DiscountCodeApplication",
    "ManualDiscountApplication",
    "AutomaticDiscountApplication",
    "ScriptDiscountApplication",
)
ORDERS: Kinds = {
    ("Order",): members(t.ORDERS, transactions=t.TRANSACTIONS, refunds=t.REFUNDS),
    ("CustomerVisit",): members(t.CUSTOMER_JOURNEY_MOMENTS),
    ("LineItem",): members(t.ORDER_LINES, discountAllocations=t.DISCOUNT_ALLOCATIONS, taxLines=t.TAX_LINES),
    ("ShippingLine",): members(t.SHIPPING_LINES, taxLines=t.TAX_LINES),
    _APPLICATIONS: members(t.DISCOUNT_APPLICATIONS),
}


@dataclass
class OrderLines:
    """Parser of the lines of ``bulk_orders`` and ``orders``.

    Args:
        store_id: put in every row.
    """

    store_id: str
    _lines: Siblings = field(default_factory=Siblings)
    _shipping: Siblings = field(default_factory=Siblings)

    def parse(self, chunk: bytes) -> tuple[list[str], Iterator[Rows]]:
        """The ids of the chunk's refunds (what is in them is read by id), and its rows.

        Raises:
            SourceError: a value has another type than Shopify's schema gave it.
        """
        orders, *others = read_lines("orders", chunk, self.store_id, ORDERS)
        refunds = _listed(orders, "refunds")
        return refunds["id"].to_list(), self._rows(orders, refunds, *others)

    def _rows(
        self,
        orders: pl.DataFrame,
        refunds: pl.DataFrame,
        visits: pl.DataFrame,
        items: pl.DataFrame,
        shipping: pl.DataFrame,
        applications: pl.DataFrame,
    ) -> Iterator[Rows]:
        yield rows_of(t.ORDERS, orders)
        yield rows_of(t.TRANSACTIONS, _listed(orders, "transactions"))
        yield rows_of(t.REFUNDS, refunds)
        yield rows_of(t.CUSTOMER_JOURNEY_MOMENTS, visits)
        yield rows_of(t.DISCOUNT_APPLICATIONS, applications)
        items = self._lines.number(items)
        yield rows_of(t.ORDER_LINES, items)
        yield to_rows(t.DISCOUNT_ALLOCATIONS, _allocations(items))
        shipping = self._shipping.number(shipping)
        yield rows_of(t.SHIPPING_LINES, shipping)
        yield rows_of(t.TAX_LINES, _tax_lines(items, "order_line", pl.col("id")))
        yield rows_of(t.TAX_LINES, _tax_lines(shipping, "shipping_line", pl.col("position").cast(pl.String)))


def _listed(orders: pl.DataFrame, name: str) -> pl.DataFrame:
    """The objects of a plain list of orders, one row each, with ``order_id``."""
    return _spread(orders.select("store_id", order_id="id", _item=name))


def _allocations(items: pl.DataFrame) -> pl.DataFrame:
    """One row per line and application, as Shopify may list several allocations of one application."""
    listed = _spread(items.select("store_id", order_id=PARENT, order_line_id="id", _item="discountAllocations"))
    return (
        values(t.DISCOUNT_ALLOCATIONS, listed)
        .group_by("store_id", "order_id", "order_line_id", "discount_application_index", maintain_order=True)
        .agg(pl.col("allocated_amount").cast(pl.Decimal(18, 6)).sum())
    )


def _tax_lines(parents: pl.DataFrame, parent_type: str, parent_id: pl.Expr) -> pl.DataFrame:
    listed = parents.select("store_id", order_id=PARENT, parent_id=parent_id, _item="taxLines")
    numbered = listed.with_columns(parent_type=pl.lit(parent_type), position=pl.int_ranges(pl.col("_item").list.len()))
    return _spread(numbered, "position")


def _spread(parents: pl.DataFrame, *beside: str) -> pl.DataFrame:
    """The objects of the lists in ``_item``, one row each; lists ``beside`` them are spread with them."""
    return parents.explode("_item", *beside).filter(pl.col("_item").is_not_null()).unnest("_item")
