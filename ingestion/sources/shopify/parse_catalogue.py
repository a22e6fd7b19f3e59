"""Lines of products, stock, customers, checkouts, discounts and the shop itself into their tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from ingestion.source import Rows
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.rows import (
    FLAG,
    FLOAT,
    MONEY,
    PARENT,
    REFERENCE,
    SHOP_MONEY,
    TEXT,
    TEXTS,
    TYPE,
    WHOLE,
    Schema,
    at,
    json_texts,
    read_lines,
    shop_amount,
    struct,
    to_rows,
)

QUANTITIES = ("available", "on_hand", "committed", "incoming", "reserved", "damaged", "quality_control", "safety_stock")
_PRODUCTS: dict[tuple[str, ...], Schema] = {
    ("Product",): {
        "title": TEXT,
        "handle": TEXT,
        "status": TEXT,
        "vendor": TEXT,
        "productType": TEXT,
        "category": struct(id=TEXT, fullName=TEXT),
        "tags": TEXTS,
        "isGiftCard": FLAG,
        "totalInventory": WHOLE,
        "createdAt": TEXT,
        "updatedAt": TEXT,
        "publishedAt": TEXT,
    },
    ("ProductVariant",): {
        "sku": TEXT,
        "title": TEXT,
        "barcode": TEXT,
        "position": WHOLE,
        "price": TEXT,
        "compareAtPrice": TEXT,
        "taxable": FLAG,
        "selectedOptions": pl.List(struct(name=TEXT, value=TEXT)),
        "inventoryQuantity": WHOLE,
        "inventoryItem": REFERENCE,
        "createdAt": TEXT,
        "updatedAt": TEXT,
    },
}
_INVENTORY: dict[tuple[str, ...], Schema] = {
    ("InventoryItem",): {
        "sku": TEXT,
        "tracked": FLAG,
        "requiresShipping": FLAG,
        "unitCost": MONEY,
        "countryCodeOfOrigin": TEXT,
        "harmonizedSystemCode": TEXT,
        "measurement": struct(weight=struct(value=FLOAT, unit=TEXT)),
        "createdAt": TEXT,
        "updatedAt": TEXT,
    },
    ("ProductVariant",): {},
    ("InventoryLevel",): {
        "location": REFERENCE,
        "quantities": pl.List(struct(name=TEXT, quantity=WHOLE)),
        "updatedAt": TEXT,
    },
}
_CUSTOMERS: dict[tuple[str, ...], Schema] = {
    ("Customer",): {
        "firstName": TEXT,
        "lastName": TEXT,
        "state": TEXT,
        "locale": TEXT,
        "tags": TEXTS,
        "taxExempt": FLAG,
        "verifiedEmail": FLAG,
        "numberOfOrders": TEXT,
        "defaultEmailAddress": struct(emailAddress=TEXT, marketingState=TEXT),
        "defaultPhoneNumber": struct(phoneNumber=TEXT),
        "defaultAddress": struct(city=TEXT, provinceCode=TEXT, countryCodeV2=TEXT, zip=TEXT),
        "amountSpent": MONEY,
        "createdAt": TEXT,
        "updatedAt": TEXT,
    }
}
_CHECKOUTS: dict[tuple[str, ...], Schema] = {
    ("AbandonedCheckout",): {
        "name": TEXT,
        "customer": REFERENCE,
        "discountCodes": TEXTS,
        "subtotalPriceSet": SHOP_MONEY,
        "totalPriceSet": SHOP_MONEY,
        "totalDiscountSet": SHOP_MONEY,
        "totalTaxSet": SHOP_MONEY,
        "createdAt": TEXT,
        "updatedAt": TEXT,
        "completedAt": TEXT,
    },
    ("AbandonedCheckoutLineItem",): {"quantity": WHOLE},
}
_LOCATIONS: dict[tuple[str, ...], Schema] = {
    ("Location",): {
        "name": TEXT,
        "isActive": FLAG,
        "isFulfillmentService": FLAG,
        "fulfillsOnlineOrders": FLAG,
        "shipsInventory": FLAG,
        "createdAt": TEXT,
        "updatedAt": TEXT,
        "deactivatedAt": TEXT,
        "address": struct(address1=TEXT, city=TEXT, provinceCode=TEXT, countryCode=TEXT, zip=TEXT),
    }
}
_EVENTS: dict[tuple[str, ...], Schema] = {("BasicEvent",): {"createdAt": TEXT, "subjectId": TEXT}}
_DISCOUNTS: dict[tuple[str, ...], Schema] = {
    ("DiscountNode",): {
        "discount": struct(
            __typename=TEXT,
            title=TEXT,
            status=TEXT,
            usageLimit=WHOLE,
            asyncUsageCount=WHOLE,
            startsAt=TEXT,
            endsAt=TEXT,
            createdAt=TEXT,
            updatedAt=TEXT,
            customerGets=struct(value=struct(percentage=FLOAT, amount=MONEY)),
        ),
    },
    ("DiscountRedeemCode",): {"code": TEXT},
}


@dataclass
class ProductLines:
    """Parser of ``bulk_products`` and ``products``."""

    store_id: str

    def parse(self, chunk: bytes) -> Iterator[Rows]:
        """Rows of a chunk."""
        products, variants = read_lines("products", chunk, self.store_id, _PRODUCTS)
        yield to_rows(t.PRODUCTS, _products(products))
        yield to_rows(t.PRODUCT_VARIANTS, _variants(variants))
        yield to_rows(
            t.PRODUCT_VARIANT_PRICES,
            variants.select(
                "store_id",
                "price",
                variant_id="id",
                product_id=PARENT,
                compare_at_price="compareAtPrice",
                observed_at="updatedAt",
            ),
        )


@dataclass
class InventoryLines:
    """Parser of ``bulk_inventory``.

    Args:
        store_id: put in every row.
        snapshot_date: date of the sync in the store's time zone.
        snapshot_at: instant of the sync.
    """

    store_id: str
    snapshot_date: date
    snapshot_at: datetime

    def parse(self, lines_of_file: Iterator[bytes]) -> Iterator[Rows]:
        """Rows of a whole file: an item needs the variant that may follow it anywhere."""
        chunks = [read_lines("inventory", chunk, self.store_id, _INVENTORY) for chunk in lines_of_file]
        if not chunks:
            return
        items, variants, levels = (pl.concat(frames) for frames in zip(*chunks, strict=True))
        sold_as = variants.group_by(PARENT).agg(variant_id=pl.col("id").first())
        yield to_rows(t.INVENTORY_ITEMS, _items(items.join(sold_as, left_on="id", right_on=PARENT, how="left")))
        yield to_rows(t.INVENTORY_LEVELS, self._levels(levels))

    def _levels(self, levels: pl.DataFrame) -> pl.DataFrame:
        named = pl.col("quantities").list
        return levels.select(
            "store_id",
            "id",
            *(
                named.eval(pl.element().struct.field("quantity").filter(pl.element().struct.field("name") == name))
                .list.first()
                .alias(name)
                for name in QUANTITIES
            ),
            snapshot_date=pl.lit(self.snapshot_date),
            snapshot_at=pl.lit(self.snapshot_at),
            inventory_item_id=pl.col(PARENT),
            location_id=at("location", "id"),
            updated_at=pl.col("updatedAt"),
        )


@dataclass
class CustomerLines:
    """Parser of ``bulk_customers`` and ``customers``."""

    store_id: str

    def parse(self, chunk: bytes) -> Iterator[Rows]:
        """Rows of a chunk."""
        (customers,) = read_lines("customers", chunk, self.store_id, _CUSTOMERS)
        yield to_rows(t.CUSTOMERS, _customers(customers))


@dataclass
class CheckoutLines:
    """Parser of ``bulk_checkouts`` and ``checkouts``."""

    store_id: str

    def parse(self, lines_of_file: Iterator[bytes]) -> Iterator[Rows]:
        """Rows of a whole file: a checkout's counts need all of its lines."""
        chunks = [read_lines("checkouts", chunk, self.store_id, _CHECKOUTS) for chunk in lines_of_file]
        if chunks:
            checkouts, lines = (pl.concat(frames) for frames in zip(*chunks, strict=True))
            yield to_rows(t.ABANDONED_CHECKOUTS, _checkouts(checkouts, lines))


def shop(store_id: str, answer: dict[str, object], read_until: datetime | None) -> Rows:
    """The row of ``shop``; ``read_until`` is where the store's cursor stands after the load."""
    plan = answer["plan"]
    row = {
        "store_id": store_id,
        "id": answer["id"],
        "name": answer["name"],
        "myshopify_domain": answer["myshopifyDomain"],
        "currency_code": answer["currencyCode"],
        "iana_timezone": answer["ianaTimezone"],
        "taxes_included": answer["taxesIncluded"],
        "plan_name": plan["publicDisplayName"] if isinstance(plan, dict) else None,
        "read_until": read_until,
    }
    return to_rows(t.SHOP, pl.DataFrame([row], schema=t.SHOP.polars_schema))


def locations(store_id: str, chunk: bytes) -> Rows:
    """Rows of ``locations``."""
    (found,) = read_lines("locations", chunk, store_id, _LOCATIONS)
    address = {"address1": "address1", "city": "city", "province_code": "provinceCode", "country_code": "countryCode"}
    return to_rows(
        t.LOCATIONS,
        found.select(
            "store_id",
            "id",
            "name",
            *(at("address", sent).alias(name) for name, sent in (address | {"zip": "zip"}).items()),
            is_active="isActive",
            is_fulfillment_service="isFulfillmentService",
            fulfills_online_orders="fulfillsOnlineOrders",
            ships_inventory="shipsInventory",
            created_at="createdAt",
            updated_at="updatedAt",
            deactivated_at="deactivatedAt",
        ),
    )


def product_deletions(store_id: str, chunk: bytes) -> Rows:
    """Rows of ``product_deletions``."""
    (events,) = read_lines("product_deletions", chunk, store_id, _EVENTS)
    return to_rows(t.PRODUCT_DELETIONS, events.select("store_id", "id", product_id="subjectId", deleted_at="createdAt"))


def discounts(store_id: str, chunk: bytes) -> Rows:
    """Rows of ``discounts``."""
    nodes, redeemed = read_lines("discounts", chunk, store_id, _DISCOUNTS)
    codes = redeemed.group_by(PARENT, maintain_order=True).agg(codes=pl.col("code"))
    nodes = nodes.join(codes, left_on="id", right_on=PARENT, how="left", maintain_order="left")
    gets = at("discount", "customerGets", "value")
    return to_rows(
        t.DISCOUNTS,
        nodes.with_columns(pl.col("codes").fill_null([])).select(
            "store_id",
            "id",
            *(at("discount", name) for name in ("title", "status")),
            type=at("discount", TYPE),
            codes=json_texts("codes"),
            percentage=gets.struct.field("percentage"),
            amount=gets.struct.field("amount").struct.field("amount"),
            amount_currency=gets.struct.field("amount").struct.field("currencyCode"),
            usage_count=at("discount", "asyncUsageCount"),
            usage_limit=at("discount", "usageLimit"),
            starts_at=at("discount", "startsAt"),
            ends_at=at("discount", "endsAt"),
            created_at=at("discount", "createdAt"),
            updated_at=at("discount", "updatedAt"),
        ),
    )


def _products(products: pl.DataFrame) -> pl.DataFrame:
    return products.select(
        "store_id",
        "id",
        "title",
        "handle",
        "status",
        "vendor",
        product_type="productType",
        category_id=at("category", "id"),
        category_name=at("category", "fullName"),
        tags=json_texts("tags"),
        is_gift_card="isGiftCard",
        total_inventory="totalInventory",
        created_at="createdAt",
        updated_at="updatedAt",
        published_at="publishedAt",
    )


def _variants(variants: pl.DataFrame) -> pl.DataFrame:
    options = pl.col("selectedOptions").list.eval(pl.element().struct.json_encode())
    return variants.select(
        "store_id",
        "id",
        "sku",
        "title",
        "barcode",
        "position",
        "price",
        "taxable",
        product_id=PARENT,
        inventory_item_id=at("inventoryItem", "id"),
        compare_at_price="compareAtPrice",
        selected_options=pl.format("[{}]", options.list.join(",")),
        inventory_quantity="inventoryQuantity",
        created_at="createdAt",
        updated_at="updatedAt",
    )


def _items(items: pl.DataFrame) -> pl.DataFrame:
    return items.select(
        "store_id",
        "id",
        "variant_id",
        "sku",
        "tracked",
        requires_shipping="requiresShipping",
        unit_cost=at("unitCost", "amount"),
        unit_cost_currency=at("unitCost", "currencyCode"),
        country_code_of_origin="countryCodeOfOrigin",
        harmonized_system_code="harmonizedSystemCode",
        weight=at("measurement", "weight", "value"),
        weight_unit=at("measurement", "weight", "unit"),
        created_at="createdAt",
        updated_at="updatedAt",
    )


def _customers(customers: pl.DataFrame) -> pl.DataFrame:
    return customers.select(
        "store_id",
        "id",
        "state",
        "locale",
        first_name="firstName",
        last_name="lastName",
        email=at("defaultEmailAddress", "emailAddress"),
        phone=at("defaultPhoneNumber", "phoneNumber"),
        tags=json_texts("tags"),
        tax_exempt="taxExempt",
        verified_email="verifiedEmail",
        email_marketing_state=at("defaultEmailAddress", "marketingState"),
        city=at("defaultAddress", "city"),
        province_code=at("defaultAddress", "provinceCode"),
        country_code=at("defaultAddress", "countryCodeV2"),
        zip=at("defaultAddress", "zip"),
        number_of_orders="numberOfOrders",
        amount_spent=at("amountSpent", "amount"),
        amount_spent_currency=at("amountSpent", "currencyCode"),
        created_at="createdAt",
        updated_at="updatedAt",
    )


def _checkouts(checkouts: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    counted = lines.group_by(PARENT).agg(line_count=pl.len(), total_quantity=pl.col("quantity").sum())
    return checkouts.join(counted, left_on="id", right_on=PARENT, how="left").select(
        "store_id",
        "id",
        "name",
        pl.col("line_count").fill_null(0),
        pl.col("total_quantity").fill_null(0),
        customer_id=at("customer", "id"),
        currency_code=at("subtotalPriceSet", "shopMoney", "currencyCode"),
        discount_codes=json_texts("discountCodes"),
        subtotal_price=shop_amount("subtotalPriceSet"),
        total_price=shop_amount("totalPriceSet"),
        total_discounts=shop_amount("totalDiscountSet"),
        total_tax=shop_amount("totalTaxSet"),
        created_at="createdAt",
        updated_at="updatedAt",
        completed_at="completedAt",
    )
