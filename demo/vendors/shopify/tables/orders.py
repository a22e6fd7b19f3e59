"""Orders, their lines, discounts, taxes, shipping, payments and fulfilments."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.shopify.tables.catalog import local_day
from demo.vendors.shopify.tables.customers import (
    customer_emails,
    locales,
    region_column,
    zip_of,
)
from demo.vendors.shopify.tables.ids import (
    child_ids,
    customer_ids,
    line_ids,
    location_ids,
    order_ids,
    product_ids,
    store_currencies,
    store_ids,
    variant_ids,
)
from demo.world.catalog import BRANDS, GIFT_CARDS, GOODS
from demo.world.charges import coin_rounding
from demo.world.economics import (
    BUNDLE,
    NONE,
    PROMOTION,
    REPLACEMENT,
    SHIPPING_TITLES,
    STAFF,
    TRADE,
    WELCOMED,
)
from demo.world.exchange import RATE_SCALE
from demo.world.payouts import is_charged, processing_fee
from demo.world.promotions import FREE_SHIPPING, LOYAL, WELCOME
from demo.world.refunds import STORE_CREDIT
from demo.world.scenario import DAY, NEVER, Flags, Ints
from demo.world.shoppers import B2B, MARKETPLACE, POS, SOURCE_NAMES, WEB
from demo.world.situations import CANCELLED_LABEL_EVERY, SOURCES_OF_WEB_ORDERS
from demo.world.stores import REGIONS
from demo.world.values import choose, gids, instants, money, pick, share_of, text
from demo.world.view import View

SUBSCRIBER_EVERY = 25
"""One account in so many has its goods delivered again and again."""
_LINE_GROUP, _COMPANY, _CHANGE = 8_800_000_000, 2_300_000_000, 40_000_000_000
_BRANCHES = ("Head office", "Warehouse")
_PLANS = ("Every month", "Every two months", "Every three months")
_CHOSEN_PLANS = np.array([0, 0, 0, 0, 1, 1, 2])
"""Most subscribers choose a month (57 % in Recharge's report on physical subscriptions of 2020)."""
_CANCELLED_LABEL, _RELABELLED_SECONDS = 500_000_000_000, 1800
CARRIERS = (("UPS", "USPS"), ("DHL", "PostNL"))


_CENTS = {
    "subtotal_price": "subtotal",
    "total_price": "total_now",
    "total_tax": "tax_cents",
    "total_discounts": "discounts",
    "total_shipping_price": "shipping_paid",
    "total_tip_received": "tip",
    "total_refunded": "stated_refunded",
    "total_refunded_shipping": "shipping_refunded",
    "total_received": "received",
    "original_total_price": "original_total",
    "current_total_price": "current_total",
    "current_subtotal_price": "current_subtotal",
    "current_total_tax": "current_tax",
    "current_total_discounts": "current_discounts",
    "current_shipping_price": "current_shipping",
}
"""Amounts of an order in Shopify's words, and in the view's."""


def write_orders(view: View, merchant: Merchant) -> None:
    """Writes the tables."""
    _write_orders(view, merchant)
    _write_lines(view, merchant)
    _write_discounts(view, merchant)
    _write_shipping(view, merchant)
    _write_taxes(view, merchant)
    _write_transactions(view, merchant)
    _write_fulfillments(view, merchant)


def _emails(orders: pl.DataFrame) -> pl.Series:
    """E-mail of the customer, of the guest, or of the account that a guest used; none at till and marketplace."""
    account, guest, source = (orders[c].to_numpy() for c in ("customer", "guest", "source"))
    known = np.where(account >= 0, account, np.where(guest <= -2, -2 - guest, -1))
    of_account = customer_emails(np.maximum(known, 0))
    of_guest = pl.format("guest.{}@example.com", pl.Series(np.maximum(guest, 0)))
    nobody = (account < 0) & np.isin(source, (POS, MARKETPLACE))
    return pl.select(
        pl.when(pl.Series(nobody)).then(None).when(pl.Series(known >= 0)).then(of_account).otherwise(of_guest)
    ).to_series()


def code_columns(view: View, orders: pl.DataFrame) -> pl.DataFrame:
    """Codes of the first, the loyalty and the shipping discount; null where none."""
    kind = orders["kind"].to_numpy()
    promoted = pick([p.code for p in view.world.promotions], orders["promotion"].to_numpy())
    first = pl.select(
        pl.when(pl.Series(kind == PROMOTION)).then(promoted).when(pl.Series(kind == WELCOMED)).then(pl.lit(WELCOME))
    ).to_series()
    return orders.select(
        first_code=first,
        loyal_code=pl.when("loyal").then(pl.lit(LOYAL)),
        shipping_code=pl.when("shipping_free").then(pl.lit(FREE_SHIPPING)),
    )


def _write_orders(view: View, merchant: Merchant) -> None:
    columns = {
        **_identity(view),
        **_company(view),
        **_states(view),
        **_addresses(view),
        **_amounts(view),
        **_history(view),
    }
    merchant.write("shopify", "orders", pl.DataFrame(columns))


def _amounts(view: View) -> dict[str, pl.Series]:
    """Totals as the shop states them: among what was refunded is what has not arrived yet."""
    o = view.orders.with_columns(stated_refunded=pl.col("refunded_cents") + pl.col("pending_cents"))
    duty = o["duty"].to_numpy()
    return {
        **{name: money(o[column].to_numpy()) for name, column in _CENTS.items()},
        "total_price_presentment": money(in_own_currency(o["total_now"], o["rate"])),
        "net_payment": money((o["received"] - o["stated_refunded"]).to_numpy()),
        "current_total_duties": money(o["current_duty"].to_numpy(), duty == 0),
    }


def in_own_currency(cents: pl.Series, rate: pl.Series) -> Ints:
    """Cents of the customer's currency; the rate in ten-thousandths."""
    return share_of(cents.to_numpy(), rate.to_numpy(), np.full(len(cents), RATE_SCALE))


def _identity(view: View) -> dict[str, pl.Series]:
    """Whose order it is, where it was placed, and in which currency."""
    o = view.orders
    store, source = o["store"].to_numpy(), o["source"].to_numpy()
    return {
        "store_id": store_ids(store),
        "id": order_ids(o["order"].to_numpy()),
        "name": pl.select(pl.format("#{}", o["number"])).to_series(),
        "number": o["number"],
        "customer_id": customer_ids(o["customer"].to_numpy()),
        "email": _emails(o),
        "phone": pl.Series([None] * o.height, dtype=pl.String),
        "retail_location_id": location_ids(o["location"].to_numpy(), source != POS),
        "source_name": _source_names(o),
        "customer_locale": locales(o["region"].to_numpy()),
        "test": o["test"],
        "confirmed": pl.repeat(True, o.height, eager=True),
        "taxes_included": o["included"],
        "currency_code": store_currencies(view.world.scenario, store, o["ts"].to_numpy()),
        "presentment_currency_code": own_currency(view, o),
    }


def _source_names(orders: pl.DataFrame) -> pl.Series:
    """By what an order came, in Shopify's names; orders of the site come by apps and networks too."""
    names, shares = zip(*SOURCES_OF_WEB_ORDERS, strict=True)
    source, number = (orders[c].to_numpy() for c in ("source", "order"))
    # Knuth's multiplicative hash spreads neighbouring numbers evenly.
    spread = number * 2_654_435_761 % 2**32 / 2**32
    beside = np.searchsorted(np.cumsum(shares), spread, side="right")
    other = np.where((source == WEB) & ~orders["test"].to_numpy() & (beside < len(names)), beside, -1)
    return pick([*SOURCE_NAMES, *names], np.where(other >= 0, len(SOURCE_NAMES) + other, source))


def own_currency(view: View, orders: pl.DataFrame) -> pl.Series:
    """The currency that the customer pays in."""
    of_region = pick([r.currency for r in REGIONS], orders["region"].to_numpy())
    of_store = store_currencies(view.world.scenario, orders["store"].to_numpy(), orders["ts"].to_numpy())
    return of_region.fill_null(of_store)


def _company(view: View) -> dict[str, pl.Series]:
    """The company that buys and its branch; a person's order has none."""
    o = view.orders
    account, person = o["customer"].to_numpy(), o["source"].to_numpy() != B2B
    branch = o["order"].to_numpy() % len(_BRANCHES)
    name = pl.select(pl.when(pl.Series(~person)).then(pl.format("Company {}", pl.Series(account)))).to_series()
    return {
        "company_id": gids("Company", _COMPANY + np.maximum(account, 0), person),
        "company_name": name,
        "company_location_id": gids("CompanyLocation", (_COMPANY + np.maximum(account, 0)) * 10 + branch, person),
        "company_location_name": pick(list(_BRANCHES), np.where(person, -1, branch)),
    }


def _states(view: View) -> dict[str, pl.Series]:
    """What has become of the order, its tags, codes and gateways."""
    o = view.orders
    cancelled = o["cancelled_ts"].to_numpy() <= view.now
    reasons = [~cancelled, o["fraud"].to_numpy(), _owner(o) % 3 == 0]
    codes = code_columns(view, o)
    gateways = (
        pl.when(pl.col("total_now") == 0)
        .then(pl.lit("[]"))
        .when("gift_card_tender")
        .then(pl.format('["gift_card", "{}"]', pl.col("gateway")))
        .when(pl.col("credit") == pl.col("original_total"))
        .then(text(pl.lit(STORE_CREDIT)))
        .when(pl.col("credit") > 0)
        .then(pl.format('["{}", "{}"]', pl.lit(STORE_CREDIT), pl.col("gateway")))
        .otherwise(text(pl.col("gateway")))
    )
    return {
        "edited": o["edited_now"],
        "display_financial_status": o["financial_status"],
        "display_fulfillment_status": o["fulfillment_status"],
        "return_status": o["return_status"],
        "cancel_reason": choose(reasons, [None, "FRAUD", "INVENTORY"], "CUSTOMER"),
        "tags": choose([o["source"].to_numpy() == B2B], ['["wholesale"]'], "[]"),
        "discount_codes": codes.select(
            pl.when(pl.all_horizontal(pl.all().is_null()))
            .then(pl.lit("[]"))
            .otherwise(pl.format('["{}"]', pl.concat_str(pl.all(), separator='", "', ignore_nulls=True)))
            .alias("codes")
        )["codes"],
        "payment_gateway_names": o.select(gateways.alias("g"))["g"],
    }


def _addresses(view: View) -> dict[str, pl.Series]:
    """Where it goes and who pays; a fraud's bill goes elsewhere, a sale at the till has no address."""
    o = view.orders
    region, owner = o["region"].to_numpy(), _owner(o)
    at_till = o["source"].to_numpy() == POS
    far_away = np.where(o["store"].to_numpy() == 0, 8, len(REGIONS) - 1)
    elsewhere = np.where(o["fraud"].to_numpy(), far_away, region)
    return {
        "billing_city": region_column(elsewhere, "city", at_till),
        "billing_province_code": region_column(elsewhere, "province", at_till),
        "billing_country_code": region_column(elsewhere, "country", at_till),
        "billing_zip": zip_of(elsewhere, owner, at_till),
        "shipping_city": region_column(region, "city", at_till),
        "shipping_province_code": region_column(region, "province", at_till),
        "shipping_country_code": region_column(region, "country", at_till),
        "shipping_zip": zip_of(region, owner, at_till),
    }


def _history(view: View) -> dict[str, pl.Series]:
    """How the customer came, and when things happened."""
    o = view.orders
    journeyed = pl.Series((o["source"].to_numpy() == WEB) & ~o["test"].to_numpy())
    cancelled = o["cancelled_ts"].to_numpy() <= view.now
    return {
        "customer_order_index": o["customer_index"],
        "days_to_conversion": _days_to_conversion(view),
        "customer_journey_ready": pl.Series(o["ts"].to_numpy() < view.now - 3600),
        "cart_token": pl.select(pl.when(journeyed).then(pl.format("c{}", o["order"] * 7919))).to_series(),
        "checkout_token": pl.select(pl.when(journeyed).then(pl.format("k{}", o["order"] * 104_729))).to_series(),
        "created_at": instants(o["ts"].to_numpy()),
        "processed_at": instants(o["ts"].to_numpy()),
        "updated_at": instants(o["updated_ts"].to_numpy()),
        "cancelled_at": instants(np.where(cancelled, o["cancelled_ts"].to_numpy(), NEVER)),
        "closed_at": instants(o["closed_ts"].to_numpy()),
    }


def _owner(orders: pl.DataFrame) -> Ints:
    """The account, or the guest, as a number that addresses are drawn by."""
    account = orders["customer"].to_numpy()
    return np.where(account >= 0, account, np.abs(orders["guest"].to_numpy()))


def _days_to_conversion(view: View) -> pl.Series:
    first = view.visits.group_by("order").agg(first=pl.col("ts").min())
    joined = view.orders.select("order", "ts").join(first, on="order", how="left", maintain_order="left")
    return joined.select(((pl.col("ts") - pl.col("first")) // DAY).alias("days"))["days"]


def deleted_by_now(view: View, store: Ints, sku: Ints) -> np.ndarray:
    """Whether the SKU's product is deleted in the store."""
    return view.world.catalog.deleted[sku] <= local_day(view)[store]


def _write_lines(view: View, merchant: Merchant) -> None:
    rows = view.lines
    catalog = view.world.catalog
    store, sku = rows["store"].to_numpy(), rows["sku"].to_numpy()
    frame = catalog.frame[sku]
    gone = deleted_by_now(view, store, sku)
    of_line = rows["order"].to_numpy()
    kind = (
        rows.select("order")
        .join(view.orders.select("order", "kind"), on="order", how="left", maintain_order="left")["kind"]
        .to_numpy()
    )
    automatic = np.where(kind == BUNDLE, rows["first"].to_numpy(), 0)
    original = rows["original"].to_numpy()
    goods = pl.DataFrame(
        {
            "store_id": store_ids(store),
            "order_id": order_ids(of_line),
            "id": line_ids(rows["line"].to_numpy()),
            "position": rows["place"],
            "product_id": product_ids(store, catalog.product[sku], gone),
            "variant_id": variant_ids(store, sku, gone),
            "sku": frame["sku"],
            "title": frame["title"],
            "variant_title": pl.select(pl.when(frame["option"] != "Default Title").then(frame["option"])).to_series(),
            "vendor": pick(list(BRANDS), catalog.brand[sku]),
            "quantity": rows["quantity"],
            "current_quantity": rows["current"],
            "refundable_quantity": rows["current"],
            "unfulfilled_quantity": rows["unshipped"],
            "is_gift_card": np.isin(sku, GIFT_CARDS),
            "requires_shipping": sku < GOODS,
            "taxable": rows["taxed"],
            **_bundles(rows, kind),
            **_plans(view, rows),
            "original_unit_price": money(rows["price"].to_numpy()),
            "original_total": money(original),
            "discounted_total": money(original - automatic),
            "total_discount": money(automatic),
        }
    )
    merchant.write("shopify", "order_lines", pl.concat([goods, _tip_lines(view, goods)], how="diagonal_relaxed"))


def _tip_lines(view: View, goods: pl.DataFrame) -> pl.DataFrame:
    """A tip is a line too, after the order's goods: without product, variant or SKU."""
    tipped = view.orders.filter(pl.col("tip") > 0)
    number = tipped["order"].to_numpy()
    tip = money(tipped["tip"].to_numpy())
    lines = pl.DataFrame(
        {
            "store_id": store_ids(tipped["store"].to_numpy()),
            "order_id": order_ids(number),
            "id": child_ids("LineItem", number),
            "title": pl.repeat("Tip", tipped.height, eager=True),
            "original_unit_price": tip,
            "original_total": tip,
            "discounted_total": tip,
        }
    )
    after = goods.group_by("order_id").agg(position=pl.col("position").max() + 1)
    one, no = pl.lit(1, pl.Int64), pl.lit(False)
    return lines.join(after, on="order_id", how="left", maintain_order="left").with_columns(
        quantity=one,
        current_quantity=one,
        refundable_quantity=one,
        unfulfilled_quantity=pl.lit(0, pl.Int64),
        is_gift_card=no,
        requires_shipping=no,
        taxable=no,
        total_discount=pl.lit(0).cast(tip.dtype),
    )


def _bundles(lines: pl.DataFrame, kind: Ints) -> dict[str, pl.Series]:
    """The set that a line is a part of: what is bought for the bundle's discount."""
    bundled = (kind == BUNDLE) & (lines["first"].to_numpy() > 0)
    return {
        "bundle_id": gids("LineItemGroup", _LINE_GROUP + lines["order"].to_numpy(), ~bundled),
        "bundle_title": choose([bundled], ["Camp set"], None),
        "bundle_sku": choose([bundled], ["CAMP-SET"], None),
        "bundle_quantity": pl.Series(np.where(bundled, 1, 0)).replace(0, None),
    }


def _plans(view: View, lines: pl.DataFrame) -> dict[str, pl.Series]:
    """The plan of a subscriber's goods from the shop's own site."""
    of_order = lines.select("order").join(
        view.orders.select("order", "customer", "source"), on="order", how="left", maintain_order="left"
    )
    account, source = of_order["customer"].to_numpy(), of_order["source"].to_numpy()
    subscribed = (
        (account >= 0) & (account % SUBSCRIBER_EVERY == 0) & (source == WEB) & (lines["sku"].to_numpy() < GOODS)
    )
    plan = np.where(subscribed, _CHOSEN_PLANS[account // SUBSCRIBER_EVERY % len(_CHOSEN_PLANS)], -1)
    return {
        "selling_plan_id": gids("SellingPlan", np.maximum(plan, 0) + 1, ~subscribed),
        "selling_plan_name": pick(list(_PLANS), plan),
    }


def _applications(view: View) -> pl.DataFrame:
    """Discounts by order: order, slot (0 first, 1 loyalty, 2 shipping) and their 0-based index in the order."""
    used = view.lines.filter(pl.col("first") > 0).select("order").unique()
    o = view.orders
    parts = [
        o.filter(pl.col("kind") != NONE).join(used, on="order", how="semi").with_columns(slot=pl.lit(0)),
        o.filter("loyal").with_columns(slot=pl.lit(1)),
        o.filter("shipping_free").with_columns(slot=pl.lit(2)),
    ]
    found = pl.concat(parts).sort("order", "slot")
    return found.with_columns(index=pl.int_range(pl.len()).over("order"))


def _write_discounts(view: View, merchant: Merchant) -> None:
    a = _applications(view)
    codes = code_columns(view, a)
    slot, kind = a["slot"].to_numpy(), a["kind"].to_numpy()
    currency = store_currencies(view.world.scenario, a["store"].to_numpy(), a["ts"].to_numpy())
    manual = (slot == 0) & np.isin(kind, (TRADE, STAFF, REPLACEMENT))
    automatic = (slot == 0) & (kind == BUNDLE)
    titles = pick(
        ["Wholesale terms", "Staff discount", "Replacement"], np.select([kind == TRADE, kind == STAFF], [0, 1], 2)
    )
    code = pl.select(
        pl.when(pl.Series(slot == 2))
        .then(codes["shipping_code"])
        .when(pl.Series(slot == 1))
        .then(codes["loyal_code"])
        .otherwise(codes["first_code"])
    ).to_series()
    merchant.write(
        "shopify",
        "discount_applications",
        pl.DataFrame(
            {
                "store_id": store_ids(a["store"].to_numpy()),
                "order_id": order_ids(a["order"].to_numpy()),
                "index": a["index"],
                "type": choose(
                    [manual, automatic],
                    ["ManualDiscountApplication", "AutomaticDiscountApplication"],
                    "DiscountCodeApplication",
                ),
                "code": code,
                "title": pl.select(
                    pl.when(pl.Series(manual)).then(titles).when(pl.Series(automatic)).then(pl.lit("Bundle saver"))
                ).to_series(),
                "allocation_method": choose([automatic], ["EACH"], "ACROSS"),
                "target_selection": choose([_on_some_goods(view, a)], ["ENTITLED"], "ALL"),
                "target_type": choose([slot == 2], ["SHIPPING_LINE"], "LINE_ITEM"),
                "value_amount": money(np.full(a.height, 500), slot != 1),
                "value_currency": pl.select(pl.when(pl.Series(slot == 1)).then(currency)).to_series(),
                "value_percentage": pl.select(
                    pl.when(pl.Series(slot != 1)).then(pl.Series(_percent(view, a)).cast(pl.Float64))
                ).to_series(),
            }
        ),
    )
    _write_allocations(view, merchant, a)


def _percent(view: View, applications: pl.DataFrame) -> Ints:
    """Percent off; 0 where an amount is."""
    slot, kind = applications["slot"].to_numpy(), applications["kind"].to_numpy()
    rates = np.array([p.rate_percent for p in view.world.promotions] or [0])
    percent = np.select(
        [
            slot == 2,
            kind == PROMOTION,
            kind == WELCOMED,
            kind == BUNDLE,
            kind == TRADE,
            kind == STAFF,
            kind == REPLACEMENT,
        ],
        [100, rates[np.maximum(applications["promotion"].to_numpy(), 0)], 10, 5, 12, 10, 100],
        0,
    )
    return np.where(slot == 1, 0, percent)


def _on_some_goods(view: View, applications: pl.DataFrame) -> Flags:
    """Whether the promotion is of one category only."""
    slot, kind = applications["slot"].to_numpy(), applications["kind"].to_numpy()
    partly = np.zeros(applications.height, dtype=bool)
    partly[slot == 0] = np.array([p.category >= 0 for p in view.world.promotions] or [False])[
        np.maximum(applications["promotion"].to_numpy()[slot == 0], 0)
    ] & (kind[slot == 0] == PROMOTION)
    return partly


def _write_allocations(view: View, merchant: Merchant, applications: pl.DataFrame) -> None:
    index = applications.select("order", "slot", "index")
    parts = [
        view.lines.filter(pl.col(column) > 0).select("store", "order", "line", cents=column, slot=pl.lit(slot))
        for slot, column in ((0, "first"), (1, "loyal_cents"))
    ]
    rows = pl.concat(parts).join(index, on=["order", "slot"], how="inner", maintain_order="left").sort("line", "index")
    merchant.write(
        "shopify",
        "discount_allocations",
        pl.DataFrame(
            {
                "store_id": store_ids(rows["store"].to_numpy()),
                "order_id": order_ids(rows["order"].to_numpy()),
                "order_line_id": line_ids(rows["line"].to_numpy()),
                "discount_application_index": rows["index"],
                "allocated_amount": money(rows["cents"].to_numpy()),
            }
        ),
    )


def _write_shipping(view: View, merchant: Merchant) -> None:
    rows = view.orders.filter("shipped")
    merchant.write(
        "shopify",
        "shipping_lines",
        pl.DataFrame(
            {
                "store_id": store_ids(rows["store"].to_numpy()),
                "order_id": order_ids(rows["order"].to_numpy()),
                "position": np.zeros(rows.height, dtype=np.int64),
                "id": child_ids("ShippingLine", rows["order"].to_numpy()),
                "title": pick(list(SHIPPING_TITLES), rows["shipping_method"].to_numpy()),
                "code": pick(
                    [t.upper().replace(" ", "_") for t in SHIPPING_TITLES], rows["shipping_method"].to_numpy()
                ),
                "source": pl.repeat("shopify", rows.height, eager=True),
                "is_removed": [False] * rows.height,
                "original_price": money(rows["shipping_price"].to_numpy()),
                "discounted_price": money(rows["shipping_paid"].to_numpy()),
            }
        ),
    )


def _write_taxes(view: View, merchant: Merchant) -> None:
    """Line and shipping taxes; a line without tax has no row."""
    region = view.orders.select("order", "region", "source")
    line_rates = view.lines.join(region.drop("source"), on="order", how="left", maintain_order="left")
    parts = []
    for position, (rate, tax) in enumerate((("rate1", "tax1"), ("rate2", "tax2"))):
        parts.append(
            line_rates.filter((pl.col(rate) > 0) & pl.col("taxed")).select(
                "store",
                "order",
                "region",
                parent_type=pl.lit("order_line"),
                number=pl.col("line"),
                position=pl.lit(position),
                rate=pl.col(rate),
                cents=pl.col(tax),
            )
        )
        parts.append(
            view.orders.filter(pl.col("shipped") & pl.col("shipping_taxed") & (pl.col(rate) > 0)).select(
                "store",
                "order",
                "region",
                parent_type=pl.lit("shipping_line"),
                number=pl.lit(-1, dtype=pl.Int64),
                position=pl.lit(position),
                rate=pl.col(rate),
                cents=pl.col(f"shipping_{tax}"),
            )
        )
    rows = pl.concat(parts).sort("order", "parent_type", "number", "position")
    titles = [title for r in REGIONS for title in ([t for t, _ in r.taxes] + ["", ""])[:2]]
    number = rows["number"].to_numpy()
    merchant.write(
        "shopify",
        "tax_lines",
        pl.DataFrame(
            {
                "store_id": store_ids(rows["store"].to_numpy()),
                "order_id": order_ids(rows["order"].to_numpy()),
                "parent_type": rows["parent_type"],
                "parent_id": pl.select(
                    pl.when(pl.Series(number < 0)).then(pl.lit("0")).otherwise(line_ids(np.maximum(number, 0)))
                ).to_series(),
                "position": rows["position"],
                "title": pick(titles, rows["region"].to_numpy() * 2 + rows["position"].to_numpy()),
                "rate": rows["rate"] / 10_000,
                "price": money(rows["cents"].to_numpy()),
            }
        ),
    )


def _with_change(view: View) -> pl.DataFrame:
    """Payments with what cash does to them.

    Cash is rounded to coins (``rounding``; null: no cash), handed over in whole fives, and the rest comes back over the
    counter as a transaction of its own.
    """
    payments = view.payments
    in_cash = (pl.col("gateway") == "cash") & (pl.col("status") == "SUCCESS") & pl.col("kind").is_in(["SALE", "REFUND"])
    rounding = coin_rounding(view.world.scenario, payments["amount"].to_numpy(), payments["ts"].to_numpy())
    payments = payments.with_columns(rounding=pl.when(in_cash).then(pl.Series(rounding)))
    five = 500
    paid = pl.col("amount") + pl.col("rounding").fill_null(0)
    over = (five - paid % five) % five
    given = in_cash & (pl.col("kind") == "SALE")
    change = payments.filter(given & (over > 0)).with_columns(
        kind=pl.lit("CHANGE"),
        amount=over,
        rounding=pl.lit(None, dtype=pl.Int64),
        transaction=pl.col("transaction") + _CHANGE,
    )
    handed_over = payments.with_columns(amount=pl.when(given).then(pl.col("amount") + over).otherwise("amount"))
    return pl.concat([handed_over, change], how="vertical_relaxed").sort("transaction", maintain_order=True)


def _write_transactions(view: View, merchant: Merchant) -> None:
    rows = _with_change(view)
    parents = (
        rows.filter((pl.col("status") == "SUCCESS") & pl.col("kind").is_in(["SALE", "AUTHORIZATION"]))
        .group_by("order")
        .agg(parent=pl.col("transaction").last())
    )
    rows = rows.join(parents, on="order", how="left", maintain_order="left")
    rows = rows.join(view.orders.select("order", "rate"), on="order", how="left", maintain_order="left")
    number, cents, rounding = rows["transaction"].to_numpy(), rows["amount"].to_numpy(), rows["rounding"]
    child = rows["kind"].is_in(["CAPTURE", "VOID", "REFUND", "CHANGE"]).to_numpy()
    parent = np.where(child, rows["parent"].fill_null(-1).to_numpy(), -1)
    charged = rows.select(is_charged().alias("charged"))["charged"].to_numpy()
    merchant.write(
        "shopify",
        "transactions",
        pl.DataFrame(
            {
                "store_id": store_ids(rows["store"].to_numpy()),
                "order_id": order_ids(rows["order"].to_numpy()),
                "id": child_ids("OrderTransaction", number),
                "parent_id": child_ids("OrderTransaction", parent, parent < 0),
                "kind": rows["kind"],
                "status": rows["status"],
                "gateway": rows["gateway"],
                "test": rows["test"],
                "error_code": rows["error"],
                "amount": money(cents),
                "amount_presentment": money(in_own_currency(rows["amount"], rows["rate"])),
                "amount_rounding": money(rounding.fill_null(0).to_numpy(), rounding.is_null().to_numpy()),
                "fee_amount": money(processing_fee(cents), ~charged),
                "created_at": instants(rows["ts"].to_numpy()),
                "processed_at": instants(rows["ts"].to_numpy()),
            }
        ),
    )


def _with_cancelled(parcels: pl.DataFrame) -> pl.DataFrame:
    """Parcels, and before some of them a fulfilment that was cancelled: its label was wrong."""
    sent = parcels.with_columns(cancelled=pl.lit(False))
    wrong = (pl.col("fulfillment") % CANCELLED_LABEL_EVERY == 0) & (pl.col("source") != POS)
    cancelled = sent.filter(wrong).with_columns(
        ts=pl.col("ts") - _RELABELLED_SECONDS,
        arrive_ts=pl.lit(NEVER),
        fulfillment=pl.col("fulfillment") + _CANCELLED_LABEL,
        cancelled=pl.lit(True),
    )
    return pl.concat([sent, cancelled]).sort("order", "ts", maintain_order=True)


def _write_fulfillments(view: View, merchant: Merchant) -> None:
    p = view.parcels.join(view.orders.select("order", "number"), on="order", how="left", maintain_order="left")
    p = _with_cancelled(p).with_columns(nth=pl.int_range(1, pl.len() + 1).over("order"))
    cancelled = p["cancelled"].to_numpy()
    store, ts, arrive = (p[c].to_numpy() for c in ("store", "ts", "arrive_ts"))
    number = p["fulfillment"].to_numpy()
    at_till = (p["source"].to_numpy() == POS) & (p["parcel"].to_numpy() == 0)
    there = arrive <= view.now
    carrier = store * 2 + number % 2
    merchant.write(
        "shopify",
        "fulfillments",
        pl.DataFrame(
            {
                "store_id": store_ids(store),
                "order_id": order_ids(p["order"].to_numpy()),
                "id": child_ids("Fulfillment", number),
                "name": pl.select(pl.format("#{}-F{}", p["number"], p["nth"])).to_series(),
                "location_id": location_ids(p["location"].to_numpy()),
                "status": choose([cancelled], ["CANCELLED"], "SUCCESS"),
                "display_status": choose(
                    [cancelled, at_till, there], ["CANCELED", "FULFILLED", "DELIVERED"], "IN_TRANSIT"
                ),
                "total_quantity": p["units"],
                "tracking_company": pick([c for pair in CARRIERS for c in pair], np.where(at_till, -1, carrier)),
                "tracking_number": pl.select(
                    pl.when(pl.Series(~at_till)).then(pl.format("TRK{}", pl.Series(900_000_000 + number)))
                ).to_series(),
                "created_at": instants(ts),
                "updated_at": instants(np.where(there, arrive, ts)),
                "in_transit_at": instants(np.where(at_till | cancelled, NEVER, ts)),
                "delivered_at": instants(np.where(there & ~at_till, arrive, NEVER)),
                "estimated_delivery_at": instants(np.where(at_till, NEVER, ts + 4 * DAY)),
            }
        ),
    )
    rows = view.lines.filter(pl.col("ship_ts") <= view.now).join(
        p.select("order", "parcel", "fulfillment", "cancelled"),
        on=["order", "parcel"],
        how="inner",
        maintain_order="left",
    )
    line = rows["line"].to_numpy() + np.where(rows["cancelled"].to_numpy(), _CANCELLED_LABEL, 0)
    merchant.write(
        "shopify",
        "fulfillment_lines",
        pl.DataFrame(
            {
                "store_id": store_ids(rows["store"].to_numpy()),
                "order_id": order_ids(rows["order"].to_numpy()),
                "id": gids("FulfillmentLineItem", 11_000_000_000_000 + line),
                "fulfillment_id": child_ids("Fulfillment", rows["fulfillment"].to_numpy()),
                "order_line_id": line_ids(rows["line"].to_numpy()),
                "quantity": rows["quantity"],
            }
        ),
    )
