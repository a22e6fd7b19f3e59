"""The assortment: 800 stocked SKUs in 8 categories, 12 brands and from 15 suppliers, a service and gift cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from demo.world.scenario import Flags, Floats, Ints, Scenario

GOODS = 800
"""SKU indexes below this are stocked goods."""
SERVICE = 800
"""The SKU index of the gift wrapping, which nobody stocks."""
GIFT_CARDS = (801, 802, 803)
SKUS = 804
DELETED_AFTER_DAYS = 25
"""Days from the end of an article's sale to its deletion from the shop, where somebody deletes it."""


@dataclass(frozen=True)
class Category:
    """A category and its true behaviour.

    Attributes:
        elasticity: own-price elasticity of demand (units sold change by -elasticity % per 1 % of price).
        seasonality: (amplitude, peak day of year) of demand within a year.
        return_rate: share of delivered units that come back, before size problems.
        shopify_category: id and full name in Shopify's taxonomy.
    """

    name: str
    code: str
    products: int
    options: tuple[str, ...]
    option_name: str
    price: float
    elasticity: float
    seasonality: tuple[float, int]
    return_rate: float
    weight_kg: float
    shopify_category: tuple[str, str]
    nouns: tuple[str, ...]


_SIZES = ("S", "M", "L", "XL")
_APPAREL = "Apparel & Accessories"

CATEGORIES: tuple[Category, ...] = (
    Category(
        "Outerwear",
        "OUT",
        25,
        _SIZES,
        "Size",
        149,
        1.4,
        (0.55, 335),
        0.13,
        1.2,
        ("aa-1-10", f"{_APPAREL} > Clothing > Outerwear"),
        ("Parka", "Rain Jacket", "Fleece", "Down Vest", "Shell"),
    ),
    Category(
        "Tops",
        "TOP",
        40,
        _SIZES,
        "Size",
        42,
        1.9,
        (0.22, 175),
        0.14,
        0.3,
        ("aa-1-13", f"{_APPAREL} > Clothing > Clothing Tops"),
        ("Tee", "Oxford Shirt", "Henley", "Polo", "Sweater"),
    ),
    Category(
        "Bottoms",
        "BOT",
        30,
        _SIZES,
        "Size",
        68,
        1.6,
        (0.12, 270),
        0.17,
        0.6,
        ("aa-1-12", f"{_APPAREL} > Clothing > Pants"),
        ("Chino", "Jean", "Hiking Pant", "Short", "Jogger"),
    ),
    Category(
        "Footwear",
        "FOO",
        24,
        ("39", "40", "41", "42", "43"),
        "Size",
        112,
        1.3,
        (0.15, 245),
        0.18,
        1.1,
        ("aa-8", f"{_APPAREL} > Shoes"),
        ("Trail Runner", "Boot", "Sneaker", "Sandal", "Slip-on"),
    ),
    Category(
        "Accessories",
        "ACC",
        50,
        ("Black", "Sand"),
        "Color",
        29,
        2.3,
        (0.30, 345),
        0.06,
        0.2,
        ("aa-2", f"{_APPAREL} > Clothing Accessories"),
        ("Beanie", "Belt", "Tote", "Scarf", "Cap", "Wallet"),
    ),
    Category(
        "Home",
        "HOM",
        40,
        ("Natural", "Slate"),
        "Color",
        54,
        1.1,
        (0.35, 340),
        0.05,
        1.8,
        ("hg-3", "Home & Garden > Decor"),
        ("Throw", "Mug Set", "Lamp", "Cushion", "Candle"),
    ),
    Category(
        "Beauty",
        "BEA",
        60,
        ("Default Title",),
        "Title",
        24,
        0.8,
        (0.15, 130),
        0.03,
        0.2,
        ("hb-3-2", "Health & Beauty > Personal Care > Cosmetics"),
        ("Hand Cream", "Soap Bar", "Face Oil", "Balm", "Scrub"),
    ),
    Category(
        "Outdoor Gear",
        "GEA",
        30,
        ("Forest", "Ember"),
        "Color",
        96,
        1.5,
        (0.60, 170),
        0.07,
        1.5,
        ("sg-4-2", "Sporting Goods > Outdoor Recreation > Camping & Hiking"),
        ("Daypack", "Bottle", "Headlamp", "Tent", "Hammock"),
    ),
)
"""Sizes and products multiply to ``GOODS`` SKUs."""

BRANDS = (
    "Northlight",
    "Fjord & Fell",
    "Harbor Lane",
    "Mesa Works",
    "Brightwater",
    "Oakline",
    "Kestrel",
    "Lumen",
    "Tidewell",
    "Stonepine",
    "Velo Verde",
    "Aurora",
)


@dataclass(frozen=True)
class Supplier:
    """A supplier and its true delivery behaviour: lead time in days is Gamma with this mean and variation."""

    supplier_id: str
    name: str
    country: str
    currency: str
    agreed_days: int
    mean_days: float
    variation: float
    short_rate: float
    reject_rate: float
    terms: str


_SUPPLIER_PLACES = (
    ("CN", "USD", 32.0),
    ("VN", "USD", 30.0),
    ("PT", "EUR", 14.0),
    ("IT", "EUR", 16.0),
    ("US", "USD", 9.0),
    ("TR", "EUR", 19.0),
    ("IN", "USD", 28.0),
    ("MX", "USD", 12.0),
)


def suppliers(scenario: Scenario) -> list[Supplier]:
    """The fifteen suppliers."""
    rng = scenario.rng("suppliers")
    found = []
    for index in range(15):
        country, currency, days = _SUPPLIER_PLACES[index % len(_SUPPLIER_PLACES)]
        mean = round(days * float(rng.uniform(0.85, 1.25)), 1)
        found.append(
            Supplier(
                f"SUP-{index + 1:02d}",
                f"{('Meridian', 'Castell', 'Pacific', 'Delta', 'Summit')[index % 5]} "
                f"{('Textiles', 'Goods', 'Trading')[index // 5]}",
                country,
                currency,
                agreed_days=max(5, round(mean * float(rng.uniform(0.8, 1.0)))),
                mean_days=mean,
                variation=round(float(rng.uniform(0.12, 0.42)), 2),
                short_rate=round(float(rng.uniform(0.03, 0.16)), 2),
                reject_rate=round(float(rng.uniform(0.002, 0.02)), 3),
                terms=("net 30", "net 60", "30 % deposit")[index % 3],
            )
        )
    return found


@dataclass(frozen=True)
class Catalog:
    """The assortment as arrays by SKU index (goods, then the service, then gift cards).

    Attributes:
        frame: descriptive columns, one row per SKU.
        base_price: cents by store and SKU at the start of the world.
        cost: cents in US dollars by SKU.
        popularity: share of demand by goods SKU, sums to 1.
        launch, discontinued, deleted: day indexes by SKU; beyond the horizon when it does not happen.
        size_problem: products whose sizes run small or large, by SKU.
    """

    frame: pl.DataFrame
    base_price: Ints
    cost: Ints
    popularity: Floats
    launch: Ints
    discontinued: Ints
    deleted: Ints
    category: Ints
    product: Ints
    brand: Ints
    supplier: Ints
    size_problem: Flags
    return_rate: Floats
    case_pack: Ints

    @property
    def skus(self) -> pl.Series:
        """SKU texts by index."""
        return self.frame["sku"]


def round_price(price: Floats) -> Ints:
    """Prices as shops write them: whole units minus 5 cents, at least 4.95."""
    whole: Ints = np.maximum(np.rint(price).astype(np.int64), 5)
    return whole * 100 - 5


def build_catalog(scenario: Scenario) -> Catalog:
    """Draws the assortment."""
    rng = scenario.rng("catalog")
    rows = [*_goods(rng), *_service_and_gift_cards()]
    frame = pl.DataFrame(rows)
    products = rows[-1]["product"] + 1
    of_product = frame["product"].to_numpy().astype(np.int64)
    of_category = frame["category"].to_numpy().astype(np.int64)
    first = np.unique(of_product, return_index=True)[1]
    category_of_product = of_category[first]

    level = np.array([c.price for c in CATEGORIES])[category_of_product] * rng.lognormal(0, 0.35, products)
    base = np.stack([round_price(level), round_price(level * 1.08)])[:, of_product]
    base[:, SERVICE] = 495
    base[:, GIFT_CARDS] = (2500, 5000, 10000)
    cost = np.rint(base[0] * rng.uniform(0.32, 0.52, products)[of_product]).astype(np.int64)
    cost[SERVICE:] = 0

    share = rng.lognormal(0, 1.0, products)[of_product[:GOODS]] * rng.uniform(0.5, 1.5, GOODS)
    share *= 60 / np.array([c.price for c in CATEGORIES])[of_category[:GOODS]] ** 0.5

    launch, discontinued, deleted = _life(scenario, rng, products, category_of_product)
    return Catalog(
        frame,
        base,
        cost,
        share / share.sum(),
        launch[of_product],
        discontinued[of_product],
        deleted[of_product],
        of_category,
        of_product,
        frame["brand"].to_numpy().astype(np.int64),
        (of_category * 2 + (of_product % 2) + (of_product % 5 == 0)) % 15,
        (rng.random(products) < 0.12)[of_product] & np.isin(of_category, (0, 1, 2, 3)),
        np.array([c.return_rate for c in CATEGORIES] + [0.0])[of_category],
        np.array([4, 12, 8, 6, 12, 6, 24, 4, 1])[of_category],
    )


def _goods(rng: np.random.Generator) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    product = 0
    for index, category in enumerate(CATEGORIES):
        for number in range(category.products):
            noun = category.nouns[number % len(category.nouns)]
            brand = int(rng.integers(len(BRANDS)))
            title = f"{BRANDS[brand]} {noun} {number // len(category.nouns) + 1}"
            for option in category.options:
                tail = "" if option == "Default Title" else f"-{option.upper()[:3]}"
                rows.append(
                    {
                        "sku": f"{category.code}-{number + 1:03d}{tail}",
                        "product": product,
                        "category": index,
                        "brand": brand,
                        "title": title,
                        "option": option,
                        "position": category.options.index(option) + 1,
                        "noun": noun,
                    }
                )
            product += 1
    return rows


def _service_and_gift_cards() -> list[dict[str, Any]]:
    product = sum(category.products for category in CATEGORIES)
    common = {"category": -1, "brand": 11}
    wrapping = {"sku": "GIFT-WRAP", "product": product, "title": "Gift Wrapping", "noun": "Service"}
    card = {"product": product + 1, "title": "Gift Card", "noun": "Gift Card"}
    return [
        wrapping | common | {"option": "Default Title", "position": 1},
        *(
            card | common | {"sku": f"GIFT-{value}", "option": str(value), "position": position}
            for position, value in enumerate((25, 50, 100), start=1)
        ),
    ]


def _life(scenario: Scenario, rng: np.random.Generator, products: int, category: Ints) -> tuple[Ints, Ints, Ints]:
    """Launch, discontinuation and deletion days of products; each is beyond the horizon where it does not happen."""
    beyond = scenario.horizon + 1
    fate = rng.random(products)
    goods = category >= 0
    launched = goods & (fate < 0.15)
    ended = goods & (fate > 0.91)
    launch = np.where(launched, rng.integers(30, scenario.days - 15, products), -1)
    discontinued = np.where(ended, rng.integers(25, scenario.days, products), beyond)
    deleted = np.where(ended & (rng.random(products) < 0.5), discontinued + DELETED_AFTER_DAYS, beyond)
    return launch, discontinued, np.where(deleted < scenario.days, deleted, beyond)
