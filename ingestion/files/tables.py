"""The file templates' raw tables: what merchants keep in spreadsheets and ERPs.

Rows name products by ``sku`` and places by ``location`` (its name in the shop, or a code of the merchant's own). What
happens in a store is keyed by it; products, suppliers and purchase orders are the company's, under one number each.
"""

from __future__ import annotations

import pyarrow as pa

from ingestion.contract import (
    Column,
    Table,
    columns,
    day,
    flag,
    instant,
    integer,
    local_time,
    money,
    number,
    text,
)

FILE = (
    text("_file_id", "Content hash of the file that brought the row."),
    integer("_row_number", "1-based line of the file, the header being line 1."),
)


def _template(name: str, description: str, key: tuple[str, ...], *cols: Column) -> Table:
    """A template: a row of a later file replaces the row with the same key."""
    return Table(name, description, columns(cols, FILE), key=key)


ORDERS = _template(
    "orders",
    "One row per order line of a shop without a connector: sale, cancellation, return, fee or adjustment.",
    ("store_id", "order_id", "line_number"),
    text("store_id"),
    text("order_id"),
    integer("line_number", "1-based within the order."),
    local_time("ordered_at", "Wall-clock time in the row's time zone."),
    text("timezone", "IANA name, e.g. Europe/London."),
    text("entry_type", "sale, cancellation, return or adjustment."),
    text("line_type", "product, shipping, fee, discount, gift_card, manual, sample, bad_debt or stock_adjustment."),
    text("original_order_id", "The order that a cancellation or return takes back."),
    text("customer_id"),
    text("customer_email", pii=True),
    text("channel"),
    text("country_code", "ISO 3166-1 alpha-2, or the country's name."),
    text("city"),
    text("zip", pii=True),
    text("sku"),
    text("product_name"),
    integer("quantity", "Signed: units taken back are negative."),
    money("unit_price", "Before discounts."),
    money("line_discount_amount", "Positive; 0 where there is none."),
    money("line_tax_amount", "0 where prices are net."),
    flag("prices_include_tax"),
    text("currency", "ISO 4217."),
    text("source_note", "Free text of the source, e.g. its description of an adjustment."),
)

PRODUCTS = _template(
    "products",
    "One row per SKU and date from which its data and cost hold.",
    ("sku", "valid_from"),
    text("sku"),
    day("valid_from"),
    text("name"),
    text("category"),
    text("subcategory"),
    text("brand"),
    text("supplier_id"),
    money("unit_cost"),
    text("currency"),
    integer("case_pack"),
    integer("minimum_order_quantity"),
    day("launched_on"),
    day("discontinued_on"),
)

SUPPLIERS = _template(
    "suppliers",
    "One row per supplier.",
    ("supplier_id",),
    text("supplier_id"),
    text("name"),
    text("country_code"),
    text("currency"),
    integer("agreed_lead_time_days"),
    text("payment_terms"),
    text("contact_email", pii=True),
)

PURCHASE_ORDERS = _template(
    "purchase_orders",
    "One row per purchase order.",
    ("purchase_order_id",),
    text("purchase_order_id", "One number in the whole company."),
    text("supplier_id"),
    text("store_id", "The store that ordered."),
    text("location", "Where it is to be received."),
    day("ordered_on"),
    day("expected_on"),
    text("status", "open, partially_received, received or cancelled."),
    text("currency"),
)

PURCHASE_ORDER_LINES = _template(
    "purchase_order_lines",
    "One row per line of a purchase order.",
    ("purchase_order_id", "line_number"),
    text("purchase_order_id"),
    integer("line_number"),
    text("sku"),
    integer("ordered_quantity"),
    money("unit_cost", "In the order's currency."),
)

PURCHASE_ORDER_RECEIPTS = _template(
    "purchase_order_receipts",
    "One row per receipt of a purchase order line.",
    ("receipt_id", "purchase_order_id", "line_number"),
    text("receipt_id", "One number in the whole company."),
    text("purchase_order_id"),
    integer("line_number"),
    local_time("received_at", "Wall-clock time at the receiving store's time zone."),
    integer("received_quantity"),
    integer("rejected_quantity", "Of the received ones, sent back or scrapped: not stocked."),
)

TRANSFERS = _template(
    "transfers",
    "One row per store and SKU of a transfer between two of its locations.",
    ("store_id", "transfer_id", "sku"),
    text("transfer_id"),
    text("store_id"),
    text("sku"),
    text("from_location"),
    text("to_location"),
    integer("shipped_quantity"),
    integer("received_quantity", "Null while in transit."),
    local_time("shipped_at"),
    local_time("received_at", "Null while in transit."),
    money("transfer_cost", "Freight of the row."),
    text("currency"),
)

STOCK_COUNTS = _template(
    "stock_counts",
    "One row per store, location and SKU of a physical count.",
    ("store_id", "count_id", "sku", "location"),
    text("count_id"),
    text("store_id"),
    text("location"),
    text("sku"),
    local_time("counted_at"),
    integer("counted_quantity"),
    integer("system_quantity", "What the system said at that moment, where the count sheet holds it."),
    text("reason", "opening, cycle, annual ..."),
)

LANDED_COSTS = _template(
    "landed_costs",
    "One row per cost (freight, duty, insurance, handling) of a purchase order.",
    ("landed_cost_id",),
    text("landed_cost_id", "One number in the whole company."),
    text("purchase_order_id"),
    text("cost_type"),
    money("amount"),
    text("currency"),
    day("incurred_on"),
)

COMPETITOR_PRICES = _template(
    "competitor_prices",
    "One row per observation of a competitor's price.",
    ("competitor", "sku", "observed_on"),
    text("competitor"),
    text("sku"),
    day("observed_on"),
    money("price"),
    text("currency"),
    flag("in_stock"),
    text("url"),
)

PROMOTIONS = _template(
    "promotions",
    "One row per promotion.",
    ("promotion_id",),
    text("promotion_id"),
    text("store_id"),
    text("name"),
    text("promotion_type", "percentage, fixed_amount, bogo, free_shipping or price_cut."),
    text("discount_code", "Joins to discounts of orders; null for price cuts."),
    number("discount_rate", "0-1."),
    text("category", "Null: all."),
    text("sku", "Null: all of the category."),
    day("starts_on"),
    day("ends_on"),
)

SEASONS = _template(
    "seasons",
    "One row per selling season.",
    ("season_id",),
    text("season_id"),
    text("name"),
    text("season_type", "bfcm, holiday, back_to_school, launch, clearance ..."),
    day("starts_on"),
    day("ends_on"),
    day("peak_on"),
    money("target_revenue"),
    money("target_profit"),
    text("currency"),
)

SEASON_BUDGETS = _template(
    "season_budgets",
    "One row per season, budget category and sub-category.",
    ("season_id", "category", "subcategory"),
    text("season_id"),
    text("category", "inventory, marketing, operations, logistics, technology or contingency."),
    text("subcategory"),
    money("planned_amount"),
    text("currency"),
)

SEASON_SPEND = _template(
    "season_spend",
    "One row per spend or commitment against a season's budget.",
    ("spend_id",),
    text("spend_id"),
    text("season_id"),
    text("category"),
    text("subcategory"),
    text("status", "committed (ordered, not yet paid) or actual."),
    money("amount"),
    text("currency"),
    day("spent_on"),
    text("description"),
)

SEASON_MILESTONES = _template(
    "season_milestones",
    "One row per milestone of a season.",
    ("season_id", "milestone_id"),
    text("season_id"),
    text("milestone_id"),
    text("name"),
    day("due_on"),
    day("completed_on"),
    text("owner"),
    text("depends_on", "Milestone id of the same season."),
)

TARGETS = _template(
    "targets",
    "One row per metric, period and scope with a target.",
    ("metric", "period_type", "period_start", "store_id", "scope"),
    text(
        "metric",
        "net_sales, orders, units, gross_profit ...; markdowns, shrink_cost and closing_stock_cost beside net_sales "
        "and gross_profit plan the open-to-buy of a category.",
    ),
    text("period_type", "day, week, month, quarter or year."),
    day("period_start"),
    text("store_id", "all: every store."),
    text("scope", "all, or a channel's or category's name."),
    money("target_value"),
    text("currency", "Null for counts."),
)

RETURN_PROCESSING = _template(
    "return_processing",
    "One row per returned order line as the warehouse handled it.",
    ("store_id", "return_id", "order_line_id"),
    text("store_id"),
    text("return_id"),
    text("order_line_id"),
    local_time("received_at"),
    local_time("inspected_at"),
    text("condition", "new, opened, damaged or defective."),
    text("disposition", "restock, refurbish, liquidate or dispose."),
    money("return_shipping_cost"),
    money("labour_cost"),
    money("disposal_cost"),
    text("currency"),
)

SHIPMENTS = _template(
    "shipments",
    "One row per shipment of a carrier.",
    ("shipment_id",),
    text("shipment_id", "One number in the whole company."),
    text("store_id"),
    text("order_id", "Null for inbound freight."),
    text("purchase_order_id"),
    text("carrier"),
    text("service"),
    text("origin"),
    text("destination"),
    local_time("shipped_at"),
    local_time("promised_at"),
    local_time("delivered_at"),
    money("cost"),
    text("currency"),
)

PRICE_LISTS = _template(
    "price_lists",
    "One row per store, SKU and date from which a price holds.",
    ("store_id", "sku", "valid_from"),
    text("store_id"),
    text("sku"),
    day("valid_from"),
    money("price", "What a customer pays for one unit, tax as the shop shows it."),
    money("compare_at_price", "The struck-through list price."),
    text("currency"),
)

EXCHANGE_RATES = _template(
    "exchange_rates",
    "One row per currency pair and date from which the rate holds.",
    ("from_currency", "to_currency", "valid_from"),
    text("from_currency"),
    text("to_currency"),
    day("valid_from", "Holds until the pair's next row."),
    Column("rate", pa.decimal128(24, 10), "Units of to_currency for one unit of from_currency."),
)

LOADED_FILES = Table(
    "loaded_files",
    "One row per file that was loaded.",
    columns(
        text("file_id", "Content hash with template and mapping: the same file is loaded once."),
        text("file_name"),
        text("template"),
        integer("row_count"),
        instant("loaded_at"),
    ),
    key=("file_id",),
)

TEMPLATES: tuple[Table, ...] = (
    ORDERS,
    PRODUCTS,
    SUPPLIERS,
    PURCHASE_ORDERS,
    PURCHASE_ORDER_LINES,
    PURCHASE_ORDER_RECEIPTS,
    TRANSFERS,
    STOCK_COUNTS,
    LANDED_COSTS,
    COMPETITOR_PRICES,
    PROMOTIONS,
    SEASONS,
    SEASON_BUDGETS,
    SEASON_SPEND,
    SEASON_MILESTONES,
    TARGETS,
    RETURN_PROCESSING,
    SHIPMENTS,
    PRICE_LISTS,
    EXCHANGE_RATES,
)

TABLES: tuple[Table, ...] = (*TEMPLATES, LOADED_FILES)
