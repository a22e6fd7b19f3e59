"""Customer accounts with synthetic names; e-mail addresses end in example.com."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.shopify.tables.ids import customer_ids, store_ids
from demo.world.scenario import NEVER, Flags, Ints
from demo.world.stores import REGIONS, STORES
from demo.world.values import choose, instants, money, pick
from demo.world.view import View

FIRST = (
    "Ada",
    "Ben",
    "Chloe",
    "David",
    "Elena",
    "Felix",
    "Grace",
    "Hugo",
    "Iris",
    "Jonas",
    "Klara",
    "Liam",
    "Mia",
    "Noah",
    "Olga",
    "Paul",
    "Quinn",
    "Rosa",
    "Sam",
    "Tara",
    "Uma",
    "Victor",
    "Wanda",
    "Xavier",
    "Yara",
    "Zoe",
)
LAST = (
    "Adler",
    "Baker",
    "Costa",
    "Dubois",
    "Evans",
    "Fischer",
    "Garcia",
    "Hansen",
    "Ivanov",
    "Jansen",
    "Keller",
    "Lopez",
    "Moreau",
    "Novak",
    "Olsen",
    "Peters",
    "Quist",
    "Rossi",
    "Schmidt",
    "Torres",
    "Usher",
    "Vogel",
    "Weber",
    "Young",
)


def customer_emails(account: Ints) -> pl.Series:
    """The e-mail address of each account."""
    first, last = (
        pick([f.lower() for f in FIRST], account % len(FIRST)),
        pick([x.lower() for x in LAST], account % len(LAST)),
    )
    return pl.select(pl.format("{}.{}.{}@example.com", first, last, pl.Series(account))).to_series()


def region_column(region: Ints, attribute: str, missing: Flags | None = None) -> pl.Series:
    """A text attribute (city, province, country) of regions."""
    index = region if missing is None else np.where(missing, -1, region)
    return pick([getattr(r, attribute) for r in REGIONS], index)


def zip_of(region: Ints, number: Ints, missing: Flags | None = None) -> pl.Series:
    """A ZIP code of the region, told by a number of the one who lives there."""
    counts = np.array([len(r.zips) for r in REGIONS])
    start = np.r_[0, np.cumsum(counts)[:-1]]
    index = start[region] + number % counts[region]
    return pick([z for r in REGIONS for z in r.zips], index if missing is None else np.where(missing, -1, index))


def write_customers(view: View, merchant: Merchant) -> None:
    """Writes accounts that exist by now, with Shopify's own counts of their orders."""
    rows = _accounts(view)
    account = rows["customer"].to_numpy()
    c = view.world.shoppers.customers
    store, region, company = c.store[account], c.region[account], c.company[account]
    consent, left = account % 10 < 6, account % 10 == 6
    merchant.write(
        "shopify",
        "customers",
        pl.DataFrame(
            {
                "store_id": store_ids(store),
                "id": customer_ids(account),
                "first_name": pick(list(FIRST), account % len(FIRST)),
                "last_name": pick(list(LAST), account % len(LAST)),
                "email": customer_emails(account),
                "phone": pl.select(
                    pl.when(pl.Series(account % 3 == 0)).then(
                        pl.format("+1555{}", pl.Series(account).cast(pl.String).str.zfill(7))
                    )
                ).to_series(),
                "state": choose([account % 4 == 0], ["DISABLED"], "ENABLED"),
                "locale": locales(region),
                "tags": choose([company, rows["orders"].to_numpy() >= 5], ['["wholesale"]', '["loyal"]'], "[]"),
                "tax_exempt": company & (store == 0),
                "verified_email": account % 4 != 0,
                "email_marketing_state": choose([consent, left], ["SUBSCRIBED", "UNSUBSCRIBED"], "NOT_SUBSCRIBED"),
                "email_marketing_updated_at": instants(np.where(consent | left, rows["created"].to_numpy(), NEVER)),
                "sms_marketing_state": choose(
                    [account % 3 != 0, account % 15 == 0], [None, "SUBSCRIBED"], "NOT_SUBSCRIBED"
                ),
                "city": region_column(region, "city"),
                "province_code": region_column(region, "province"),
                "country_code": region_column(region, "country"),
                "zip": zip_of(region, account),
                "number_of_orders": rows["orders"],
                "amount_spent": money(rows["spent"].to_numpy()),
                "amount_spent_currency": pick([s.currency for s in STORES], store),
                "created_at": instants(rows["created"].to_numpy()),
                "updated_at": instants(rows["touched"].to_numpy()),
            }
        ),
    )


def _accounts(view: View) -> pl.DataFrame:
    """Accounts with their orders (count, cents paid) and the last instant at which anything of theirs changed."""
    first = (
        view.world.shoppers.wishes.filter(pl.col("customer") >= 0)
        .group_by("customer")
        .agg(created=pl.col("ts").min() - 300)
        .filter(pl.col("created") <= view.now)
        .sort("customer")
    )
    counted = (
        view.orders.filter((pl.col("customer") >= 0) & ~pl.col("test"))
        .group_by("customer")
        .agg(
            orders=pl.len().cast(pl.Int64),
            spent=(pl.col("received") - pl.col("refunded_cents")).sum(),
            touched=pl.col("updated_ts").max(),
        )
    )
    return first.join(counted, on="customer", how="left", maintain_order="left").with_columns(
        pl.col("orders").fill_null(0),
        pl.col("spent").fill_null(0),
        touched=pl.max_horizontal("created", pl.col("touched").fill_null(0)),
    )


def _locale(region: Ints) -> Ints:
    by_country = {"US": 0, "CA": 0, "DE": 1, "AT": 1, "FR": 2, "BE": 2, "NL": 3, "ES": 4, "IT": 5}
    return np.array([by_country[r.country] for r in REGIONS])[region]


def locales(region: Ints) -> pl.Series:
    """The customer's locale by region."""
    return pick(["en-US", "de-DE", "fr-FR", "nl-NL", "es-ES", "it-IT"], _locale(region))
