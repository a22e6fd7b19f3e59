"""Lines of agreements, returns, refunds and fulfilments into their tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from ingestion.source import Rows
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.rows import (
    FLAG,
    FLOAT,
    PARENT,
    REFERENCE,
    SHOP_MONEY,
    TEXT,
    TYPE,
    WHOLE,
    Ancestors,
    Schema,
    Siblings,
    at,
    read_lines,
    shop_amount,
    struct,
    to_rows,
)

_AGREEMENT_TYPES = ("OrderAgreement", "OrderEditAgreement", "RefundAgreement", "ReturnAgreement")
_AGREEMENTS: dict[tuple[str, ...], Schema] = {
    ("Order",): {},
    _AGREEMENT_TYPES: {
        "reason": TEXT,
        "happenedAt": TEXT,
        "refund": REFERENCE,
        "return": REFERENCE,
    },
    (
        "ProductSale",
        "ShippingLineSale",
        "GiftCardSale",
        "TipSale",
        "DutySale",
        "FeeSale",
        "AdditionalFeeSale",
        "AdjustmentSale",
        "UnknownSale",
    ): {
        "actionType": TEXT,
        "lineType": TEXT,
        "quantity": WHOLE,
        "totalAmount": SHOP_MONEY,
        "totalDiscountAmountBeforeTaxes": SHOP_MONEY,
        "totalDiscountAmountAfterTaxes": SHOP_MONEY,
        "totalTaxAmount": SHOP_MONEY,
        "lineItem": REFERENCE,
        "shippingLine": REFERENCE,
    },
}
_RETURNS: dict[tuple[str, ...], Schema] = {
    ("Order",): {},
    ("Return",): {
        "name": TEXT,
        "status": TEXT,
        "totalQuantity": WHOLE,
        "decline": struct(reason=TEXT),
        "returnShippingFees": pl.List(struct(amountSet=SHOP_MONEY)),
        "createdAt": TEXT,
        "requestApprovedAt": TEXT,
        "closedAt": TEXT,
    },
    ("ReturnLineItem", "UnverifiedReturnLineItem"): {
        "quantity": WHOLE,
        "processedQuantity": WHOLE,
        "refundedQuantity": WHOLE,
        "returnReasonDefinition": struct(handle=TEXT, name=TEXT),
        "returnReasonNote": TEXT,
        "customerNote": TEXT,
        "fulfillmentLineItem": struct(id=TEXT, lineItem=REFERENCE),
        "restockingFee": struct(percentage=FLOAT, amountSet=SHOP_MONEY),
    },
    ("ExchangeLineItem",): {"quantity": WHOLE, "lineItems": pl.List(REFERENCE)},
}
_REFUNDS: dict[tuple[str, ...], Schema] = {
    ("Order",): {},
    _AGREEMENT_TYPES: {"refund": REFERENCE},
    ("Refund",): {"order": REFERENCE},
    ("RefundLineItem",): {
        "quantity": WHOLE,
        "restockType": TEXT,
        "restocked": FLAG,
        "location": REFERENCE,
        "lineItem": REFERENCE,
        "subtotalSet": SHOP_MONEY,
        "totalTaxSet": SHOP_MONEY,
    },
    ("RefundShippingLine",): {
        "shippingLine": REFERENCE,
        "subtotalAmountSet": SHOP_MONEY,
        "taxAmountSet": SHOP_MONEY,
    },
    ("OrderAdjustment",): {"reason": TEXT, "amountSet": SHOP_MONEY, "taxAmountSet": SHOP_MONEY},
}
_FULFILLMENTS: dict[tuple[str, ...], Schema] = {
    ("FulfillmentOrder",): {},
    ("Fulfillment",): {
        "order": REFERENCE,
        "name": TEXT,
        "location": REFERENCE,
        "status": TEXT,
        "displayStatus": TEXT,
        "totalQuantity": WHOLE,
        "trackingInfo": pl.List(struct(company=TEXT, number=TEXT)),
        "createdAt": TEXT,
        "updatedAt": TEXT,
        "inTransitAt": TEXT,
        "deliveredAt": TEXT,
        "estimatedDeliveryAt": TEXT,
    },
    ("FulfillmentLineItem",): {"quantity": WHOLE, "lineItem": REFERENCE},
}


@dataclass
class AgreementLines:
    """Parser of ``bulk_agreements`` and ``order_agreements``."""

    store_id: str
    _agreements: Ancestors = field(default_factory=Ancestors)

    def parse(self, chunk: bytes) -> Iterator[Rows]:
        """Rows of a chunk."""
        _, agreements, sales = read_lines("agreements", chunk, self.store_id, _AGREEMENTS)
        self._agreements.remember(agreements.select("id", order_id=pl.col(PARENT)))
        yield to_rows(
            t.SALES_AGREEMENTS,
            agreements.select(
                "store_id",
                "id",
                "reason",
                order_id=pl.col(PARENT),
                type=pl.col(TYPE),
                refund_id=at("refund", "id"),
                return_id=at("return", "id"),
                happened_at=pl.col("happenedAt"),
            ),
        )
        sales = self._agreements.find(sales)
        yield to_rows(
            t.SALES,
            sales.select(
                "store_id",
                "order_id",
                "id",
                "quantity",
                agreement_id=pl.col(PARENT),
                action_type=pl.col("actionType"),
                line_type=pl.col("lineType"),
                order_line_id=at("lineItem", "id"),
                shipping_line_id=at("shippingLine", "id"),
                total_amount=shop_amount("totalAmount"),
                total_discount_before_taxes=shop_amount("totalDiscountAmountBeforeTaxes"),
                total_discount_after_taxes=shop_amount("totalDiscountAmountAfterTaxes"),
                total_tax=shop_amount("totalTaxAmount"),
            ),
        )


@dataclass
class ReturnLines:
    """Parser of ``bulk_returns`` and ``order_returns``."""

    store_id: str
    _returns: Ancestors = field(default_factory=Ancestors)

    def parse(self, chunk: bytes) -> Iterator[Rows]:
        """Rows of a chunk."""
        _, returns, items, exchanged = read_lines("returns", chunk, self.store_id, _RETURNS)
        self._returns.remember(returns.select("id", order_id=pl.col(PARENT)))
        yield to_rows(t.RETURNS, _returns(returns))
        yield to_rows(t.RETURN_LINES, _return_lines(self._returns.find(items)))
        exchanged = self._returns.find(exchanged)
        yield to_rows(
            t.EXCHANGE_LINES,
            exchanged.explode("lineItems").select(
                "store_id",
                "order_id",
                "id",
                "quantity",
                return_id=pl.col(PARENT),
                order_line_id=at("lineItems", "id").fill_null(""),
            ),
        )


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
        _, agreements, refunds, items, shipping, adjustments = read_lines("refunds", chunk, self.store_id, _REFUNDS)
        self._refunds.remember(agreements.select("id", order_id=pl.col(PARENT), refund_id=at("refund", "id")))
        self._refunds.remember(refunds.select("id", order_id=at("order", "id"), refund_id=pl.col("id")))
        items = self._refunds.find(items)
        yield to_rows(
            t.REFUND_LINES,
            items.select(
                "store_id",
                "order_id",
                "quantity",
                "restocked",
                "refund_id",
                # Shopify's schema allows a refund line without an id.
                id=pl.coalesce("id", at("lineItem", "id")),
                order_line_id=at("lineItem", "id"),
                restock_type=pl.col("restockType"),
                location_id=at("location", "id"),
                subtotal=shop_amount("subtotalSet"),
                total_tax=shop_amount("totalTaxSet"),
            ),
        )
        shipping = self._refunds.find(self._shipping.number(shipping))
        yield to_rows(
            t.REFUND_SHIPPING_LINES,
            shipping.select(
                "store_id",
                "order_id",
                "id",
                "position",
                "refund_id",
                shipping_line_id=at("shippingLine", "id"),
                subtotal=shop_amount("subtotalAmountSet"),
                tax=shop_amount("taxAmountSet"),
            ),
        )
        adjustments = self._refunds.find(adjustments)
        yield to_rows(
            t.ORDER_ADJUSTMENTS,
            adjustments.select(
                "store_id",
                "order_id",
                "id",
                "reason",
                "refund_id",
                amount=shop_amount("amountSet"),
                tax_amount=shop_amount("taxAmountSet"),
            ),
        )


@dataclass
class FulfillmentLines:
    """Parser of ``bulk_fulfillments`` and ``fulfillments``."""

    store_id: str
    _fulfillments: Ancestors = field(default_factory=Ancestors)

    def parse(self, chunk: bytes) -> Iterator[Rows]:
        """Rows of a chunk."""
        _, fulfillments, items = read_lines("fulfillments", chunk, self.store_id, _FULFILLMENTS)
        self._fulfillments.remember(fulfillments.select("id", order_id=at("order", "id")))
        yield to_rows(t.FULFILLMENTS, _fulfillments(fulfillments))
        items = self._fulfillments.find(items)
        yield to_rows(
            t.FULFILLMENT_LINES,
            items.select(
                "store_id",
                "order_id",
                "id",
                "quantity",
                fulfillment_id=pl.col(PARENT),
                order_line_id=at("lineItem", "id"),
            ),
        )


def _returns(returns: pl.DataFrame) -> pl.DataFrame:
    fees = pl.col("returnShippingFees")
    amounts = fees.list.eval(
        pl.element().struct.field("amountSet").struct.field("shopMoney").struct.field("amount").cast(pl.Decimal(18, 6))
    )
    return returns.select(
        "store_id",
        "id",
        "name",
        "status",
        order_id=pl.col(PARENT),
        total_quantity=pl.col("totalQuantity"),
        decline_reason=at("decline", "reason"),
        return_shipping_fee=pl.when(fees.list.len() > 0).then(amounts.list.sum()),
        created_at=pl.col("createdAt"),
        request_approved_at=pl.col("requestApprovedAt"),
        closed_at=pl.col("closedAt"),
    )


def _return_lines(items: pl.DataFrame) -> pl.DataFrame:
    return items.select(
        "store_id",
        "order_id",
        "id",
        "quantity",
        return_id=pl.col(PARENT),
        order_line_id=at("fulfillmentLineItem", "lineItem", "id"),
        fulfillment_line_id=at("fulfillmentLineItem", "id"),
        processed_quantity=pl.col("processedQuantity"),
        refunded_quantity=pl.col("refundedQuantity"),
        return_reason=at("returnReasonDefinition", "handle"),
        return_reason_name=at("returnReasonDefinition", "name"),
        # The API has no null here: no note is an empty text.
        return_reason_note=pl.col("returnReasonNote").replace("", None),
        customer_note=pl.col("customerNote"),
        restocking_fee_percentage=at("restockingFee", "percentage"),
        restocking_fee=at("restockingFee", "amountSet", "shopMoney", "amount"),
    )


def _fulfillments(fulfillments: pl.DataFrame) -> pl.DataFrame:
    tracking = pl.col("trackingInfo").list.first()
    return fulfillments.select(
        "store_id",
        "id",
        "name",
        "status",
        order_id=at("order", "id"),
        location_id=at("location", "id"),
        display_status=pl.col("displayStatus"),
        total_quantity=pl.col("totalQuantity"),
        tracking_company=tracking.struct.field("company"),
        tracking_number=tracking.struct.field("number"),
        created_at=pl.col("createdAt"),
        updated_at=pl.col("updatedAt"),
        in_transit_at=pl.col("inTransitAt"),
        delivered_at=pl.col("deliveredAt"),
        estimated_delivery_at=pl.col("estimatedDeliveryAt"),
    )
