"""Lines of orders into the tables of an order and of what lies directly in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from ingestion.source import Rows
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.rows import (
    AMOUNT,
    FLAG,
    FLOAT,
    PARENT,
    REFERENCE,
    SHOP_AND_PRESENTMENT_MONEY,
    SHOP_MONEY,
    TEXT,
    TEXTS,
    TYPE,
    WHOLE,
    Schema,
    Siblings,
    at,
    json_texts,
    read_lines,
    shop_amount,
    struct,
    to_rows,
)

_ADDRESS = struct(city=TEXT, provinceCode=TEXT, countryCodeV2=TEXT, zip=TEXT)
_TAXES = pl.List(struct(title=TEXT, rate=FLOAT, priceSet=SHOP_MONEY))
_TOTALS = {
    "subtotal_price": "subtotalPriceSet",
    "total_price": "totalPriceSet",
    "total_tax": "totalTaxSet",
    "total_discounts": "totalDiscountsSet",
    "total_shipping_price": "totalShippingPriceSet",
    "total_tip_received": "totalTipReceivedSet",
    "total_refunded": "totalRefundedSet",
    "total_refunded_shipping": "totalRefundedShippingSet",
    "total_received": "totalReceivedSet",
    "net_payment": "netPaymentSet",
    "original_total_price": "originalTotalPriceSet",
    "current_total_price": "currentTotalPriceSet",
    "current_subtotal_price": "currentSubtotalPriceSet",
    "current_total_tax": "currentTotalTaxSet",
    "current_total_discounts": "currentTotalDiscountsSet",
    "current_total_duties": "currentTotalDutiesSet",
    "current_shipping_price": "currentShippingPriceSet",
}
_ORDER_TEXTS = {
    "email": "email",
    "phone": "phone",
    "name": "name",
    "source_name": "sourceName",
    "customer_locale": "customerLocale",
    "currency_code": "currencyCode",
    "presentment_currency_code": "presentmentCurrencyCode",
    "display_financial_status": "displayFinancialStatus",
    "display_fulfillment_status": "displayFulfillmentStatus",
    "return_status": "returnStatus",
    "cancel_reason": "cancelReason",
    "cart_token": "cartToken",
    "checkout_token": "checkoutToken",
    "created_at": "createdAt",
    "processed_at": "processedAt",
    "updated_at": "updatedAt",
    "cancelled_at": "cancelledAt",
    "closed_at": "closedAt",
}
_ORDER_FLAGS = {"test": "test", "confirmed": "confirmed", "edited": "edited", "taxes_included": "taxesIncluded"}
_LINE = {
    "sku": "sku",
    "title": "title",
    "variant_title": "variantTitle",
    "vendor": "vendor",
    "quantity": "quantity",
    "current_quantity": "currentQuantity",
    "refundable_quantity": "refundableQuantity",
    "unfulfilled_quantity": "unfulfilledQuantity",
    "is_gift_card": "isGiftCard",
    "requires_shipping": "requiresShipping",
    "taxable": "taxable",
}
_ORDER: dict[str, pl.DataType] = (
    {name: TEXT for name in _ORDER_TEXTS.values()}
    | {name: FLAG for name in _ORDER_FLAGS.values()}
    | {name: SHOP_MONEY for name in _TOTALS.values()}
    | {
        "number": WHOLE,
        "customer": REFERENCE,
        "retailLocation": REFERENCE,
        "tags": TEXTS,
        "discountCodes": TEXTS,
        "paymentGatewayNames": TEXTS,
        "billingAddress": _ADDRESS,
        "shippingAddress": _ADDRESS,
        "totalPriceSet": SHOP_AND_PRESENTMENT_MONEY,
        "customerJourneySummary": struct(customerOrderIndex=WHOLE, daysToConversion=WHOLE, ready=FLAG),
        "transactions": pl.List(
            struct(
                id=TEXT,
                parentTransaction=REFERENCE,
                kind=TEXT,
                status=TEXT,
                gateway=TEXT,
                test=FLAG,
                errorCode=TEXT,
                amountSet=SHOP_AND_PRESENTMENT_MONEY,
                fees=pl.List(struct(amount=AMOUNT)),
                createdAt=TEXT,
                processedAt=TEXT,
            )
        ),
        "refunds": pl.List(
            struct(
                **{"id": TEXT, "return": REFERENCE, "note": TEXT, "totalRefundedSet": SHOP_MONEY},
                createdAt=TEXT,
                processedAt=TEXT,
                updatedAt=TEXT,
            )
        ),
    }
)
_VISIT: dict[str, pl.DataType] = {
    "occurredAt": TEXT,
    "source": TEXT,
    "sourceType": TEXT,
    "landingPage": TEXT,
    "referrerUrl": TEXT,
    "utmParameters": struct(source=TEXT, medium=TEXT, campaign=TEXT, content=TEXT, term=TEXT),
}
_LINE_ITEM: dict[str, pl.DataType] = {
    "product": REFERENCE,
    "variant": REFERENCE,
    "sku": TEXT,
    "title": TEXT,
    "variantTitle": TEXT,
    "vendor": TEXT,
    "quantity": WHOLE,
    "currentQuantity": WHOLE,
    "refundableQuantity": WHOLE,
    "unfulfilledQuantity": WHOLE,
    "isGiftCard": FLAG,
    "requiresShipping": FLAG,
    "taxable": FLAG,
    "originalUnitPriceSet": SHOP_MONEY,
    "originalTotalSet": SHOP_MONEY,
    "discountedTotalSet": SHOP_MONEY,
    "totalDiscountSet": SHOP_MONEY,
    "discountAllocations": pl.List(struct(allocatedAmountSet=SHOP_MONEY, discountApplication=struct(index=WHOLE))),
    "taxLines": _TAXES,
}
_SHIPPING: dict[str, pl.DataType] = {
    "title": TEXT,
    "source": TEXT,
    "taxLines": _TAXES,
    "code": TEXT,
    "carrierIdentifier": TEXT,
    "isRemoved": FLAG,
    "originalPriceSet": SHOP_MONEY,
    "discountedPriceSet": SHOP_MONEY,
}
_APPLICATION: dict[str, pl.DataType] = {
    "code": TEXT,
    "title": TEXT,
    "index": WHOLE,
    "allocationMethod": TEXT,
    "targetSelection": TEXT,
    "targetType": TEXT,
    "value": struct(amount=TEXT, currencyCode=TEXT, percentage=FLOAT),
}
_KINDS: dict[tuple[str, ...], Schema] = {
    ("Order",): _ORDER,
    ("CustomerVisit",): _VISIT,
    ("LineItem",): _LINE_ITEM,
    ("ShippingLine",): _SHIPPING,
    (
        "DiscountCodeApplication",
        "ManualDiscountApplication",
        "AutomaticDiscountApplication",
        "ScriptDiscountApplication",
    ): _APPLICATION,
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
        orders, *others = read_lines("orders", chunk, self.store_id, _KINDS)
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
        yield to_rows(t.ORDERS, _orders(orders))
        yield to_rows(t.TRANSACTIONS, _transactions(_listed(orders, "transactions")))
        yield to_rows(t.REFUNDS, _refunds(refunds))
        yield to_rows(t.CUSTOMER_JOURNEY_MOMENTS, _moments(visits))
        yield to_rows(t.DISCOUNT_APPLICATIONS, _applications(applications))
        items = self._lines.number(items)
        yield to_rows(t.ORDER_LINES, _order_lines(items))
        yield to_rows(t.DISCOUNT_ALLOCATIONS, _allocations(items))
        shipping = self._shipping.number(shipping)
        yield to_rows(t.SHIPPING_LINES, _shipping_lines(shipping))
        yield to_rows(t.TAX_LINES, _tax_lines(items, "order_line", pl.col("id")))
        yield to_rows(t.TAX_LINES, _tax_lines(shipping, "shipping_line", pl.col("position").cast(pl.String)))


def _orders(orders: pl.DataFrame) -> pl.DataFrame:
    return orders.select(
        "store_id",
        "id",
        "number",
        *(pl.col(sent).alias(name) for name, sent in (_ORDER_TEXTS | _ORDER_FLAGS).items()),
        *(shop_amount(sent).alias(name) for name, sent in _TOTALS.items()),
        *(
            at(f"{kind}Address", sent).alias(f"{kind}_{name}")
            for kind in ("billing", "shipping")
            for name, sent in {
                "city": "city",
                "province_code": "provinceCode",
                "country_code": "countryCodeV2",
                "zip": "zip",
            }.items()
        ),
        customer_id=at("customer", "id"),
        retail_location_id=at("retailLocation", "id"),
        tags=json_texts("tags"),
        discount_codes=json_texts("discountCodes"),
        payment_gateway_names=json_texts("paymentGatewayNames"),
        total_price_presentment=at("totalPriceSet", "presentmentMoney", "amount"),
        customer_order_index=at("customerJourneySummary", "customerOrderIndex"),
        days_to_conversion=at("customerJourneySummary", "daysToConversion"),
        customer_journey_ready=at("customerJourneySummary", "ready"),
    )


def _listed(orders: pl.DataFrame, name: str) -> pl.DataFrame:
    """The objects of a plain list of orders, one row each, with ``order_id``."""
    return (
        orders.select("store_id", pl.col("id").alias("order_id"), pl.col(name).alias("_item"))
        .explode("_item")
        .filter(pl.col("_item").is_not_null())
        .unnest("_item")
    )


def _transactions(listed: pl.DataFrame) -> pl.DataFrame:
    fees = pl.col("fees").list.eval(pl.element().struct.field("amount").struct.field("amount").cast(pl.Decimal(18, 6)))
    return listed.select(
        "store_id",
        "order_id",
        "id",
        "kind",
        "status",
        "gateway",
        "test",
        parent_id=at("parentTransaction", "id"),
        error_code=pl.col("errorCode"),
        amount=shop_amount("amountSet"),
        amount_presentment=at("amountSet", "presentmentMoney", "amount"),
        fee_amount=pl.when(pl.col("fees").list.len() > 0).then(fees.list.sum()),
        created_at=pl.col("createdAt"),
        processed_at=pl.col("processedAt"),
    )


def _refunds(listed: pl.DataFrame) -> pl.DataFrame:
    return listed.select(
        "store_id",
        "order_id",
        "id",
        "note",
        return_id=at("return", "id"),
        total_refunded=shop_amount("totalRefundedSet"),
        created_at=pl.col("createdAt"),
        processed_at=pl.col("processedAt"),
        updated_at=pl.col("updatedAt"),
    )


def _moments(visits: pl.DataFrame) -> pl.DataFrame:
    return visits.select(
        "store_id",
        "id",
        "source",
        *(
            at("utmParameters", name).alias(f"utm_{name}")
            for name in ("source", "medium", "campaign", "content", "term")
        ),
        order_id=pl.col(PARENT),
        occurred_at=pl.col("occurredAt"),
        source_type=pl.col("sourceType"),
        landing_page=pl.col("landingPage"),
        referrer_url=pl.col("referrerUrl"),
    )


def _applications(applications: pl.DataFrame) -> pl.DataFrame:
    return applications.select(
        "store_id",
        "index",
        "code",
        "title",
        order_id=pl.col(PARENT),
        type=pl.col(TYPE),
        allocation_method=pl.col("allocationMethod"),
        target_selection=pl.col("targetSelection"),
        target_type=pl.col("targetType"),
        value_amount=at("value", "amount"),
        value_currency=at("value", "currencyCode"),
        value_percentage=at("value", "percentage"),
    )


def _order_lines(items: pl.DataFrame) -> pl.DataFrame:
    return items.select(
        "store_id",
        "id",
        "position",
        *(pl.col(sent).alias(name) for name, sent in _LINE.items()),
        order_id=pl.col(PARENT),
        product_id=at("product", "id"),
        variant_id=at("variant", "id"),
        original_unit_price=shop_amount("originalUnitPriceSet"),
        original_total=shop_amount("originalTotalSet"),
        discounted_total=shop_amount("discountedTotalSet"),
        total_discount=shop_amount("totalDiscountSet"),
    )


def _allocations(items: pl.DataFrame) -> pl.DataFrame:
    """One row per line and application, as Shopify may list several allocations of one application."""
    return (
        items.select("store_id", order_id=PARENT, order_line_id="id", _item="discountAllocations")
        .explode("_item")
        .filter(pl.col("_item").is_not_null())
        .select(
            "store_id",
            "order_id",
            "order_line_id",
            discount_application_index=at("_item", "discountApplication", "index"),
            allocated_amount=at("_item", "allocatedAmountSet", "shopMoney", "amount").cast(pl.Decimal(18, 6)),
        )
        .group_by("store_id", "order_id", "order_line_id", "discount_application_index", maintain_order=True)
        .agg(pl.col("allocated_amount").sum())
    )


def _shipping_lines(shipping: pl.DataFrame) -> pl.DataFrame:
    return shipping.select(
        "store_id",
        "id",
        "position",
        "title",
        "code",
        "source",
        order_id=pl.col(PARENT),
        carrier_identifier=pl.col("carrierIdentifier"),
        is_removed=pl.col("isRemoved"),
        original_price=shop_amount("originalPriceSet"),
        discounted_price=shop_amount("discountedPriceSet"),
    )


def _tax_lines(parents: pl.DataFrame, parent_type: str, parent_id: pl.Expr) -> pl.DataFrame:
    listed = (
        parents.select("store_id", order_id=PARENT, parent_id=parent_id, _item="taxLines")
        .with_columns(position=pl.int_ranges(pl.col("_item").list.len()))
        .explode("_item", "position")
        .filter(pl.col("_item").is_not_null())
    )
    return listed.select(
        "store_id",
        "order_id",
        "parent_id",
        "position",
        parent_type=pl.lit(parent_type),
        title=at("_item", "title"),
        rate=at("_item", "rate"),
        price=at("_item", "priceSet", "shopMoney", "amount"),
    )
