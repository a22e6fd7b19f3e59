"""The file templates' raw tables: what merchants keep in spreadsheets and ERPs.

Rows name products by ``sku`` and places by ``location`` (its name in the shop, or a code of the merchant's own). What
happens in a store is keyed by it; products, suppliers and purchase orders are the company's, under one number each.
"""

from __future__ import annotations

import pyarrow as pa

from ingestion.contract import RawTable
from shophouse.tables import Column, columns, day, flag, instant, integer, local_time, money, number, text

FILE = (
    text("_file_id", "Content hash of the file that brought the row."),
    integer("_row_number", "1-based line of the file, the header being line 1."),
)


def _template(
    name: str, description: str, key: tuple[str, ...], *cols: Column, document: tuple[str, ...] = ()
) -> RawTable:
    """A template: a row of a later file replaces the row with the same key, or the whole document with it."""
    return RawTable(name, description, columns(cols, FILE), key=key, merge_key=document)


def _quantity(name: str, description: str) -> Column:
    """Units sold: whole ones, or kilograms and metres with up to four decimals."""
    return Column(name, pa.decimal128(18, 4), description)


ORDERS = _template(
    "orders",
    "One row per order line of a shop without a connector: sale, cancellation, return, fee or adjustment.",
    ("store_id", "order_id", "line_number"),
    text("store_id", "The shop; a name of the merchant's choice, the same in every file."),
    text("order_id", "The document's number: an order, a cancellation, a return or an adjustment."),
    integer("line_number", "1-based within the order."),
    local_time("ordered_at", "Wall-clock time in the row's time zone."),
    text("timezone", "IANA name, e.g. Europe/London."),
    text("entry_type", "sale, cancellation, return or adjustment."),
    text(
        "line_type",
        "product, shipping, fee, discount, gift_card, tip, duty, manual, sample, bad_debt or stock_adjustment.",
    ),
    text("original_order_id", "The order that a cancellation or return takes back."),
    text("customer_id", "The shop's own number of the customer; null for a guest."),
    text("customer_email", "E-mail address given with the order.", pii=True),
    text("channel", "Where it was sold, in the shop's own words."),
    text("country_code", "ISO 3166-1 alpha-2, or the country's name."),
    text("city", "City of the delivery address."),
    text("zip", "Postcode of the delivery address.", pii=True),
    text("sku", "Stock keeping unit, or the shop's own code of a fee or charge."),
    text("product_name", "Name of the product on the document."),
    _quantity("quantity", "Signed: units taken back are negative."),
    money("unit_price", "Before discounts; blank where the document states line_total instead."),
    money("line_total", "Quantity times unit price, before discounts, where the document states it."),
    money("line_discount_amount", "Positive; 0 where there is none."),
    money("line_tax_amount", "Tax of the line; blank where the document states line_tax_rate instead, or none."),
    number("line_tax_rate", "Share of the net amount: 0.2 is 20 %."),
    flag("prices_include_tax", "Whether unit_price and line_total contain tax."),
    text("currency", "ISO 4217."),
    text("source_note", "Free text of the source, e.g. its description of an adjustment."),
    document=("store_id", "order_id"),
)

PAYMENTS = _template(
    "payments",
    "One row per payment or refund of an order of the template orders.",
    ("store_id", "payment_id"),
    text("store_id", "The shop, as in orders."),
    text("payment_id", "The payment's number at the gateway, or another that is its own."),
    text("order_id", "The order that was paid (orders.order_id)."),
    local_time("paid_at", "Wall-clock time in the row's time zone."),
    text("timezone", "IANA name, e.g. Europe/London."),
    text("payment_type", "payment or refund."),
    text("method", "Gateway or means, in the shop's own words; gift_card is a gift card."),
    money("amount", "Positive: the money that moved."),
    money("fee_amount", "What the gateway or marketplace kept of it; blank: not known."),
    text("currency", "ISO 4217 code of both amounts."),
)

AD_SPEND = _template(
    "ad_spend",
    "One row per platform, account, campaign and day of advertising.",
    ("platform", "account_id", "campaign_id", "day"),
    text("platform", "Where the money went: pinterest_ads, radio, flyers ...; the shop's own word."),
    text("account_id", "Account at the platform; any word of the shop's where there is none."),
    text("account_name", "Its name."),
    text("campaign_id", "Campaign; its name where the platform gives no number."),
    text("campaign_name", "The campaign's name."),
    day("day", "In the account's time zone."),
    money("spend", "Cost of the day, in currency."),
    text("currency", "ISO 4217 code of spend and value; the account's own."),
    integer("impressions", "Times shown; blank: not known."),
    integer("clicks", "Blank: not known."),
    number("conversions", "Sales that the platform claims; blank: not known."),
    money("value", "Their value, in currency; blank: not known."),
)

PRODUCTS = _template(
    "products",
    "One row per SKU and date from which its data and cost hold.",
    ("sku", "valid_from"),
    text("sku", "Stock keeping unit."),
    day("valid_from", "Holds until the SKU's next row."),
    text("name", "The product's name."),
    text("category", "Category by which reports group; the shop's own word."),
    text("subcategory", "Within the category."),
    text("brand", "Brand."),
    text("supplier_id", "Main supplier (suppliers.supplier_id)."),
    money("unit_cost", "Cost of one unit, in currency."),
    text("currency", "ISO 4217 code of unit_cost."),
    integer("case_pack", "Units in a case of the supplier."),
    integer("minimum_order_quantity", "Fewest units that the supplier delivers."),
    day("launched_on", "First day of sale."),
    day("discontinued_on", "First day on which it is no longer sold; null: still sold."),
)

SUPPLIERS = _template(
    "suppliers",
    "One row per supplier.",
    ("supplier_id",),
    text("supplier_id", "The supplier; a code of the merchant's choice."),
    text("name", "Company name."),
    text("country_code", "ISO 3166-1 alpha-2."),
    text("currency", "ISO 4217 code of its invoices."),
    integer("agreed_lead_time_days", "Days from order to receipt, as agreed."),
    text("payment_terms", "When invoices are due, e.g. net 30."),
    text("contact_email", "E-mail address of the contact.", pii=True),
)

PURCHASE_ORDERS = _template(
    "purchase_orders",
    "One row per purchase order.",
    ("purchase_order_id",),
    text("purchase_order_id", "The purchase order's number, one in the whole company."),
    text("supplier_id", "The supplier (suppliers.supplier_id)."),
    text("store_id", "The store that the goods are for."),
    text("location", "Where it is to be received."),
    day("ordered_on", "Date of the order."),
    day("expected_on", "Date by which the goods were promised; null: none was given."),
    text("status", "open, partially_received, received or cancelled."),
    text("currency", "ISO 4217 code of the unit costs of its lines."),
)

PURCHASE_ORDER_LINES = _template(
    "purchase_order_lines",
    "One row per line of a purchase order.",
    ("purchase_order_id", "line_number"),
    text("purchase_order_id", "The purchase order."),
    integer("line_number", "Line within the order, from 1."),
    text("sku", "Stock keeping unit ordered."),
    integer("ordered_quantity", "Units ordered."),
    money("unit_cost", "In the order's currency."),
)

PURCHASE_ORDER_RECEIPTS = _template(
    "purchase_order_receipts",
    "One row per receipt of a purchase order line.",
    ("receipt_id", "purchase_order_id", "line_number"),
    text("receipt_id", "The receipt, e.g. the delivery note's number; one in the whole company."),
    text("purchase_order_id", "The purchase order."),
    integer("line_number", "The order's line."),
    local_time("received_at", "Wall-clock time at the receiving store's time zone."),
    integer("received_quantity", "Units that came, rejected ones included."),
    integer("rejected_quantity", "Of the received ones, sent back or scrapped: not stocked."),
)

TRANSFERS = _template(
    "transfers",
    "One row per store and SKU of a transfer between two of its locations.",
    ("store_id", "transfer_id", "sku"),
    text("transfer_id", "The transfer's number."),
    text("store_id", "The store of both locations."),
    text("sku", "Stock keeping unit moved."),
    text("from_location", "Where the units left."),
    text("to_location", "Where they go."),
    integer("shipped_quantity", "Units sent."),
    integer("received_quantity", "Null while in transit."),
    local_time("shipped_at", "Wall-clock time in the store's time zone."),
    local_time("received_at", "Null while in transit."),
    money("transfer_cost", "Freight of the row."),
    text("currency", "ISO 4217 code of transfer_cost."),
)

STOCK_COUNTS = _template(
    "stock_counts",
    "One row per store, location and SKU of a physical count.",
    ("store_id", "count_id", "sku", "location"),
    text("count_id", "The count: one tour through a location."),
    text("store_id", "The store."),
    text("location", "Where was counted."),
    text("sku", "Stock keeping unit counted."),
    local_time("counted_at", "Wall-clock time in the store's time zone."),
    integer("counted_quantity", "Units found."),
    integer("system_quantity", "What the system said at that moment, where the count sheet holds it."),
    text("reason", "opening, cycle, annual ..."),
)

LANDED_COSTS = _template(
    "landed_costs",
    "One row per cost (freight, duty, insurance, handling) of a purchase order.",
    ("landed_cost_id",),
    text("landed_cost_id", "The cost, e.g. the invoice's number; one in the whole company."),
    text("purchase_order_id", "The purchase order whose goods it makes dearer."),
    text("cost_type", "freight, duty, insurance, handling ..."),
    money("amount", "In currency."),
    text("currency", "ISO 4217 code of amount."),
    day("incurred_on", "Date of the cost; it is exchanged at the rate of the receipt's day."),
)

COMPETITOR_PRICES = _template(
    "competitor_prices",
    "One row per observation of a competitor's price.",
    ("competitor", "sku", "observed_on"),
    text("competitor", "Name of the competitor."),
    text("sku", "Our stock keeping unit that it matches."),
    day("observed_on", "Date of the observation."),
    money("price", "Price shown, tax as the competitor shows it."),
    text("currency", "ISO 4217 code of price."),
    flag("in_stock", "Whether the competitor had it; null: not known."),
    text("url", "Page of the offer."),
)

PROMOTIONS = _template(
    "promotions",
    "One row per promotion.",
    ("promotion_id",),
    text("promotion_id", "The promotion; a code of the merchant's choice."),
    text("store_id", "The store; null: all of them."),
    text("name", "The promotion's name."),
    text("promotion_type", "percentage, fixed_amount, bogo, free_shipping or price_cut."),
    text("discount_code", "Joins to discounts of orders; null for price cuts."),
    number("discount_rate", "0-1."),
    text("category", "Null: all."),
    text("sku", "Null: all of the category."),
    day("starts_on", "First day."),
    day("ends_on", "Last day; null: open."),
)

SEASONS = _template(
    "seasons",
    "One row per selling season.",
    ("season_id",),
    text("season_id", "The season; a code of the merchant's choice."),
    text("name", "The season's name."),
    text("season_type", "bfcm, holiday, back_to_school, launch, clearance ..."),
    day("starts_on", "First day of selling."),
    day("ends_on", "Last day of selling."),
    day("peak_on", "The day expected to sell most."),
    money("target_revenue", "Net sales aimed at, in currency."),
    money("target_profit", "Profit aimed at, in currency."),
    text("currency", "ISO 4217 code of the targets."),
)

SEASON_BUDGETS = _template(
    "season_budgets",
    "One row per season, budget category and sub-category.",
    ("season_id", "category", "subcategory"),
    text("season_id", "The season."),
    text("category", "inventory, marketing, operations, logistics, technology or contingency."),
    text("subcategory", "Line of the budget within its category; the merchant's own word."),
    money("planned_amount", "Planned spend, in currency."),
    text("currency", "ISO 4217 code of planned_amount."),
)

SEASON_SPEND = _template(
    "season_spend",
    "One row per spend or commitment against a season's budget.",
    ("spend_id",),
    text("spend_id", "The spend; a commitment keeps its id when it is paid."),
    text("season_id", "The season."),
    text("category", "Category of the budget (season_budgets.category)."),
    text("subcategory", "Line of the budget within its category."),
    text("status", "committed (ordered, not yet paid) or actual."),
    money("amount", "In currency."),
    text("currency", "ISO 4217 code of amount."),
    day("spent_on", "Date of the commitment or payment."),
    text("description", "What it was for; free text."),
)

SEASON_MILESTONES = _template(
    "season_milestones",
    "One row per milestone of a season.",
    ("season_id", "milestone_id"),
    text("season_id", "The season."),
    text("milestone_id", "The milestone; unique within the season."),
    text("name", "What is to be done."),
    day("due_on", "Day by which it is due."),
    day("completed_on", "Day on which it was done; null: open."),
    text("owner", "Team or role in charge."),
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
    day("period_start", "First day of the period."),
    text("store_id", "all: every store."),
    text("scope", "all, or a channel's or category's name."),
    money("target_value", "The target: money in currency, or a count."),
    text("currency", "Null for counts."),
)

RETURN_PROCESSING = _template(
    "return_processing",
    "One row per returned order line as the warehouse handled it.",
    ("store_id", "return_id", "order_line_id"),
    text("store_id", "The store."),
    text("return_id", "The return, by its id in the shop."),
    text("order_line_id", "The order line that came back, by its id in the shop."),
    local_time("received_at", "Arrival; wall-clock time in the store's time zone."),
    local_time("inspected_at", "Inspection; wall-clock time in the store's time zone. Null: not yet."),
    text("condition", "new, opened, damaged or defective."),
    text("disposition", "restock, refurbish, liquidate or dispose."),
    money("return_shipping_cost", "Carrier's cost of the way back."),
    money("labour_cost", "Cost of handling and inspection."),
    money("disposal_cost", "Cost of scrapping."),
    text("currency", "ISO 4217 code of the row's costs."),
)

SHIPMENTS = _template(
    "shipments",
    "One row per shipment of a carrier.",
    ("shipment_id",),
    text("shipment_id", "The shipment, e.g. the carrier's number; one in the whole company."),
    text("store_id", "The store."),
    text("order_id", "Null for inbound freight."),
    text("purchase_order_id", "The purchase order of inbound freight; null for a parcel to a customer."),
    text("carrier", "Name of the carrier."),
    text("service", "The carrier's product, e.g. express."),
    text("origin", "Where it started; free text."),
    text("destination", "Where it goes; free text."),
    local_time("shipped_at", "Hand-over to the carrier; wall-clock time in the store's time zone."),
    local_time("promised_at", "Promised delivery, in the same zone; null: none was given."),
    local_time("delivered_at", "Delivery, in the same zone; null: not yet."),
    money("cost", "What the carrier charges, in currency."),
    text("currency", "ISO 4217 code of cost."),
)

PRICE_LISTS = _template(
    "price_lists",
    "One row per store, SKU and date from which a price holds.",
    ("store_id", "sku", "valid_from"),
    text("store_id", "The store."),
    text("sku", "Stock keeping unit."),
    day("valid_from", "First day of the price; it holds until the SKU's next row."),
    money("price", "What a customer pays for one unit, tax as the shop shows it."),
    money("compare_at_price", "The struck-through list price."),
    text("currency", "ISO 4217 code of both prices; the store's own."),
)

EXCHANGE_RATES = _template(
    "exchange_rates",
    "One row per currency pair and date from which the rate holds.",
    ("from_currency", "to_currency", "valid_from"),
    text("from_currency", "ISO 4217 code of the currency that is exchanged."),
    text("to_currency", "ISO 4217 code of the currency that it becomes."),
    day("valid_from", "Holds until the pair's next row."),
    Column("rate", pa.decimal128(24, 10), "Units of to_currency for one unit of from_currency."),
)

LOADED_FILES = RawTable(
    "loaded_files",
    "One row per file that was loaded.",
    columns(
        text("file_id", "Content hash with template and mapping: the same file is loaded once."),
        text("file_name", "Name under which it was dropped or imported, without folders."),
        text("template", "Template whose table it filled."),
        integer("row_count", "Rows loaded from it."),
        instant("loaded_at", "Instant of the run that loaded it."),
    ),
    key=("file_id",),
)

TEMPLATES: tuple[RawTable, ...] = (
    ORDERS,
    PAYMENTS,
    AD_SPEND,
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

TABLES: tuple[RawTable, ...] = (*TEMPLATES, LOADED_FILES)
