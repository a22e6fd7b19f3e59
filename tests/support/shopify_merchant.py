"""A merchant of two stores made by hand: every Shopify table has rows, every union at least one case."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from demo.merchant import Merchant
from ingestion.sources.shopify.tables import TABLES

US, EU = "aurora-us", "aurora-eu"
_TABLES = {t.name: t for t in TABLES}
Row = dict[str, Any]


def gid(kind: str, number: int | str) -> str:
    """A Shopify id."""
    return f"gid://shopify/{kind}/{number}"


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    """An instant of October 2026 (UTC)."""
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


def write_merchant(folder: Path) -> Merchant:
    """Writes the merchant into a folder."""
    merchant = Merchant(folder)
    for table, rows in _rows().items():
        write_rows(merchant, table, rows)
    return merchant


def write_rows(merchant: Merchant, table: str, rows: list[Row]) -> None:
    """Replaces one Shopify table; a row's missing columns are null."""
    schema = _TABLES[table].polars_schema
    frame = pl.DataFrame([{c: row.get(c) for c in schema} for row in rows], schema=schema)
    merchant.write("shopify", table, frame)


def _rows() -> dict[str, list[Row]]:
    us, eu = _store(US, 0), _store(EU, 500)
    return {table: us[table] + eu[table] for table in us}


def _store(store: str, base: int) -> dict[str, list[Row]]:
    is_us = store == US
    tables: dict[str, list[Row]] = {name: [] for name in _TABLES}

    def add(table: str, **row: Any) -> None:
        tables[table].append({"store_id": store, **row})

    add(
        "shop",
        id=gid("Shop", base + 1),
        name="Aurora US" if is_us else "Aurora EU",
        myshopify_domain=f"{store}.myshopify.com",
        currency_code="USD" if is_us else "EUR",
        iana_timezone="America/New_York" if is_us else "Europe/Berlin",
        taxes_included=not is_us,
        plan_name="Shopify Plus",
    )
    for number, (name, is_active, is_service) in enumerate(
        [("Warehouse", True, False), ("3PL", True, True), ("Old store", False, False)], start=base + 1
    ):
        add(
            "locations",
            id=gid("Location", number),
            name=name,
            is_active=is_active,
            is_fulfillment_service=is_service,
            fulfills_online_orders=is_active,
            ships_inventory=is_active,
            address1='1 "Main" Street\\North',
            city="Newark",
            province_code="NJ",
            country_code="US",
            zip="07101",
            created_at=at(1),
            updated_at=at(1),
            deactivated_at=None if is_active else at(2),
        )
    for p in range(1, 4):
        product = gid("Product", base + p)
        add(
            "products",
            id=product,
            title=f"Tent {p}\twith tab",
            handle=f"tent-{p}",
            status="ACTIVE" if p < 3 else "ARCHIVED",
            vendor="Aurora",
            product_type="Tents",
            category_id="gid://shopify/TaxonomyCategory/sg-4" if p == 1 else None,
            category_name="Sporting Goods > Camping > Tents" if p == 1 else None,
            tags='["new", "sale"]',
            is_gift_card=False,
            total_inventory=10 * p,
            created_at=at(p),
            updated_at=at(p + 1),
            published_at=at(p) if p < 3 else None,
        )
        for v in range(1, p + 1):
            number = base + 10 * p + v
            add(
                "product_variants",
                id=gid("ProductVariant", number),
                product_id=product,
                inventory_item_id=gid("InventoryItem", number),
                sku=f"SKU-{p}-{v}",
                title=f"Size {v}",
                barcode=None,
                position=v,
                price=Decimal("120.00"),
                compare_at_price=Decimal("150.5") if v == 1 else None,
                taxable=True,
                selected_options=f'[{{"name": "Size", "value": "{v}"}}]',
                inventory_quantity=5 * v - 5,
                created_at=at(p),
                updated_at=at(p + 1),
            )
            add(
                "inventory_items",
                id=gid("InventoryItem", number),
                variant_id=gid("ProductVariant", number),
                sku=f"SKU-{p}-{v}",
                tracked=True,
                requires_shipping=True,
                unit_cost=Decimal("45.25") if v == 1 else None,
                unit_cost_currency="USD" if v == 1 and is_us else "EUR" if v == 1 else None,
                country_code_of_origin="CN",
                harmonized_system_code="630622",
                weight=1.25 if v == 1 else None,
                weight_unit="KILOGRAMS" if v == 1 else None,
                created_at=at(p),
                updated_at=at(p + 1),
            )
            for day, on_hand in ((19, 4), (20, 5)):
                add(
                    "inventory_levels",
                    snapshot_date=date(2026, 10, day),
                    inventory_item_id=gid("InventoryItem", number),
                    location_id=gid("Location", base + 1),
                    id=f"gid://shopify/InventoryLevel/{base + 1}?inventory_item_id={number}",
                    available=on_hand - 1,
                    on_hand=on_hand,
                    committed=1,
                    incoming=0,
                    reserved=0,
                    damaged=0,
                    quality_control=0,
                    safety_stock=0,
                    snapshot_at=at(day),
                    updated_at=at(day - 1),
                )
    add("product_deletions", id=gid("BasicEvent", base + 1), product_id=gid("Product", base + 99), deleted_at=at(5))
    for c in range(1, 3):
        add(
            "customers",
            id=gid("Customer", base + c),
            first_name="Ada" if c == 1 else None,
            last_name='O"Neil' if c == 1 else None,
            email="ada@example.com" if c == 1 else None,
            phone=None if c == 1 else "+15550001",
            sms_marketing_state=None if c == 1 else "SUBSCRIBED",
            state="ENABLED",
            locale="en",
            tags="[]",
            tax_exempt=False,
            verified_email=c == 1,
            email_marketing_state="SUBSCRIBED" if c == 1 else None,
            city="Boston" if c == 1 else None,
            province_code="MA" if c == 1 else None,
            country_code="US" if c == 1 else None,
            zip="02108" if c == 1 else None,
            number_of_orders=2,
            amount_spent=Decimal(240),
            amount_spent_currency="USD" if is_us else "EUR",
            created_at=at(c),
            updated_at=at(c + 2),
        )
    for o in range(1, 6):
        _order(add, base, o, is_us)
    add(
        "discounts",
        id=gid("DiscountCodeNode", base + 1),
        type="DiscountCodeBasic",
        title="AUTUMN10",
        status="ACTIVE",
        codes='["AUTUMN10", "FALL10"]',
        percentage=0.1,
        usage_count=3,
        usage_limit=100,
        starts_at=at(1),
        created_at=at(1),
        updated_at=at(2),
    )
    add(
        "discounts",
        id=gid("DiscountAutomaticNode", base + 2),
        type="DiscountAutomaticBasic",
        title="5 off",
        status="EXPIRED",
        codes="[]",
        amount=Decimal(5),
        amount_currency="USD" if is_us else "EUR",
        usage_count=1,
        starts_at=at(1),
        ends_at=at(3),
        created_at=at(1),
        updated_at=at(3),
    )
    add(
        "abandoned_checkouts",
        id=gid("AbandonedCheckout", base + 1),
        name="#C1",
        customer_id=gid("Customer", base + 1),
        currency_code="USD" if is_us else "EUR",
        line_count=2,
        total_quantity=5,
        discount_codes="[]",
        subtotal_price=Decimal(50),
        total_price=Decimal(55),
        total_discounts=Decimal(0),
        total_tax=Decimal(5),
        created_at=at(8),
        updated_at=at(9),
    )
    _payments_account(add, base, "USD" if is_us else "EUR")
    return tables


def _payments_account(add: Any, base: int, currency: str) -> None:
    """A payout of two charges, and movements of every other shape that are not paid out yet."""
    add(
        "payouts",
        id=gid("ShopifyPaymentsPayout", base + 1),
        status="PAID",
        transaction_type="DEPOSIT",
        net_amount=Decimal("290.6"),
        currency_code=currency,
        issued_at=at(14),
    )
    movements = [
        ("CHARGE", "CHARGE", 1, "100", "3.2", "PAID"),
        ("CHARGE", "CHARGE", 2, "200", "6.2", "PAID"),
        ("REFUND", "REFUND", 1, "-30", "0", "PENDING"),
        ("DISPUTE_WITHDRAWAL", "DISPUTE", 2, "-200", "15", "PENDING"),
        ("ADJUSTMENT", None, None, "-4.5", "0", "PENDING"),
    ]
    for number, (kind, source, order, amount, fee, status) in enumerate(movements):
        add(
            "balance_transactions",
            id=gid("ShopifyPaymentsBalanceTransaction", base + number),
            type=kind,
            source_type=source,
            source_id=None if source is None else str(base + number),
            source_order_transaction_id=None if order is None else str((base + order) * 10 + 1),
            order_id=None if order is None else gid("Order", base + order),
            payout_id=gid("ShopifyPaymentsPayout", base + 1) if status == "PAID" else None,
            payout_status=status,
            adjustment_reason="sundry" if kind == "ADJUSTMENT" else None,
            test=False,
            amount=Decimal(amount),
            fee=Decimal(fee),
            net=Decimal(amount) - Decimal(fee),
            currency_code=currency,
            transaction_date=at(12 + number, minute=number),
        )


def _order(add: Any, base: int, o: int, is_us: bool) -> None:
    order = gid("Order", base + o)
    currency = "USD" if is_us else "EUR"
    is_foreign = o == 2
    lines = [gid("LineItem", (base + o) * 10 + n) for n in range(1, o + 1)]
    total = Decimal(100 * o)
    add(
        "orders",
        id=order,
        name=f"#{1000 + o}",
        number=1000 + o,
        customer_id=gid("Customer", base + 1) if o % 2 else None,
        email="ada@example.com" if o % 2 else None,
        retail_location_id=gid("Location", base + 1) if o == 4 else None,
        source_name="pos" if o == 4 else "web",
        customer_locale="en-US",
        test=False,
        confirmed=True,
        edited=False,
        taxes_included=not is_us,
        currency_code=currency,
        presentment_currency_code="CAD" if is_foreign else currency,
        display_financial_status="PARTIALLY_REFUNDED" if o == 1 else "PAID",
        display_fulfillment_status="FULFILLED",
        return_status="RETURNED" if o == 1 else "NO_RETURN",
        cancel_reason=None,
        tags='["vip"]',
        discount_codes='["AUTUMN10"]' if o == 1 else "[]",
        payment_gateway_names='["shopify_payments"]',
        billing_city="Boston",
        billing_country_code="US",
        billing_zip="02108",
        shipping_city="Boston" if o != 4 else None,
        shipping_country_code="US" if o != 4 else None,
        subtotal_price=total - 10,
        total_price=total,
        total_tax=Decimal("8.25"),
        total_discounts=Decimal(10),
        total_shipping_price=Decimal(5),
        total_tip_received=Decimal(0),
        total_refunded=Decimal(30) if o == 1 else Decimal(0),
        total_refunded_shipping=Decimal(0),
        total_received=total,
        net_payment=total - 30 if o == 1 else total,
        original_total_price=total,
        current_total_price=total - 30 if o == 1 else total,
        current_subtotal_price=total - 10,
        current_total_tax=Decimal("8.25"),
        current_total_discounts=Decimal(10),
        current_total_duties=None,
        current_shipping_price=Decimal(5),
        total_price_presentment=total * Decimal("1.37") if is_foreign else total,
        customer_order_index=1 if o % 2 else None,
        days_to_conversion=2,
        customer_journey_ready=True if o != 4 else None,
        cart_token=f"cart-{o}",
        checkout_token=None,
        created_at=at(10 + o),
        processed_at=at(10 + o),
        updated_at=at(12 + o),
        closed_at=at(12 + o) if o < 3 else None,
    )
    for position, line in enumerate(lines):
        add(
            "order_lines",
            order_id=order,
            id=line,
            position=position,
            product_id=gid("Product", base + 1),
            variant_id=gid("ProductVariant", base + 11),
            sku="SKU-1-1",
            title="Tent",
            variant_title="Size 1",
            vendor="Aurora",
            quantity=2,
            current_quantity=1 if o == 1 else 2,
            refundable_quantity=1 if o == 1 else 2,
            unfulfilled_quantity=0,
            is_gift_card=False,
            requires_shipping=True,
            taxable=True,
            original_unit_price=Decimal(50),
            original_total=Decimal(100),
            discounted_total=Decimal(100),
            total_discount=Decimal(0),
        )
        add(
            "discount_allocations",
            order_id=order,
            order_line_id=line,
            discount_application_index=0,
            allocated_amount=Decimal(10),
        )
        add(
            "tax_lines",
            order_id=order,
            parent_type="order_line",
            parent_id=line,
            position=0,
            title="NY State Tax",
            rate=0.0825,
            price=Decimal("8.25"),
        )
    types = ["DiscountCode", "ManualDiscount", "AutomaticDiscount", "ScriptDiscount"]
    add(
        "discount_applications",
        order_id=order,
        index=0,
        type=f"{types[(o - 1) % 4]}Application",
        **{"code": "AUTUMN10"} if (o - 1) % 4 == 0 else {"title": "Courtesy"},
        allocation_method="ACROSS",
        target_selection="ALL",
        target_type="LINE_ITEM",
        **{"value_percentage": 10.0} if o % 2 else {"value_amount": Decimal(10), "value_currency": currency},
    )
    add(
        "shipping_lines",
        order_id=order,
        position=0,
        id=gid("ShippingLine", base + o),
        title="Standard",
        code="STD",
        source="shopify",
        is_removed=False,
        original_price=Decimal(5),
        discounted_price=Decimal(5),
    )
    add(
        "shipping_lines",
        order_id=order,
        position=1,
        id=gid("ShippingLine", base + o + 100),
        title="Express",
        is_removed=True,
        original_price=Decimal(15),
        discounted_price=Decimal(15),
    )
    add(
        "tax_lines",
        order_id=order,
        parent_type="shipping_line",
        parent_id="0",
        position=0,
        title="NY State Tax",
        rate=0.0825,
        price=Decimal("0.41"),
    )
    sale = gid("OrderTransaction", (base + o) * 10 + 1)
    add(
        "transactions",
        order_id=order,
        id=sale,
        kind="SALE",
        status="SUCCESS",
        gateway="shopify_payments",
        test=False,
        amount=total,
        amount_presentment=total * Decimal("1.37") if is_foreign else total,
        fee_amount=Decimal("3.2") if o == 1 else None,
        created_at=at(10 + o),
        processed_at=at(10 + o),
    )
    fulfillment, fulfilled = gid("Fulfillment", base + o), gid("FulfillmentLineItem", (base + o) * 10)
    add(
        "fulfillments",
        order_id=order,
        id=fulfillment,
        name=f"#{1000 + o}-F1",
        location_id=gid("Location", base + 1),
        status="SUCCESS",
        display_status="DELIVERED",
        total_quantity=2 * o,
        tracking_company="UPS" if o != 4 else None,
        tracking_number="1Z" if o != 4 else None,
        created_at=at(11 + o),
        updated_at=at(11 + o),
        delivered_at=at(12 + o) if o != 4 else None,
    )
    add(
        "fulfillment_lines",
        order_id=order,
        id=fulfilled,
        fulfillment_id=fulfillment,
        order_line_id=lines[0],
        quantity=2,
    )
    agreement = gid("OrderAgreement", (base + o) * 10)
    add("sales_agreements", order_id=order, id=agreement, type="OrderAgreement", reason="ORDER", happened_at=at(10 + o))
    for number, line in enumerate(lines):
        _sale(
            add, order, agreement, gid("ProductSale", (base + o) * 100 + number), "PRODUCT", 2, "90", order_line_id=line
        )
    shipping = gid("ShippingLineSale", (base + o) * 100 + 90)
    _sale(add, order, agreement, shipping, "SHIPPING", 1, "5.41", shipping_line_id=gid("ShippingLine", base + o))
    for visit in range(2):
        add(
            "customer_journey_moments",
            order_id=order,
            id=gid("CustomerVisit", (base + o) * 10 + visit),
            occurred_at=at(9 + o, 8 + visit),
            source="google" if visit else "direct",
            source_type="SEO" if visit else None,
            landing_page="https://aurora.example/?a=1&b=2",
            utm_source="google" if visit else None,
            utm_campaign="autumn" if visit else None,
        )
    if o == 1:
        _return(add, base, order, lines[0], fulfilled, sale)


def _sale(
    add: Any, order: str, agreement: str, sale: str, line_type: str, quantity: int, total: str, **line: str
) -> None:
    add(
        "sales",
        order_id=order,
        id=sale,
        agreement_id=agreement,
        action_type="ORDER" if quantity > 0 else "RETURN",
        line_type=line_type,
        quantity=quantity,
        total_amount=Decimal(total),
        total_discount_before_taxes=Decimal(10),
        total_discount_after_taxes=Decimal(10),
        total_tax=Decimal("8.25"),
        **line,
    )


def _return(add: Any, base: int, order: str, line: str, fulfilled: str, sale: str) -> None:
    back, refund = gid("Return", base + 1), gid("Refund", base + 1)
    add(
        "returns",
        order_id=order,
        id=back,
        name="#1001-R1",
        status="CLOSED",
        total_quantity=1,
        return_shipping_fee=Decimal("4.5"),
        created_at=at(12),
        request_approved_at=at(12),
        closed_at=at(13),
    )
    add(
        "return_lines",
        order_id=order,
        id=gid("ReturnLineItem", base + 1),
        return_id=back,
        order_line_id=line,
        fulfillment_line_id=fulfilled,
        quantity=1,
        processed_quantity=1,
        refunded_quantity=1,
        return_reason="size-too-small",
        return_reason_name="Too small",
        customer_note="It is\ntoo small",
        restocking_fee_percentage=10.0,
        restocking_fee=Decimal(5),
    )
    add(
        "exchange_lines",
        order_id=order,
        id=gid("ExchangeLineItem", base + 1),
        return_id=back,
        order_line_id=line,
        quantity=1,
    )
    add(
        "refunds",
        order_id=order,
        id=refund,
        return_id=back,
        note="sorry",
        total_refunded=Decimal(30),
        created_at=at(13),
        processed_at=at(13),
        updated_at=at(13),
    )
    add(
        "refund_lines",
        order_id=order,
        refund_id=refund,
        id=gid("RefundLineItem", base + 1),
        order_line_id=line,
        quantity=1,
        restock_type="RETURN",
        restocked=True,
        location_id=gid("Location", base + 1),
        subtotal=Decimal(45),
        total_tax=Decimal("4.12"),
    )
    add(
        "refund_lines",
        order_id=order,
        refund_id=refund,
        id=gid("RefundLineItem", base + 2),
        order_line_id=line,
        quantity=1,
        restock_type="CANCEL",
        restocked=True,
        location_id=gid("Location", base + 1),
        subtotal=Decimal(45),
        total_tax=Decimal("4.13"),
    )
    add(
        "refund_shipping_lines",
        order_id=order,
        refund_id=refund,
        position=0,
        id=gid("RefundShippingLine", base + 1),
        shipping_line_id=gid("ShippingLine", base + 1),
        subtotal=Decimal(5),
        tax=Decimal("0.41"),
    )
    add(
        "order_adjustments",
        order_id=order,
        id=gid("OrderAdjustment", base + 1),
        refund_id=refund,
        reason="REFUND_DISCREPANCY",
        amount=Decimal("-19.12"),
        tax_amount=Decimal(0),
    )
    add(
        "transactions",
        order_id=order,
        id=gid("OrderTransaction", (base + 1) * 10 + 2),
        parent_id=sale,
        kind="REFUND",
        status="SUCCESS",
        gateway="shopify_payments",
        test=False,
        amount=Decimal(30),
        amount_presentment=Decimal(30),
        created_at=at(13),
        processed_at=at(13),
    )
    agreement = gid("RefundAgreement", base + 1)
    add(
        "sales_agreements",
        order_id=order,
        id=agreement,
        type="RefundAgreement",
        reason="REFUND",
        refund_id=refund,
        happened_at=at(13),
    )
    _sale(add, order, agreement, gid("ProductSale", base + 9001), "PRODUCT", -1, "-45", order_line_id=line)
    _sale(add, order, agreement, gid("AdjustmentSale", base + 9002), "ADJUSTMENT", 0, "19.12")
