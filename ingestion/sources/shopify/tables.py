"""Shopify's raw tables, and where each column lies in the objects that Shopify sends (:mod:`.fields`).

Ids are Shopify's own gids; money is in the shop's currency unless named presentment. A computed column is not sent: the
parsers make it.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ingestion.contract import RawTable
from ingestion.kit.gaps import GAPS
from ingestion.kit.snapshots import Snapshots
from ingestion.sources.shopify.fields import (
    PARENT,
    TEXT,
    TYPE,
    first,
    flag,
    instant,
    integer,
    level,
    money,
    number,
    objects,
    shop_money,
    text,
    texts,
    total,
)
from shophouse import tables as computed
from shophouse.tables import Column, columns

_BELONGS = "The order that it belongs to."
STORE = computed.text("store_id", "The store's name in the configuration; part of every key.")
ITS_ORDER = text("order_id", _BELONGS, PARENT)
ORDER_ABOVE = computed.text("order_id", _BELONGS)
"""Of what lies deeper in an order than its own children."""
CREATED = instant("created_at", "When it was created in Shopify.")
UPDATED = instant("updated_at", "When Shopify last changed it; the newer version wins.")


def _entity(name: str, description: str, *cols: Column, **options: object) -> RawTable:
    return RawTable(name, description, columns(STORE, cols), key=("store_id", "id"), version="updated_at", **options)  # type: ignore[arg-type]


def _order_child(
    name: str, description: str, key: tuple[str, ...], *cols: Column, order: Column = ITS_ORDER
) -> RawTable:
    """A table of an order's children: a changed order replaces all of its rows; ``order``: how they name it."""
    return RawTable(
        name,
        description,
        columns(STORE, order, cols),
        key=("store_id", *key),
        merge_key=("store_id", "order_id"),
        parent="orders",
        replaced_by_full_refresh=True,
        scope=("store_id",),
    )


def _or_the_order_line(refund_line: pl.Expr) -> pl.Expr:
    """Shopify's schema allows a refund line without an id."""
    return pl.coalesce(refund_line, pl.col("lineItem").struct.field("id"))


def _unless_empty(note: pl.Expr) -> pl.Expr:
    """The API has no null here: no note is an empty text."""
    return note.replace("", None)


SHOP = RawTable(
    "shop",
    "One row per store: currency, time zone, plan, and how far it was read.",
    columns(
        STORE,
        text("id", "The shop."),
        text("name", "The shop's name as customers see it."),
        text("myshopify_domain", "The shop's permanent address, <name>.myshopify.com."),
        text("currency_code", "The currency of every amount not named presentment."),
        text("iana_timezone", "Business dates of the store are dates in this zone."),
        flag("taxes_included", "Whether prices include tax by default; each order carries its own flag."),
        text(
            "plan_name",
            "Shopify's public name of the shop's plan; null where Shopify gives none.",
            "plan.publicDisplayName",
        ),
        computed.instant(
            "read_until", "Everything updated before it was read; null where only backfills have read the store."
        ),
    ),
    key=("store_id",),
)

LOCATIONS = _entity(
    "locations",
    "One row per location of a store.",
    text("id", "The location: a warehouse, a shop or a third party's service."),
    text("name", "The merchant's name for it; file templates may name it so."),
    flag("is_active", "Whether it is in use."),
    flag("is_fulfillment_service", "A third party's location."),
    flag("fulfills_online_orders", "Whether online orders may be sent from it."),
    flag("ships_inventory", "Whether its stock may be shipped."),
    text("address1", "Street and number.", "address.address1"),
    text("city", "City of its address.", "address.city"),
    text("province_code", "Code of its state or province; null where the country has none.", "address.provinceCode"),
    text("country_code", "Country of its address, ISO 3166-1 alpha-2.", "address.countryCode"),
    text("zip", "Postcode of its address.", "address.zip"),
    CREATED,
    UPDATED,
    instant("deactivated_at", "When it went out of use; null: in use."),
)

PRODUCTS = _entity(
    "products",
    "One row per product, the current version.",
    text("id", "The product."),
    text("title", "Name shown to customers."),
    text("handle", "Last part of the product's address in the shop."),
    text("status", "ACTIVE, ARCHIVED, DRAFT or UNLISTED."),
    text("vendor", "The brand."),
    text("product_type", "The merchant's own type."),
    text("category_id", "The category's id in Shopify's taxonomy; null where the merchant chose none.", "category.id"),
    text("category_name", "Full name in Shopify's taxonomy.", "category.fullName"),
    texts("tags", "JSON array of text."),
    flag("is_gift_card", "Whether it is a gift card: a liability when sold, no goods."),
    integer("total_inventory", "Units that can be sold, of all variants and locations, as of updated_at."),
    CREATED,
    instant("updated_at", "When Shopify last changed it, a change of stock included; the newer version wins."),
    instant("published_at", "When it was published to the online shop; null: it is not."),
)

PRODUCT_VARIANTS = RawTable(
    "product_variants",
    "One row per variant of a product: what is priced and sold.",
    columns(
        STORE,
        text("id", "The variant."),
        text("product_id", "Its product.", PARENT),
        text("inventory_item_id", "Its stocked side.", "inventoryItem.id"),
        text("sku", "Stock keeping unit, the merchant's own; null where none was given, and not always unique."),
        text("title", "Values of its options, e.g. M / blue; Default Title for a product without options."),
        text("barcode", "GTIN or another barcode; null where none was given."),
        integer("position", "Place among the product's variants, from 1."),
        money("price", "Current price in the shop's currency, tax as the shop shows it."),
        money("compare_at_price", "The list price that is struck through, where there is one."),
        flag("taxable", "Whether tax is charged on it."),
        objects("selected_options", "JSON array of {name, value}.", "name", "value"),
        integer("inventory_quantity", "Units that can be sold, of all locations, as of updated_at."),
        CREATED,
        UPDATED,
    ),
    key=("store_id", "id"),
    merge_key=("store_id", "product_id"),
    version="updated_at",
    parent="products",
)

PRODUCT_VARIANT_PRICES = RawTable(
    "product_variant_prices",
    "One row per variant and version of its price: kept because Shopify gives the current price only.",
    columns(
        STORE,
        text("variant_id", "The variant.", "id"),
        text("product_id", "Its product.", PARENT),
        money("price", "Price in the shop's currency, tax as the shop shows it."),
        money("compare_at_price", "The list price that is struck through; null: none is shown."),
        instant("observed_at", "When this version was first seen: the variant's own update time.", "updatedAt"),
    ),
    key=("store_id", "variant_id", "observed_at"),
)

PRODUCT_DELETIONS = RawTable(
    "product_deletions",
    "One row per product that was deleted (destroy events: a deleted product is invisible to queries).",
    columns(
        STORE,
        text("id", "The event."),
        text("product_id", "The deleted product.", "subjectId"),
        instant("deleted_at", "When it was deleted.", "createdAt"),
    ),
    key=("store_id", "id"),
)

INVENTORY_ITEMS = _entity(
    "inventory_items",
    "One row per inventory item, the stocked side of a variant.",
    text("id", "The inventory item."),
    computed.text("variant_id", "The variant that is sold from it; the first where there are several."),
    text("sku", "Stock keeping unit, as on the variant."),
    flag("tracked", "Whether Shopify counts its stock; if not, its levels mean nothing."),
    flag("requires_shipping", "Whether it is physical goods."),
    money("unit_cost", "Current cost; Shopify keeps no history.", "unitCost.amount"),
    text("unit_cost_currency", "ISO 4217 code of unit_cost; null with it.", "unitCost.currencyCode"),
    text("country_code_of_origin", "Country of origin, ISO 3166-1 alpha-2; null where none was given."),
    text("harmonized_system_code", "Customs tariff code; null where none was given."),
    number("weight", "Weight of one unit, in weight_unit.", "measurement.weight.value"),
    text("weight_unit", "GRAMS, KILOGRAMS, OUNCES or POUNDS.", "measurement.weight.unit"),
    CREATED,
    UPDATED,
)

LEVELS = Snapshots(of="levels", clock="the store's")
INVENTORY_LEVELS = LEVELS.table(
    "inventory_levels",
    "One row per inventory item, location and day of a sync: Shopify gives current levels, syncs keep dated copies.",
    columns(
        STORE,
        LEVELS.period,
        text("inventory_item_id", "The inventory item.", PARENT),
        text("location_id", "Where the units are.", "location.id"),
        text("id", "Shopify's id of the level: one item at one location."),
        level("available", "Units that can be sold; below zero where more was sold than there was."),
        level(
            "on_hand",
            "Units that are there: available, committed, reserved, damaged, in quality control and safety stock.",
        ),
        level("committed", "Units of open orders, not yet sent."),
        level("incoming", "Units on their way here; not part of on_hand."),
        level("reserved", "Units set aside, e.g. for draft orders."),
        level("damaged", "Units that are damaged."),
        level("quality_control", "Units held for inspection."),
        level("safety_stock", "Units kept back from sale."),
        LEVELS.read_at,
        instant("updated_at", "When Shopify last changed the level."),
    ),
    scope=("store_id",),
    key=("inventory_item_id", "location_id"),
)

CUSTOMERS = _entity(
    "customers",
    "One row per customer account.",
    text("id", "The customer account."),
    text("first_name", "First name.", pii=True),
    text("last_name", "Last name.", pii=True),
    text("email", "Default e-mail address.", "defaultEmailAddress.emailAddress", pii=True),
    text("phone", "Default phone number.", "defaultPhoneNumber.phoneNumber", pii=True),
    text("state", "ENABLED, DISABLED, INVITED or DECLINED."),
    text("locale", "Language, and region where known, e.g. en-US."),
    texts("tags", "JSON array of text."),
    flag("tax_exempt", "Whether no tax is charged."),
    flag("verified_email", "Whether the customer has confirmed the address."),
    text(
        "email_marketing_state",
        "Consent to e-mail marketing: SUBSCRIBED, NOT_SUBSCRIBED, PENDING, UNSUBSCRIBED ...",
        "defaultEmailAddress.marketingState",
    ),
    instant(
        "email_marketing_updated_at",
        "When the consent was given or withdrawn; null: never asked.",
        "defaultEmailAddress.marketingUpdatedAt",
    ),
    text(
        "sms_marketing_state",
        "Consent to text messages: SUBSCRIBED, NOT_SUBSCRIBED, PENDING ...; null without a phone number.",
        "defaultPhoneNumber.marketingState",
    ),
    text("city", "City of the default address.", "defaultAddress.city"),
    text("province_code", "Code of its state or province.", "defaultAddress.provinceCode"),
    text("country_code", "Its country, ISO 3166-1 alpha-2.", "defaultAddress.countryCodeV2"),
    text("zip", "Its postcode.", "defaultAddress.zip", pii=True),
    integer("number_of_orders", "Shopify's own count, for reconciliation.", sent=TEXT),
    money("amount_spent", "Shopify's own total, for reconciliation.", "amountSpent.amount"),
    text("amount_spent_currency", "ISO 4217 code of amount_spent.", "amountSpent.currencyCode"),
    CREATED,
    UPDATED,
    replaced_by_full_refresh=True,
    scope=("store_id",),
)

ORDERS = _entity(
    "orders",
    "One row per order, the current version.",
    text("id", "The order."),
    text("name", "Name shown to people, e.g. #1001."),
    integer("number", "Running number within the shop."),
    text(
        "customer_id",
        "The customer account, after a merge of accounts the surviving one; null for a guest.",
        "customer.id",
    ),
    text("company_id", "The company that bought; null: a person did.", "purchasingEntity.company.id"),
    text("company_name", "The company's name.", "purchasingEntity.company.name"),
    text("company_location_id", "The branch of the company that bought.", "purchasingEntity.location.id"),
    text("company_location_name", "The branch's name.", "purchasingEntity.location.name"),
    text("email", "E-mail address given with the order.", pii=True),
    text("phone", "Phone number given with the order.", pii=True),
    text("retail_location_id", "The store location of a point-of-sale order.", "retailLocation.id"),
    text("source_name", "web, pos, shopify_draft_order, a marketplace's or an app's name."),
    text("customer_locale", "Language, and region where known, in which the customer ordered."),
    flag("test", "Whether it is a test: no money moved, not a sale."),
    flag("confirmed", "Whether stock was reserved for it."),
    flag("edited", "Whether it was edited after it was placed."),
    flag("taxes_included", "Whether its prices include tax."),
    text("currency_code", "The shop's currency at the time, ISO 4217: of every amount not named presentment."),
    text("presentment_currency_code", "ISO 4217 code of what the customer saw and paid."),
    text(
        "display_financial_status",
        "AUTHORIZED, EXPIRED, PAID, PARTIALLY_PAID, PARTIALLY_REFUNDED, PENDING, REFUNDED or VOIDED.",
    ),
    text("display_fulfillment_status", "How far it was sent: FULFILLED, PARTIALLY_FULFILLED, UNFULFILLED ..."),
    text("return_status", "How far its returns are: NO_RETURN, RETURN_REQUESTED, IN_PROGRESS, RETURNED ..."),
    text("cancel_reason", "CUSTOMER, DECLINED, FRAUD, INVENTORY, OTHER or STAFF; null: not cancelled."),
    texts("tags", "JSON array of text."),
    texts("discount_codes", "JSON array of text."),
    texts("payment_gateway_names", "JSON array of text."),
    text("billing_city", "City of the billing address.", "billingAddress.city"),
    text("billing_province_code", "Code of its state or province.", "billingAddress.provinceCode"),
    text("billing_country_code", "Its country, ISO 3166-1 alpha-2.", "billingAddress.countryCodeV2"),
    text("billing_zip", "Its postcode.", "billingAddress.zip", pii=True),
    text("shipping_city", "City of the delivery address; null where nothing is shipped.", "shippingAddress.city"),
    text("shipping_province_code", "Code of its state or province.", "shippingAddress.provinceCode"),
    text("shipping_country_code", "Its country, ISO 3166-1 alpha-2.", "shippingAddress.countryCodeV2"),
    text("shipping_zip", "Its postcode.", "shippingAddress.zip", pii=True),
    shop_money("subtotal_price", "Lines after all discounts, before returns."),
    shop_money("total_price", "Everything the order asks for, tax and shipping included, before returns."),
    shop_money("total_tax", "Tax, before returns."),
    shop_money("total_discounts", "All discounts, those on shipping included, before returns."),
    shop_money("total_shipping_price", "Shipping after discounts, before returns."),
    shop_money("total_tip_received", "Tips."),
    shop_money("total_refunded", "Money paid back so far."),
    shop_money("total_refunded_shipping", "Shipping paid back so far."),
    shop_money("total_received", "Money received, before refunds."),
    shop_money("net_payment", "Money received less money paid back."),
    shop_money("original_total_price", "total_price as the order was placed, before edits."),
    shop_money("current_total_price", "total_price after edits and returns."),
    shop_money("current_subtotal_price", "subtotal_price after edits and returns."),
    shop_money("current_total_tax", "Tax after edits and returns."),
    shop_money("current_total_discounts", "Discounts after edits and returns."),
    shop_money("current_total_duties", "Duties after edits and returns; null where none were charged."),
    shop_money("current_shipping_price", "Shipping after edits and returns."),
    money(
        "total_price_presentment", "total_price in the presentment currency.", "totalPriceSet.presentmentMoney.amount"
    ),
    integer(
        "customer_order_index",
        "Place among the customer's orders by Shopify's own count; null until the journey is ready.",
        "customerJourneySummary.customerOrderIndex",
    ),
    integer(
        "days_to_conversion",
        "Days from the first visit to the order; null until the journey is ready.",
        "customerJourneySummary.daysToConversion",
    ),
    flag(
        "customer_journey_ready",
        "Whether Shopify has put the visits together; if not, they are read again later.",
        "customerJourneySummary.ready",
    ),
    text("cart_token", "The cart that became the order; null where there was none."),
    text("checkout_token", "The checkout that became the order; null where there was none."),
    instant("created_at", "When it was created in Shopify; an imported order's sale may be older."),
    instant("processed_at", "When the sale took place; the order date."),
    UPDATED,
    instant("cancelled_at", "When it was cancelled; null: it was not."),
    instant("closed_at", "When it was archived as done; null: it is open."),
    replaced_by_full_refresh=True,
    scope=("store_id",),
)

ORDER_LINES = _order_child(
    "order_lines",
    "One row per line of an order.",
    ("id",),
    text("id", "The order line."),
    computed.integer("position", "0-based place within the order."),
    text("product_id", "The product; null for a custom item and once the product is deleted.", "product.id"),
    text("variant_id", "The variant; null for a custom item and once it is deleted.", "variant.id"),
    text("sku", "Stock keeping unit when it was sold."),
    text("title", "Product's name when it was sold."),
    text("variant_title", "Variant's title when it was sold; null for a product without options."),
    text("vendor", "Brand when it was sold."),
    integer("quantity", "As sold and edited in, removed and refunded units included."),
    integer("current_quantity", "Without removed and refunded units."),
    integer("refundable_quantity", "Units that may still be refunded."),
    integer("unfulfilled_quantity", "Units not yet sent."),
    flag("is_gift_card", "Whether the line sells a gift card."),
    flag("requires_shipping", "Whether it is shipped."),
    flag("taxable", "Whether it was sold as taxable."),
    text("bundle_id", "The bundle that it was sold in, of this order; null: sold by itself.", "lineItemGroup.id"),
    text("bundle_title", "The bundle's name when it was sold.", "lineItemGroup.title"),
    text("bundle_variant_id", "The variant that the bundle is sold as; null: none.", "lineItemGroup.variantId"),
    text("bundle_sku", "The bundle's own stock keeping unit; null: none.", "lineItemGroup.variantSku"),
    integer("bundle_quantity", "How many of the bundle were sold.", "lineItemGroup.quantity"),
    text(
        "selling_plan_id",
        "The plan (subscription, pre-order) that it was bought on; null with a name: the plan is deleted.",
        "sellingPlan.sellingPlanId",
    ),
    text("selling_plan_name", "The plan's name when it was bought; null: bought once.", "sellingPlan.name"),
    shop_money("original_unit_price", "Price of one unit before discounts."),
    shop_money("original_total", "Price x quantity before discounts: already multiplied."),
    shop_money("discounted_total", "After line discounts only; order-level and code discounts are not in it."),
    shop_money("total_discount", "Line discounts only; the allocations are complete."),
)

DISCOUNT_APPLICATIONS = _order_child(
    "discount_applications",
    "One row per discount applied to an order.",
    ("order_id", "index"),
    integer("index", "Number of the discount within the order, by which allocations name it; Shopify gives no id."),
    text(
        "type",
        "DiscountCode-, ManualDiscount-, AutomaticDiscount- or ScriptDiscountApplication.",
        TYPE,
    ),
    text("code", "The code that was entered; null unless it is a DiscountCodeApplication."),
    text("title", "Name of an automatic, manual or script discount; null for a code."),
    text("allocation_method", "ACROSS: the value is spread over the lines; EACH: every line gets it."),
    text("target_selection", "Lines that it applies to: ALL, ENTITLED or EXPLICIT."),
    text("target_type", "LINE_ITEM or SHIPPING_LINE."),
    money("value_amount", "Amount of a fixed discount, in value_currency; null for a percentage.", "value.amount"),
    text("value_currency", "ISO 4217 code of value_amount.", "value.currencyCode"),
    number(
        "value_percentage",
        "Percentage as Shopify sends it, 10 being 10 %; null for a fixed amount.",
        "value.percentage",
    ),
)

DISCOUNT_ALLOCATIONS = _order_child(
    "discount_allocations",
    "One row per order line and discount application: the discount's share of the line.",
    ("order_line_id", "discount_application_index"),
    computed.text("order_line_id", "The order line that is discounted."),
    integer(
        "discount_application_index",
        "The order's discount that this is a share of (discount_applications.index).",
        "discountApplication.index",
    ),
    shop_money("allocated_amount", "The share; it contains tax where the order's prices do."),
    order=ORDER_ABOVE,
)

SHIPPING_LINES = _order_child(
    "shipping_lines",
    "One row per shipping line of an order.",
    ("order_id", "position"),
    computed.integer("position", "0-based; Shopify's id of a shipping line may be null."),
    text("id", "Shopify's id; may be null."),
    text("title", "Name of the shipping method that the customer chose."),
    text("code", "Code of the shipping method."),
    text("source", "Who quoted the rate: shopify, or a carrier's or app's name."),
    text("carrier_identifier", "The carrier service that quoted the rate; null for the shop's own rates."),
    flag("is_removed", "Whether an edit took it off the order."),
    shop_money("original_price", "Before discounts."),
    shop_money("discounted_price", "After discounts on shipping."),
)

TAX_LINES = _order_child(
    "tax_lines",
    "One row per tax on an order line or a shipping line.",
    ("order_id", "parent_type", "parent_id", "position"),
    computed.text("parent_type", "order_line or shipping_line."),
    computed.text("parent_id", "The order line's id, or the shipping line's position as text."),
    computed.integer("position", "Place among the parent's taxes, from 0."),
    text("title", "Name of the tax, e.g. VAT."),
    number("rate", "0-1."),
    shop_money("price", "The tax in the shop's currency, before returns."),
    order=ORDER_ABOVE,
)

TRANSACTIONS = _order_child(
    "transactions",
    "One row per payment transaction of an order, whatever its outcome.",
    ("id",),
    text("id", "The transaction."),
    text(
        "parent_id",
        "The transaction that it follows, e.g. a capture's authorisation; null for the first.",
        "parentTransaction.id",
    ),
    text("kind", "AUTHORIZATION, CAPTURE, SALE, REFUND, VOID, CHANGE, EMV_AUTHORIZATION or SUGGESTED_REFUND."),
    text("status", "Only SUCCESS moved money."),
    text("gateway", "Payment provider, e.g. shopify_payments, paypal."),
    flag("test", "Whether it went through a test gateway: no money moved."),
    text("error_code", "Why it failed, as the provider's code; null where it did not."),
    shop_money("amount", "Always positive, in the shop's currency; kind says which way the money went."),
    money("amount_presentment", "The same in the customer's currency.", "amountSet.presentmentMoney.amount"),
    shop_money(
        "amount_rounding",
        "What rounding cash to coins adds to the amount, either way: of 9.99 paid as 10.00 it is 0.01; null: no cash.",
    ),
    total("fee_amount", "Sum of the gateway's fees; null where Shopify knows of none.", "fees[].amount.amount"),
    CREATED,
    instant("processed_at", "When the provider processed it; null: not yet."),
    order=ORDER_ABOVE,
)

REFUNDS = _order_child(
    "refunds",
    "One row per refund of an order.",
    ("id",),
    text("id", "The refund."),
    text("return_id", "The return that it pays for; null for a refund without one.", "return.id"),
    text("note", "The staff's note.", pii=True),
    shop_money("total_refunded", "Sum of its transactions."),
    instant("created_at", "When it was created; Shopify may leave it out."),
    instant("processed_at", "When it took effect."),
    instant("updated_at", "When Shopify last changed it."),
    order=ORDER_ABOVE,
)

REFUND_LINES = _order_child(
    "refund_lines",
    "One row per line of a refund: an order line has two where some of its units were cancelled and others came back.",
    ("refund_id", "id"),
    computed.text("refund_id", "The refund."),
    text("id", "Shopify's id; the order line's where Shopify gives none.", made=_or_the_order_line),
    text("order_line_id", "The order line whose units are refunded.", "lineItem.id"),
    integer("quantity", "Units refunded."),
    text("restock_type", "RETURN, CANCEL, NO_RESTOCK or LEGACY_RESTOCK."),
    flag("restocked", "Whether they went back to stock."),
    text("location_id", "Where they went back to stock; null where they did not.", "location.id"),
    shop_money("subtotal", "After discounts; tax included where the order's prices include tax."),
    shop_money("total_tax", "Tax refunded with them."),
    order=ORDER_ABOVE,
)

REFUND_SHIPPING_LINES = _order_child(
    "refund_shipping_lines",
    "One row per shipping line in a refund.",
    ("refund_id", "position"),
    computed.text("refund_id", "The refund."),
    computed.integer("position", "Place within the refund, from 0."),
    text("id", "Shopify's id."),
    text("shipping_line_id", "The shipping line that is refunded; may be null, as its id may.", "shippingLine.id"),
    shop_money("subtotal", "Shipping refunded; it contains tax where the order's prices do.", "subtotalAmountSet"),
    shop_money("tax", "Tax on it.", "taxAmountSet"),
    order=ORDER_ABOVE,
)

ORDER_ADJUSTMENTS = _order_child(
    "order_adjustments",
    "One row per difference between a refund's lines and its money: fees, goodwill, discrepancies.",
    ("id",),
    text("id", "The adjustment."),
    computed.text("refund_id", "The refund that it belongs to."),
    text("reason", "RESTOCK, DAMAGE, CUSTOMER, REFUND_DISCREPANCY ..."),
    shop_money("amount", "Signed; negative: less was paid back than the lines are worth."),
    shop_money("tax_amount", "Tax part of amount."),
    order=ORDER_ABOVE,
)

RETURNS = _order_child(
    "returns",
    "One row per return of an order (the goods; the money is a refund).",
    ("id",),
    text("id", "The return."),
    text("name", "Name shown to people, e.g. #1001-R1."),
    text("status", "REQUESTED, OPEN, CLOSED, DECLINED or CANCELED."),
    integer("total_quantity", "Units of all its lines."),
    text("decline_reason", "Why it was declined, e.g. RETURN_PERIOD_ENDED; null: it was not.", "decline.reason"),
    total(
        "return_shipping_fee",
        "Sum of what the customer pays for the way back; null: nothing was charged.",
        "returnShippingFees[].amountSet.shopMoney.amount",
    ),
    instant("created_at", "When it was requested or opened."),
    instant("request_approved_at", "When the request was approved; null: not yet, or opened by the shop."),
    instant("closed_at", "When it was closed; null: it is not."),
)

RETURN_LINES = _order_child(
    "return_lines",
    "One row per line of a return.",
    ("id",),
    text("id", "The return line."),
    text("return_id", "The return.", PARENT),
    text(
        "order_line_id",
        "The order line that comes back; null where Shopify ties it to no shipment.",
        "fulfillmentLineItem.lineItem.id",
    ),
    text("fulfillment_line_id", "The shipment's line that comes back.", "fulfillmentLineItem.id"),
    integer("quantity", "Units requested."),
    integer("processed_quantity", "Units that the shop has dealt with."),
    integer("refunded_quantity", "Units paid back."),
    text("return_reason", "Handle of the return reason definition.", "returnReasonDefinition.handle"),
    text("return_reason_name", "English name of the reason.", "returnReasonDefinition.name"),
    text("return_reason_note", "The staff's note on the reason.", made=_unless_empty, pii=True),
    text("customer_note", "What the customer wrote.", pii=True),
    number(
        "restocking_fee_percentage",
        "Share of the price that is kept back, 0-100; null: no fee.",
        "restockingFee.percentage",
    ),
    shop_money(
        "restocking_fee", "The same as an amount in the shop's currency; null: no fee.", "restockingFee.amountSet"
    ),
    order=ORDER_ABOVE,
)

EXCHANGE_LINES = _order_child(
    "exchange_lines",
    "One row per order line sent out in exchange on a return.",
    ("id", "order_line_id"),
    text("id", "The exchange line."),
    text("return_id", "The return that it answers.", PARENT),
    text("order_line_id", "The new line on the order.", "lineItems[].id"),
    integer("quantity", "Units sent out."),
    order=ORDER_ABOVE,
)

FULFILLMENTS = _order_child(
    "fulfillments",
    "One row per shipment (or hand-over) of an order.",
    ("id",),
    text("id", "The shipment."),
    text("name", "Name shown to people, e.g. #1001-F1."),
    text("location_id", "Where the goods left from; null once the location is deleted.", "location.id"),
    text("status", "SUCCESS, CANCELLED, ERROR or FAILURE; it tells nothing of the way to the customer."),
    text("display_status", "How far it is: IN_TRANSIT, OUT_FOR_DELIVERY, DELIVERED ..."),
    integer("total_quantity", "Units sent."),
    text(
        "tracking_company",
        "Carrier of the first parcel; null where none was given.",
        "trackingInfo[].company",
        made=first,
    ),
    text("tracking_number", "Carrier's number of the first parcel.", "trackingInfo[].number", made=first),
    instant("created_at", "When the shop marked the goods as sent."),
    instant("updated_at", "When Shopify last changed it."),
    instant("in_transit_at", "When the carrier took it over; null: not known."),
    instant("delivered_at", "When it was delivered; null: not yet, or not told by the carrier."),
    instant("estimated_delivery_at", "When the carrier expects to deliver it; null: not told."),
    order=text("order_id", _BELONGS, "order.id"),
)

FULFILLMENT_LINES = _order_child(
    "fulfillment_lines",
    "One row per order line in a fulfilment.",
    ("id",),
    text("id", "The shipment's line."),
    text("fulfillment_id", "The shipment.", PARENT),
    text("order_line_id", "The order line that was sent.", "lineItem.id"),
    integer("quantity", "Units sent."),
    order=ORDER_ABOVE,
)

SALES_AGREEMENTS = _order_child(
    "sales_agreements",
    "One row per agreement (order, edit, refund, return) between shop and customer: when sales of the ledger happened.",
    ("id",),
    text("id", "The agreement."),
    text("type", "OrderAgreement, OrderEditAgreement, RefundAgreement or ReturnAgreement.", TYPE),
    text("reason", "ORDER, ORDER_EDIT, REFUND, RETURN or UNKNOWN."),
    text("refund_id", "The refund of a RefundAgreement; else null.", "refund.id"),
    text("return_id", "The return of a ReturnAgreement; else null.", "return.id"),
    instant("happened_at", "When shop and customer agreed: the event date of the ledger."),
)

SALES = _order_child(
    "sales",
    "One row per sale of an agreement: the signed change of quantity and money. Never changed by Shopify once there.",
    ("id",),
    text("id", "The sale."),
    text("agreement_id", "The agreement that it is part of.", PARENT),
    text("action_type", "ORDER, RETURN, UPDATE or UNKNOWN."),
    text("line_type", "PRODUCT, SHIPPING, GIFT_CARD, TIP, DUTY, FEE, ADDITIONAL_FEE, ADJUSTMENT or UNKNOWN."),
    text("order_line_id", "The order line, of goods and gift cards; else null.", "lineItem.id"),
    text("shipping_line_id", "The shipping line, of shipping; else null.", "shippingLine.id"),
    integer("quantity", "Signed: returned units are negative."),
    shop_money("total_amount", "After discounts, tax included.", "totalAmount"),
    shop_money("total_discount_before_taxes", "Discounts of the sale, tax excluded.", "totalDiscountAmountBeforeTaxes"),
    shop_money("total_discount_after_taxes", "Discounts of the sale, tax included.", "totalDiscountAmountAfterTaxes"),
    shop_money("total_tax", "Tax of the sale; signed like total_amount.", "totalTaxAmount"),
    order=ORDER_ABOVE,
)

CUSTOMER_JOURNEY_MOMENTS = _order_child(
    "customer_journey_moments",
    "One row per visit that led to an order, as Shopify attributes visits.",
    ("id",),
    text("id", "The visit."),
    instant("occurred_at", "When the visit began."),
    text("source", "Where it came from: a platform (google, facebook), email, direct, a domain or unknown."),
    text("source_type", "Kind of marketing as Shopify sees it, e.g. SEO, AD; null: unknown."),
    text("landing_page", "Address of the first page, with its parameters."),
    text("referrer_url", "Page before it; null for a direct visit."),
    text("utm_source", "UTM parameter of the landing page: platform; null without it.", "utmParameters.source"),
    text("utm_medium", "UTM parameter of the landing page: kind of traffic, e.g. cpc.", "utmParameters.medium"),
    text("utm_campaign", "UTM parameter of the landing page: campaign's name or id.", "utmParameters.campaign"),
    text("utm_content", "UTM parameter of the landing page: ad or variant.", "utmParameters.content"),
    text("utm_term", "UTM parameter of the landing page: keyword.", "utmParameters.term"),
)

DISCOUNTS = _entity(
    "discounts",
    "One row per discount (code or automatic).",
    text("id", "The discount, as a DiscountNode."),
    text("type", "DiscountCodeBasic, DiscountAutomaticBasic, ...", "discount.__typename"),
    text("title", "Name given by the merchant.", "discount.title"),
    text("status", "ACTIVE, EXPIRED or SCHEDULED.", "discount.status"),
    computed.text("codes", "JSON array of the codes."),
    number("percentage", "0-1, for percentage discounts.", "discount.customerGets.value.percentage"),
    money(
        "amount",
        "Of a fixed discount, in amount_currency; null for other kinds.",
        "discount.customerGets.value.amount.amount",
    ),
    text("amount_currency", "ISO 4217 code of amount.", "discount.customerGets.value.amount.currencyCode"),
    integer("usage_count", "Eventually consistent.", "discount.asyncUsageCount"),
    integer("usage_limit", "Uses allowed in all; null: no limit.", "discount.usageLimit"),
    instant("starts_at", "First instant at which it applies.", "discount.startsAt"),
    instant("ends_at", "When it ends; null: open.", "discount.endsAt"),
    replace(CREATED, path=("discount", "createdAt")),
    replace(UPDATED, path=("discount", "updatedAt")),
)

ABANDONED_CHECKOUTS = _entity(
    "abandoned_checkouts",
    "One row per checkout that was begun and left.",
    text("id", "The checkout."),
    text("name", "Name shown to people, e.g. #12345."),
    text("customer_id", "The customer account; null for a guest.", "customer.id"),
    text(
        "currency_code",
        "The shop's currency, of every amount of the row, ISO 4217.",
        "subtotalPriceSet.shopMoney.currencyCode",
    ),
    computed.integer("line_count", "Lines in the cart."),
    computed.integer("total_quantity", "Units in the cart."),
    texts("discount_codes", "JSON array of text."),
    shop_money("subtotal_price", "Lines after discounts, before shipping."),
    shop_money("total_price", "Everything that would have been paid."),
    shop_money("total_discounts", "Discounts that would have applied.", "totalDiscountSet"),
    shop_money("total_tax", "Tax that would have been charged."),
    instant("created_at", "When the checkout was begun."),
    UPDATED,
    instant("completed_at", "When the customer came back and ordered; null: never did."),
)

PAYOUTS = RawTable(
    "payouts",
    "One row per payout of Shopify Payments: a transfer between the account's balance and the merchant's bank.",
    columns(
        STORE,
        text("id", "The payout."),
        text("status", "SCHEDULED, PAID, FAILED or CANCELED."),
        text("transaction_type", "DEPOSIT to the bank, or WITHDRAWAL from it where the balance was below zero."),
        money("net_amount", "Money transferred, below zero where it was withdrawn.", "net.amount"),
        text("currency_code", "Currency of the transfer, ISO 4217.", "net.currencyCode"),
        instant("issued_at", "When it was issued: it holds what was available then."),
    ),
    key=("store_id", "id"),
)

BALANCE_TRANSACTIONS = RawTable(
    "balance_transactions",
    "One row per movement of the balance of Shopify Payments that is no payout: a charge, refund, dispute, adjustment.",
    columns(
        STORE,
        text("id", "The movement."),
        text("type", "CHARGE, REFUND, DISPUTE_WITHDRAWAL, DISPUTE_REVERSAL, ADJUSTMENT ..."),
        text("source_type", "CHARGE, REFUND, DISPUTE, ADJUSTMENT ...: kind of what led to it; null: not told."),
        text("source_id", "Number of what led to it; null: not told."),
        text(
            "source_order_transaction_id",
            "Number of the order's payment transaction that it settles; null where it settles none.",
        ),
        text("order_id", "The order that it is about; null where it is about none.", "associatedOrder.id"),
        text("payout_id", "The payout that holds it; null: not paid out yet.", "associatedPayout.id"),
        text(
            "payout_status",
            "PENDING, SCHEDULED, PAID ...: of that payout; null: not told.",
            "associatedPayout.status",
        ),
        text("adjustment_reason", "Reason of an adjustment; null for what is none."),
        flag("test", "Whether it was made in test mode: no money moved."),
        money("amount", "Before the fee; below zero where money left the balance.", "amount.amount"),
        money("fee", "What Shopify Payments keeps; below zero where it gives a fee back.", "fee.amount"),
        money("net", "What the balance changes by: amount less fee.", "net.amount"),
        text("currency_code", "Currency of the three, that of the account's payouts, ISO 4217.", "amount.currencyCode"),
        instant("transaction_date", "When it was processed."),
    ),
    key=("store_id", "id"),
)

STORE_SESSIONS = RawTable(
    "store_sessions",
    "One row per day and referrer with a session of the online store, as Shopify's own analytics counts them.",
    columns(
        STORE,
        computed.day("date", "Day in the shop's time zone."),
        computed.text(
            "referrer_source", "Where sessions came from: search, social, email, direct ...; empty: not known."
        ),
        computed.integer("session_count", "Sessions."),
        computed.integer("visitor_count", "People; those of two rows overlap."),
        computed.integer("cart_session_count", "Sessions in which something was put into the cart."),
        computed.integer("checkout_session_count", "Sessions that came to the checkout."),
        computed.integer("completed_session_count", "Sessions that ended with an order."),
    ),
    key=("store_id", "date", "referrer_source"),
    merge_key=("store_id", "date"),
)

TABLES: tuple[RawTable, ...] = (
    SHOP,
    LOCATIONS,
    PRODUCTS,
    PRODUCT_VARIANTS,
    PRODUCT_VARIANT_PRICES,
    PRODUCT_DELETIONS,
    INVENTORY_ITEMS,
    INVENTORY_LEVELS,
    CUSTOMERS,
    ORDERS,
    ORDER_LINES,
    DISCOUNT_APPLICATIONS,
    DISCOUNT_ALLOCATIONS,
    SHIPPING_LINES,
    TAX_LINES,
    TRANSACTIONS,
    REFUNDS,
    REFUND_LINES,
    REFUND_SHIPPING_LINES,
    ORDER_ADJUSTMENTS,
    RETURNS,
    RETURN_LINES,
    EXCHANGE_LINES,
    FULFILLMENTS,
    FULFILLMENT_LINES,
    SALES_AGREEMENTS,
    SALES,
    CUSTOMER_JOURNEY_MOMENTS,
    DISCOUNTS,
    ABANDONED_CHECKOUTS,
    PAYOUTS,
    BALANCE_TRANSACTIONS,
    STORE_SESSIONS,
    GAPS,
)
