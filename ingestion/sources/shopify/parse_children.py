"""Lines of agreements, returns, refunds and fulfilments into their tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from ingestion.source import Rows
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.fields import PARENT, TEXT, members, values
from ingestion.sources.shopify.rows import Ancestors, Kinds, Siblings, read_lines, rows_of, to_rows

_AGREEMENTS = ("OrderAgreement", "OrderEditAgreement", "RefundAgreement", "ReturnAgreement")
_SALES = (
    "ProductSale",
    "ShippingLineSale",
    "GiftCardSale",
    "TipSale",
    "DutySale",
    "FeeSale",
    "AdditionalFeeSale",
    "AdjustmentSale",
    "UnknownSale",
)
_REFERENCE = pl.Struct({"id": TEXT})
AGREEMENTS: Kinds = {
    ("Order",): {},
    _AGREEMENTS: members(t.SALES_AGREEMENTS),
    _SALES: members(t.SALES),
}
RETURNS: Kinds = {
    ("Order",): {},
    ("Return",): members(t.RETURNS),
    ("ReturnLineItem", "UnverifiedReturnLineItem"): members(t.RETURN_LINES),
    ("ExchangeLineItem",): members(t.EXCHANGE_LINES),
}
REFUNDS: Kinds = {
    ("Order",): {},
    _AGREEMENTS: {"refund": _REFERENCE},
    ("Refund",): {"order": _REFERENCE},
    ("RefundLineItem",): members(t.REFUND_LINES),
    ("RefundShippingLine",): members(t.REFUND_SHIPPING_LINES),
    ("OrderAdjustment",): members(t.ORDER_ADJUSTMENTS),
}
FULFILLMENTS: Kinds = {
    ("FulfillmentOrder",): {},
    ("Fulfillment",): members(t.FULFILLMENTS),
    ("FulfillmentLineItem",): members(t.FULFILLMENT_LINES),
}


@dataclass
class AgreementLines:
    """Parser of ``bulk_agreements`` and ``order_agreements``."""

    store_id: str
    _agreements: Ancestors = field(default_factory=Ancestors)

    def parse(self, chunk: bytes) -> Iterator[Rows]:
        """Rows of a chunk."""
        _, agreements, sales = read_lines("agreements", chunk, self.store_id, AGREEMENTS)
        self._agreements.remember(agreements.select("id", order_id=PARENT))
        yield rows_of(t.SALES_AGREEMENTS, agreements)
        yield rows_of(t.SALES, self._agreements.find(sales))


@dataclass
class ReturnLines:
    """Parser of ``bulk_returns`` and ``order_returns``."""

    store_id: str
    _returns: Ancestors = field(default_factory=Ancestors)

    def parse(self, chunk: bytes) -> Iterator[Rows]:
        """Rows of a chunk."""
        _, returns, items, exchanged = read_lines("returns", chunk, self.store_id, RETURNS)
        self._returns.remember(returns.select("id", order_id=PARENT))
        yield rows_of(t.RETURNS, returns)
        yield rows_of(t.RETURN_LINES, self._returns.find(items))
        lines = values(t.EXCHANGE_LINES, self._returns.find(exchanged)).explode("order_line_id")
        yield to_rows(t.EXCHANGE_LINES, lines.with_columns(pl.col("order_line_id").fill_null("")))


@dataclass
class RefundLines:
    """Parser of ``bulk_refunds`` and ``refunds``.

    A bulk file has no line for a refund, which is an object inside its agreement: children name the agreement.
    """

    store_id: str
    _refunds: Ancestors = field(default_factory=Ancestors)
    _shipping: Siblings = field(default_factory=Siblings)

    @property
    def read(self) -> set[str]:
        """Ids of the refunds whose insides were read."""
        return set() if self._refunds.known is None else set(self._refunds.known["refund_id"].drop_nulls())

    def parse(self, chunk: bytes) -> Iterator[Rows]:
        """Rows of a chunk."""
        _, agreements, refunds, items, shipping, adjustments = read_lines("refunds", chunk, self.store_id, REFUNDS)
        self._refunds.remember(agreements.select("id", order_id=PARENT, refund_id=pl.col("refund").struct["id"]))
        self._refunds.remember(refunds.select("id", order_id=pl.col("order").struct["id"], refund_id="id"))
        yield rows_of(t.REFUND_LINES, self._refunds.find(items))
        yield rows_of(t.REFUND_SHIPPING_LINES, self._refunds.find(self._shipping.number(shipping)))
        yield rows_of(t.ORDER_ADJUSTMENTS, self._refunds.find(adjustments))


@dataclass
class FulfillmentLines:
    """Parser of ``bulk_fulfillments`` and ``fulfillments``."""

    store_id: str
    _fulfillments: Ancestors = field(default_factory=Ancestors)

    def parse(self, chunk: bytes) -> Iterator[Rows]:
        """Rows of a chunk."""
        _, fulfillments, items = read_lines("fulfillments", chunk, self.store_id, FULFILLMENTS)
        self._fulfillments.remember(fulfillments.select("id", order_id=pl.col("order").struct["id"]))
        yield rows_of(t.FULFILLMENTS, fulfillments)
        yield rows_of(t.FULFILLMENT_LINES, self._fulfillments.find(items))
