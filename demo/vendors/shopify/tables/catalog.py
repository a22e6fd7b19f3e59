"""Shop, locations, products, variants, inventory items and discounts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.shopify.tables.ids import (
    PRODUCT,
    item_ids,
    location_ids,
    of_store,
    product_ids,
    store_ids,
    variant_ids,
)
from demo.world.catalog import BRANDS, CATEGORIES, GOODS, SERVICE
from demo.world.economics import (
    BUNDLE,
    DISCOUNT_PERCENT,
    LOYAL_CENTS,
    WELCOMED,
)
from demo.world.promotions import FREE_SHIPPING, LOYAL, WELCOME
from demo.world.scenario import DAY, NEVER, Ints
from demo.world.stores import CLOSED_LOCATION, LOCATIONS, STORES
from demo.world.values import choose, gids, instants, money, pick
from demo.world.view import View

BEFORE_DAYS = 40
"""The catalogue was set up so many days before the first simulated one."""
CLOSED_AFTER = 60 * DAY
"""Seconds for which the closed place was open."""


def write_catalog(view: View, merchant: Merchant, quantity: Ints) -> None:
    """Writes the tables.

    Args:
        quantity: available units by store and SKU.
    """
    _write_shop(view, merchant)
    skus = _visible_skus(view)
    store, sku = skus["store"].to_numpy(), skus["sku"].to_numpy()
    updated = _updated(view, skus)
    _write_products(view, merchant, store, sku, updated, quantity)
    _write_variants(view, merchant, store, sku, updated, quantity)
    _write_items(view, merchant, store, sku, updated)
    _write_deletions(view, merchant)
    _write_discounts(view, merchant)


def _write_shop(view: View, merchant: Merchant) -> None:
    index = np.arange(len(STORES))
    start = view.world.scenario.clocks[0].utc(np.full(2, -BEFORE_DAYS), np.full(2, 36_000))
    merchant.write(
        "shopify",
        "shop",
        pl.DataFrame(
            {
                "store_id": store_ids(index),
                "id": gids("Shop", 58_000_000_000 + index),
                "name": [s.name for s in STORES],
                "myshopify_domain": [s.domain for s in STORES],
                "currency_code": [s.currency for s in STORES],
                "iana_timezone": [s.timezone for s in STORES],
                "taxes_included": [s.taxes_included for s in STORES],
                "plan_name": ["Shopify Plus", "Shopify Plus"],
            }
        ),
    )
    _write_locations(merchant, start)


def _write_locations(merchant: Merchant, start: Ints) -> None:
    """The places of both stores, and one that is closed.

    Args:
        start: instants at which the stores set up their places, by store.
    """
    places = [*LOCATIONS, CLOSED_LOCATION]
    store = np.array([0, 0, 1, 1, 0])
    number = np.arange(len(places))
    closed = number == len(LOCATIONS)
    created = np.where(closed, start[store] - CLOSED_AFTER, start[store])
    merchant.write(
        "shopify",
        "locations",
        pl.DataFrame(
            {
                "store_id": store_ids(store),
                "id": location_ids(number),
                "name": [x.name for x in places],
                "is_active": ~closed,
                "is_fulfillment_service": [x.third_party for x in places],
                "fulfills_online_orders": [x.ships_online_orders for x in places],
                "ships_inventory": ~closed,
                "address1": [x.address for x in places],
                "city": [x.city for x in places],
                "province_code": [x.province for x in places],
                "country_code": [x.country for x in places],
                "zip": [x.zip for x in places],
                "created_at": instants(created),
                "updated_at": instants(start[store]),
                "deactivated_at": instants(np.where(closed, start[store], NEVER)),
            }
        ),
    )


def local_day(view: View) -> Ints:
    """The day index of ``as_of`` in each store's time zone."""
    epoch = view.world.scenario.first_day.toordinal()
    now = datetime.fromtimestamp(view.now, UTC)
    return np.array([now.astimezone(ZoneInfo(s.timezone)).date().toordinal() - epoch for s in STORES])


def _visible_skus(view: View) -> pl.DataFrame:
    """Store and SKU of variants that exist: announced two weeks before launch, not yet deleted."""
    catalog, today = view.world.catalog, local_day(view)
    frames = []
    for store in (0, 1):
        here = (catalog.launch - 14 <= today[store]) & (catalog.deleted > today[store])
        frames.append(pl.DataFrame({"store": np.full(here.sum(), store), "sku": np.flatnonzero(here)}))
    return pl.concat(frames)


def _created(view: View, store: Ints, sku: Ints) -> Ints:
    launch = view.world.catalog.launch[sku]
    day = np.where(launch >= 0, launch - 14, -BEFORE_DAYS)
    return view.world.scenario.utc(store, day, np.full(len(sku), 9 * 3600) + sku % 3600)


def _updated(view: View, skus: pl.DataFrame) -> Ints:
    """When each variant last changed: created, repriced, discontinued."""
    world = view.world
    store, sku = skus["store"].to_numpy(), skus["sku"].to_numpy()
    today = np.minimum(local_day(view), world.scenario.days - 1)[store]
    price = world.prices.price
    changed = np.zeros(price.shape, dtype=np.int64)
    changed[:, :, 1:] = np.where(
        (price[:, :, 1:] != price[:, :, :-1])
        | (world.prices.compare_at[:, :, 1:] != world.prices.compare_at[:, :, :-1]),
        np.arange(1, price.shape[2]),
        0,
    )
    last = np.maximum.accumulate(changed, axis=2)[store, sku, today]
    ended = world.catalog.discontinued[sku]
    last = np.where(ended <= today, np.maximum(last, ended), last)
    second = np.full(len(sku), 300)
    touched = world.scenario.utc(store, last, second)
    created = _created(view, store, sku)
    return np.where((last > 0) & (touched <= view.now), np.maximum(touched, created), created)


def _write_products(view: View, merchant: Merchant, store: Ints, sku: Ints, updated: Ints, quantity: Ints) -> None:
    catalog = view.world.catalog
    rows = (
        pl.DataFrame(
            {
                "store": store,
                "sku": sku,
                "product": catalog.product[sku],
                "updated": updated,
                "created": _created(view, store, sku),
                "units": quantity[store, sku],
            }
        )
        .group_by("store", "product", maintain_order=True)
        .agg(pl.col("sku").first(), pl.col("created").min(), pl.col("updated").max(), pl.col("units").sum())
    )
    store, sku = rows["store"].to_numpy(), rows["sku"].to_numpy()
    category = catalog.category[sku]
    ended = catalog.discontinued[sku] <= local_day(view)[store]
    frame = catalog.frame[sku]
    tags = [json.dumps(t) for t in (["new"], ["core"], ["last-chance"])]
    state = np.select([ended, catalog.launch[sku] > local_day(view)[store] - 60], [2, 0], 1)
    merchant.write(
        "shopify",
        "products",
        pl.DataFrame(
            {
                "store_id": store_ids(store),
                "id": product_ids(store, rows["product"].to_numpy()),
                "title": frame["title"],
                "handle": frame["title"].str.to_lowercase().str.replace_all(r"[^a-z0-9]+", "-"),
                "status": choose(
                    [ended, catalog.launch[sku] > local_day(view)[store]], ["ARCHIVED", "DRAFT"], "ACTIVE"
                ),
                "vendor": pick(list(BRANDS), catalog.brand[sku]),
                "product_type": np.where(
                    category >= 0,
                    pick([c.name for c in CATEGORIES], category).fill_null("").to_numpy(),
                    frame["noun"].to_numpy(),
                ),
                "category_id": pick(
                    [f"gid://shopify/TaxonomyCategory/{c.shopify_category[0]}" for c in CATEGORIES], category
                ),
                "category_name": pick([c.shopify_category[1] for c in CATEGORIES], category),
                "tags": pick(tags, state),
                "is_gift_card": sku > SERVICE,
                "total_inventory": rows["units"],
                "created_at": instants(rows["created"].to_numpy()),
                "updated_at": instants(rows["updated"].to_numpy()),
                "published_at": instants(
                    np.where(catalog.launch[sku] > local_day(view)[store], NEVER, rows["created"].to_numpy())
                ),
            }
        ),
    )


def _write_variants(view: View, merchant: Merchant, store: Ints, sku: Ints, updated: Ints, quantity: Ints) -> None:
    world = view.world
    catalog, frame = world.catalog, world.catalog.frame[sku]
    today = np.minimum(local_day(view), world.scenario.days - 1)[store]
    price, compare = world.prices.price[store, sku, today], world.prices.compare_at[store, sku, today]
    names = [c.option_name for c in CATEGORIES] + ["Title", "Denominations"]
    option = np.where(
        sku < GOODS, catalog.category[sku], np.where(sku == SERVICE, len(CATEGORIES), len(CATEGORIES) + 1)
    )
    merchant.write(
        "shopify",
        "product_variants",
        pl.DataFrame(
            {
                "store_id": store_ids(store),
                "id": variant_ids(store, sku),
                "product_id": product_ids(store, catalog.product[sku]),
                "inventory_item_id": item_ids(store, sku),
                "sku": frame["sku"],
                "title": frame["option"],
                "barcode": pl.Series(4_006_381_000_000 + sku).cast(pl.String),
                "position": frame["position"],
                "price": money(price),
                "compare_at_price": money(compare, compare == 0),
                "taxable": sku <= SERVICE,
                "selected_options": pl.select(
                    pl.concat_str(
                        pl.lit('[{"name": "'),
                        pick(names, option),
                        pl.lit('", "value": "'),
                        frame["option"],
                        pl.lit('"}]'),
                    )
                ).to_series(),
                "inventory_quantity": quantity[store, sku],
                "created_at": instants(_created(view, store, sku)),
                "updated_at": instants(updated),
            }
        ),
    )


def _write_items(view: View, merchant: Merchant, store: Ints, sku: Ints, updated: Ints) -> None:
    catalog = view.world.catalog
    weights = np.array([c.weight_kg for c in CATEGORIES] + [0.0])[catalog.category[sku]]
    origin = [s.country for s in view.world.suppliers]
    dollars = catalog.cost[sku]
    cost = np.where(store == 0, dollars, np.rint(dollars / 1.1).astype(np.int64))
    stocked = sku < GOODS
    merchant.write(
        "shopify",
        "inventory_items",
        pl.DataFrame(
            {
                "store_id": store_ids(store),
                "id": item_ids(store, sku),
                "variant_id": variant_ids(store, sku),
                "sku": catalog.frame["sku"][sku],
                "tracked": stocked,
                "requires_shipping": stocked,
                "unit_cost": money(cost, ~stocked),
                "unit_cost_currency": pick([s.currency for s in STORES], np.where(stocked, store, -1)),
                "country_code_of_origin": pick(origin, np.where(stocked, catalog.supplier[sku], -1)),
                "harmonized_system_code": pick(
                    ["620193", "610910", "620342", "640319", "650500", "630140", "330499", "420292"],
                    np.where(stocked, catalog.category[sku], -1),
                ),
                "weight": np.where(stocked, weights, 0.0),
                "weight_unit": ["KILOGRAMS"] * len(sku),
                "created_at": instants(_created(view, store, sku)),
                "updated_at": instants(updated),
            }
        ),
    )


def _write_deletions(view: View, merchant: Merchant) -> None:
    catalog, scenario = view.world.catalog, view.world.scenario
    products, first = np.unique(catalog.product, return_index=True)
    day = catalog.deleted[first]
    gone = np.flatnonzero(day < scenario.days)
    store, number = np.repeat([0, 1], len(gone)), np.tile(gone, 2)
    ts = scenario.utc(store, day[number], np.full(len(number), 300))
    seen = ts <= view.now
    store, number, ts = store[seen], number[seen], ts[seen]
    merchant.write(
        "shopify",
        "product_deletions",
        pl.DataFrame(
            {
                "store_id": store_ids(store),
                "id": gids("BasicEvent", of_store(PRODUCT, store, products[number]) + 9_000_000),
                "product_id": product_ids(store, products[number]),
                "deleted_at": instants(ts),
            }
        ),
    )


@dataclass(frozen=True)
class _Discount:
    """A discount of one store; without a code it applies by itself, without a last day it does not end."""

    store: int
    number: int
    kind: str
    title: str
    code: str | None
    percent: int = 0
    cents: int = 0
    first_day: int = -BEFORE_DAYS
    last_day: int | None = None


def _discounts(view: View) -> list[_Discount]:
    """Codes of promotions that have begun, and evergreen discounts."""
    today, found = local_day(view), []
    for store in (0, 1):
        for number, promotion in enumerate(view.world.promotions):
            first, last = promotion.window(view.world.scenario)
            if first <= today[store]:
                found.append(
                    _Discount(
                        store,
                        number,
                        "DiscountCodeBasic",
                        promotion.name,
                        promotion.code,
                        promotion.rate_percent,
                        first_day=max(first, -BEFORE_DAYS),
                        last_day=last,
                    )
                )
        found += [
            _Discount(store, 500, "DiscountCodeBasic", "Welcome", WELCOME, DISCOUNT_PERCENT[WELCOMED]),
            _Discount(store, 501, "DiscountCodeBasic", "Thank you", LOYAL, cents=LOYAL_CENTS),
            _Discount(store, 502, "DiscountCodeFreeShipping", "Free shipping", FREE_SHIPPING),
            _Discount(store, 503, "DiscountAutomaticBasic", "Bundle saver", None, DISCOUNT_PERCENT[BUNDLE]),
        ]
    return found


def _write_discounts(view: View, merchant: Merchant) -> None:
    """Discounts with how often they were used by now."""
    scenario, rows, used = view.world.scenario, _discounts(view), _code_use(view)
    store = np.array([d.store for d in rows])
    midnight = np.zeros(len(rows), dtype=np.int64)
    start = scenario.utc(store, np.array([d.first_day for d in rows]), midnight)
    last = np.array([scenario.horizon if d.last_day is None else d.last_day for d in rows])
    end = np.where(last < scenario.horizon, scenario.utc(store, last + 1, midnight), NEVER)
    cents = np.array([d.cents for d in rows])
    merchant.write(
        "shopify",
        "discounts",
        pl.DataFrame(
            {
                "store_id": store_ids(store),
                "id": gids("DiscountNode", 1_290_000_000 + store * 1000 + np.array([d.number for d in rows])),
                "type": [d.kind for d in rows],
                "title": [d.title for d in rows],
                "status": choose([end <= view.now], ["EXPIRED"], "ACTIVE"),
                "codes": [json.dumps([d.code] if d.code else []) for d in rows],
                "percentage": [d.percent / 100 if d.percent else None for d in rows],
                "amount": money(cents, cents == 0),
                "amount_currency": pick([s.currency for s in STORES], np.where(cents > 0, store, -1)),
                "usage_count": [used.get((d.store, d.code or ""), 0) for d in rows],
                "starts_at": instants(start),
                "ends_at": instants(end),
                "created_at": instants(start - 3600),
                "updated_at": instants(np.where(end <= view.now, end, start - 3600)),
            }
        ),
    )


def _code_use(view: View) -> dict[tuple[int, str], int]:
    orders = view.orders
    parts = [
        orders.filter(pl.col("promotion") >= 0).select(
            "store",
            code=pl.Series(
                [view.world.promotions[i].code for i in orders.filter(pl.col("promotion") >= 0)["promotion"].to_list()],
                dtype=pl.String,
            ),
        ),
        orders.filter(pl.col("kind") == WELCOMED).select("store", code=pl.lit(WELCOME)),
        orders.filter(pl.col("kind") == BUNDLE).select("store", code=pl.lit("")),
        orders.filter("loyal").select("store", code=pl.lit(LOYAL)),
        orders.filter("shipping_free").select("store", code=pl.lit(FREE_SHIPPING)),
    ]
    counted = pl.concat(parts).group_by("store", "code").len()
    return {(s, c): n for s, c, n in counted.iter_rows()}


def visible_levels(view: View) -> pl.DataFrame:
    """Store, location and goods SKU of stock levels that exist."""
    skus = _visible_skus(view).filter(pl.col("sku") < GOODS)
    both = skus.join(pl.DataFrame({"second": [0, 1]}), how="cross")
    return both.select("store", "sku", location=pl.col("store") * 2 + pl.col("second"))
