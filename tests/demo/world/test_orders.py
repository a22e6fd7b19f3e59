"""Orders of the simulated merchant add up to the cent."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from demo.world.economics import BUNDLE
from demo.world.outcomes import ORDERED
from demo.world.refunds import STORE_CREDIT
from demo.world.scenario import Scenario
from demo.world.shoppers import SOURCE_NAMES
from demo.world.situations import (
    FAILED_REFUND_RATE,
    RETURN_FEE_CENTS,
    SHORT_REFUND_RATE,
    SLOW_REFUND_DAYS,
    SOURCES_OF_WEB_ORDERS,
)
from demo.world.world import build_world
from tests.support.simulated import AS_OF, DAYS, SCALE, SEED, Simulated

KEYS = ["store_id", "order_id"]


def _orders(simulated: Simulated) -> pl.DataFrame:
    return simulated.shop("orders").rename({"id": "order_id"})


def _by_order(frame: pl.DataFrame, **sums: pl.Expr) -> pl.DataFrame:
    return frame.group_by(KEYS).agg(**sums)


def test_lines_are_price_times_quantity(simulated: Simulated) -> None:
    lines = simulated.shop("order_lines")
    assert (lines["original_total"] == lines["original_unit_price"] * lines["quantity"]).all()
    assert (lines["original_total"] - lines["total_discount"] == lines["discounted_total"]).all()


def test_allocations_sum_to_the_discounts_of_orders(simulated: Simulated) -> None:
    allocated = _by_order(simulated.shop("discount_allocations"), allocated=pl.col("allocated_amount").sum())
    joined = _orders(simulated).join(allocated, on=KEYS, how="left").with_columns(pl.col("allocated").fill_null(0))
    assert joined["allocated"].sum() > 0
    assert (joined["allocated"] == joined["total_discounts"]).all()


def test_allocations_have_their_application(simulated: Simulated) -> None:
    allocations = simulated.shop("discount_allocations").rename({"discount_application_index": "index"})
    applications = simulated.shop("discount_applications").filter(pl.col("target_type") == "LINE_ITEM")
    assert allocations.join(applications, on=[*KEYS, "index"], how="anti").is_empty()
    assert applications.join(allocations, on=[*KEYS, "index"], how="anti").is_empty()


def test_totals_are_the_sum_of_their_parts(simulated: Simulated) -> None:
    lines = (
        simulated.shop("order_lines")
        .join(
            simulated.shop("discount_allocations").group_by("order_line_id").agg(pl.col("allocated_amount").sum()),
            left_on="id",
            right_on="order_line_id",
            how="left",
        )
        .with_columns(net=pl.col("original_total") - pl.col("allocated_amount").fill_null(0))
    )
    tips = lines.filter(pl.col("title") == "Tip")
    parts = _by_order(lines.join(tips, on="id", how="anti"), lines=pl.col("net").sum())
    taxes = _by_order(simulated.shop("tax_lines"), taxes=pl.col("price").sum())
    shipping = _by_order(simulated.shop("shipping_lines"), shipping=pl.col("discounted_price").sum())
    orders = _orders(simulated)
    for part in (parts, taxes, shipping):
        orders = orders.join(part, on=KEYS, how="left")
    orders = orders.with_columns(pl.col("lines", "taxes", "shipping").fill_null(0))
    assert (orders["lines"] == orders["subtotal_price"]).all()
    assert (orders["taxes"] == orders["total_tax"]).all()
    assert (orders["shipping"] == orders["total_shipping_price"]).all()
    on_top = orders.select(pl.when("taxes_included").then(0).otherwise(pl.col("total_tax"))).to_series()
    total = orders["subtotal_price"] + orders["total_shipping_price"] + orders["total_tip_received"] + on_top
    orders = orders.join(_charges(simulated), on=KEYS, how="left").with_columns(pl.col("charges").fill_null(0))
    orders = orders.join(simulated.truth("foreign_orders"), on=KEYS, how="left")
    assert (total + orders["charges"] + orders["rounding"].fill_null(0) == orders["total_price"]).all()
    foreign = orders.filter(pl.col("presentment_currency_code") != pl.col("currency_code"))
    assert set(foreign["order_id"]) == set(simulated.truth("foreign_orders")["order_id"])
    assert (foreign["rounding"].abs() <= 2).all()
    assert (foreign["total_price_presentment"] > foreign["total_price"]).any()
    assert tips["net"].sum() == orders["total_tip_received"].sum() > 0
    assert orders["total_price"].min() >= 0


def _charges(simulated: Simulated) -> pl.DataFrame:
    """Duties and fees as the ledger has charged them."""
    sales = simulated.shop("sales").filter(
        pl.col("line_type").is_in(["DUTY", "ADDITIONAL_FEE"]) & (pl.col("action_type") == "ORDER")
    )
    return _by_order(sales, charges=pl.col("total_amount").sum())


def test_duties_are_of_clothes_for_canada_and_the_fee_of_deliveries_to_colorado(simulated: Simulated) -> None:
    sales = simulated.shop("sales").filter(pl.col("action_type") == "ORDER")
    orders = _orders(simulated).select(*KEYS, "shipping_country_code", "shipping_province_code", "created_at")
    charged = sales.join(orders, on=KEYS)
    assert set(charged.filter(pl.col("line_type") == "DUTY")["shipping_country_code"]) == {"CA"}
    fees = charged.filter(pl.col("line_type") == "ADDITIONAL_FEE")
    assert set(fees["shipping_province_code"]) == {"CO"}
    assert set(fees["total_amount"]) == {28}
    stated = simulated.shop("orders").filter(pl.col("current_total_duties").is_not_null())
    left = simulated.shop("sales").filter(pl.col("line_type") == "DUTY")["total_amount"].sum()
    assert stated["current_total_duties"].sum() == left > 0


def test_payments_are_the_money_of_orders(simulated: Simulated) -> None:
    paid = simulated.shop("transactions").filter(pl.col("status") == "SUCCESS")
    kind = pl.col("kind")
    sums = _by_order(
        paid,
        received=pl.col("amount").filter(kind.is_in(["SALE", "CAPTURE"])).sum()
        - pl.col("amount").filter(kind == "CHANGE").sum(),
        refunded=pl.col("amount").filter(kind == "REFUND").sum(),
    )
    pending = simulated.shop("transactions").filter(pl.col("status") == "PENDING")
    assert set(pending["kind"]) == {"REFUND"}
    pending = _by_order(pending, pending=pl.col("amount").sum())
    orders = (
        _orders(simulated)
        .join(sums, on=KEYS, how="left")
        .join(pending, on=KEYS, how="left")
        .with_columns(pl.col("received", "refunded", "pending").fill_null(0))
    )
    assert (orders["received"] == orders["total_received"]).all()
    assert (orders["refunded"] + orders["pending"] == orders["total_refunded"]).all()
    assert (orders["received"] - orders["total_refunded"] == orders["net_payment"]).all()


def test_cash_is_paid_in_coins(simulated: Simulated) -> None:
    """What is handed over and what comes back are whole nickels; a card is charged to the cent."""
    cash = simulated.shop("transactions").filter(pl.col("amount_rounding").is_not_null())
    assert set(cash["gateway"]) == {"cash"}
    assert set(cash["amount_rounding"]) == {-2, -1, 0, 1, 2}
    assert ((cash["amount"] + cash["amount_rounding"]) % 5 == 0).all()
    change = simulated.shop("transactions").filter(pl.col("kind") == "CHANGE")
    assert change.height > 0
    assert (change["amount"] % 5 == 0).all()


def test_paid_orders_owe_nothing(simulated: Simulated) -> None:
    """What was received and kept is the current total, plus fees kept, less goodwill given.

    Orders of which less was paid back than was due are told by the truth.
    """
    adjustments = simulated.shop("order_adjustments").filter(pl.col("reason") != "PENDING_REFUND_DISCREPANCY")
    kept = _by_order(adjustments, adjusted=pl.col("amount").sum())
    orders = _orders(simulated).join(kept, on=KEYS, how="left").with_columns(pl.col("adjusted").fill_null(0))
    settled = orders.filter(pl.col("display_financial_status").is_in(["PAID", "PARTIALLY_REFUNDED", "REFUNDED"]))
    kept_back = _by_order(
        simulated.truth("stated_otherwise").filter(pl.col("cause").is_in(["kept_back", "refund_failed"])),
        kept_back=pl.col("amount").sum(),
    )
    settled = settled.join(kept_back, on=KEYS, how="left").with_columns(pl.col("kept_back").fill_null(0))
    due = pl.col("current_total_price") - pl.col("adjusted") + pl.col("kept_back")
    wrong = settled.filter(pl.col("net_payment") != due)
    assert wrong.select("name", "display_financial_status", "net_payment", "current_total_price", "adjusted").is_empty()
    open_states = set(orders["display_financial_status"].unique()) - set(settled["display_financial_status"].unique())
    assert open_states <= {"PENDING", "AUTHORIZED", "PARTIALLY_PAID", "VOIDED"}


def test_refunds_balance_but_for_what_the_truth_tells(simulated: Simulated) -> None:
    """Lines + shipping + charges + tax + adjustments = refunded, less what was kept back or has come back to us."""
    included = _orders(simulated).select(*KEYS, "taxes_included")
    refunds = simulated.shop("refunds").join(included, on=KEYS, how="left")
    lines = simulated.shop("refund_lines").group_by("refund_id").agg(pl.col("subtotal", "total_tax").sum())
    shipping = (
        simulated.shop("refund_shipping_lines")
        .group_by("refund_id")
        .agg(shipping=pl.col("subtotal").sum(), shipping_tax=pl.col("tax").sum())
    )
    adjustments = simulated.shop("order_adjustments").group_by("refund_id").agg(adjusted=pl.col("amount").sum())
    agreements = simulated.shop("sales_agreements").select("refund_id", agreement_id="id").drop_nulls()
    charged = simulated.shop("sales").filter(pl.col("line_type").is_in(["DUTY", "ADDITIONAL_FEE"]))
    charges = charged.join(agreements, on="agreement_id").group_by("refund_id")
    charges = charges.agg(charges=-pl.col("total_amount").sum())
    missing = (
        simulated.truth("stated_otherwise")
        .filter((pl.col("cause") != "refund_pending") & pl.col("refund_id").is_not_null())
        .group_by("refund_id")
        .agg(missing=pl.col("amount").sum())
    )
    for part in (lines, shipping, adjustments, charges, missing):
        refunds = refunds.join(part, left_on="id", right_on="refund_id", how="left")
    sums = ("subtotal", "total_tax", "shipping", "shipping_tax", "adjusted", "charges", "missing")
    refunds = refunds.with_columns(pl.col(sums).fill_null(0))
    tax = pl.when("taxes_included").then(0).otherwise(pl.col("total_tax") + pl.col("shipping_tax"))
    parts = pl.col("subtotal") + pl.col("shipping") + pl.col("charges") + pl.col("adjusted") + tax
    refunds = refunds.with_columns(balance=parts - pl.col("missing"))
    assert (refunds["balance"] == refunds["total_refunded"]).all()
    moved = simulated.shop("transactions").filter((pl.col("kind") == "REFUND") & (pl.col("status") != "FAILURE"))
    assert moved["amount"].sum() == refunds["total_refunded"].sum() > 0


def test_refunds_go_wrong_at_their_rates(simulated: Simulated) -> None:
    otherwise = simulated.truth("stated_otherwise")
    returns = simulated.shop("refunds").filter(pl.col("return_id").is_not_null()).height
    number = dict(otherwise.filter(pl.col("refund_id").is_not_null()).group_by("cause").len().iter_rows())
    assert 0 < number["refund_failed"] <= 4 * FAILED_REFUND_RATE * returns
    assert 0.3 * SHORT_REFUND_RATE * returns < number["kept_back"] <= 3 * SHORT_REFUND_RATE * returns
    transactions = simulated.shop("transactions")
    assert (
        (transactions.filter(pl.col("status") == "PENDING")["amount"].sum())
        == otherwise.filter(pl.col("cause") == "refund_pending")["amount"].sum()
        > 0
    )
    old = transactions.filter(pl.col("processed_at") < AS_OF - timedelta(days=SLOW_REFUND_DAYS[1]))
    assert "PENDING" not in set(old["status"])
    assert (simulated.shop("returns")["return_shipping_fee"].drop_nulls() == RETURN_FEE_CENTS).all()


def test_current_quantities(simulated: Simulated) -> None:
    refunded = simulated.shop("refund_lines").group_by("order_line_id").agg(refunded=pl.col("quantity").sum())
    lines = simulated.shop("order_lines").join(refunded, left_on="id", right_on="order_line_id", how="left")
    lines = lines.with_columns(pl.col("refunded").fill_null(0))
    removed = lines.filter(pl.col("current_quantity") != pl.col("quantity") - pl.col("refunded"))
    edited = _orders(simulated).filter("edited")
    assert removed.join(edited, on=KEYS, how="anti").is_empty()
    assert (lines["current_quantity"] >= 0).all()


def test_updated_at_is_the_last_event(simulated: Simulated) -> None:
    events = [
        simulated.shop(t).select(*KEYS, at=c)
        for t, c in (
            ("transactions", "created_at"),
            ("refunds", "created_at"),
            ("fulfillments", "updated_at"),
            ("returns", "created_at"),
            ("returns", "closed_at"),
            ("sales_agreements", "happened_at"),
        )
    ]
    events.append(_orders(simulated).select(*KEYS, at="cancelled_at"))
    last = pl.concat(events).group_by(KEYS).agg(pl.col("at").max())
    joined = _orders(simulated).join(last, on=KEYS)
    assert joined.filter(pl.col("updated_at") < pl.col("at")).is_empty()


def test_every_kind_of_order_exists(simulated: Simulated) -> None:
    orders = _orders(simulated)
    beside = {name for name, _ in SOURCES_OF_WEB_ORDERS}
    assert set(orders["source_name"].unique()) == {*SOURCE_NAMES, *beside}
    assert orders["test"].any()
    assert orders["customer_id"].is_null().any()
    assert orders["cancelled_at"].is_not_null().any()
    assert orders["edited"].any()
    assert orders["total_tip_received"].sum() > 0
    assert {"PARTIALLY_REFUNDED", "REFUNDED", "AUTHORIZED"} <= set(orders["display_financial_status"].unique())
    assert {"UNFULFILLED", "PARTIALLY_FULFILLED", "FULFILLED"} == set(orders["display_fulfillment_status"].unique())
    assert (simulated.shop("transactions")["status"] == "FAILURE").any()
    assert simulated.shop("order_lines")["is_gift_card"].any()
    assert simulated.shop("order_lines")["variant_id"].is_null().any()
    several = simulated.shop("discount_applications").group_by("order_id").len()
    assert (several["len"] > 1).any()
    assert not simulated.shop("exchange_lines").is_empty()
    assert simulated.shop("order_adjustments")["reason"].n_unique() == 4


def test_credit_of_the_store_is_spent_after_it_was_given_and_no_more_than_that(simulated: Simulated) -> None:
    payments = simulated.shop("transactions").filter(pl.col("gateway") == STORE_CREDIT)
    owners = _orders(simulated).select(*KEYS, "customer_id", "original_total_price", "payment_gateway_names")
    credit = payments.join(owners, on=KEYS, how="left")
    given, spent = (credit.filter(pl.col("kind") == kind) for kind in ("REFUND", "SALE"))
    assert spent.height > 0
    assert (spent["amount"] <= spent["original_total_price"]).all()
    assert spent["payment_gateway_names"].str.contains(STORE_CREDIT).all()
    before = spent.join(given, on=["store_id", "customer_id"], suffix="_given").filter(
        pl.col("created_at_given") < pl.col("created_at")
    )
    available = before.group_by("id").agg(pl.col("amount").first(), given=pl.col("amount_given").sum())
    assert available.height == spent.height
    assert (available["amount"] <= available["given"]).all()
    sums = [frame.group_by("customer_id").agg(pl.col("amount").sum()) for frame in (spent, given)]
    joined = sums[0].join(sums[1], on="customer_id", how="left", suffix="_given")
    assert (joined["amount"] <= joined["amount_given"]).all()


def test_a_set_is_bought_only_while_every_component_is_in_stock(simulated: Simulated) -> None:
    """An order that lost a line to stock on its day is of pieces."""
    sets = simulated.shop("order_lines").filter(pl.col("bundle_id").is_not_null())
    assert sets.height > 0
    world = build_world(Scenario(SCALE, DAYS, SEED, AS_OF, AS_OF), lambda what, rows: None)
    short = world.plans.lines.filter(~pl.Series(world.stock.accepted) & (pl.col("origin") == ORDERED))["order"].unique()
    placed = world.events.orders.filter(pl.col("order").is_in(short.implode()))
    assert (placed["units"] >= 4).any(), "none of them would have been a set"
    assert (placed["kind"] != BUNDLE).all()
    assert (world.events.orders["kind"] == BUNDLE).any()


def test_goods_handed_back_at_the_till_are_a_refund_alone(simulated: Simulated) -> None:
    refunds = simulated.shop("refunds").rename({"id": "refund_id"})
    goods = simulated.shop("refund_lines").filter(pl.col("restock_type") != "CANCEL").select("refund_id").unique()
    alone = goods.join(refunds, on="refund_id").filter(pl.col("return_id").is_null())
    sources = alone.join(_orders(simulated), on=KEYS)["source_name"]
    assert sources.unique().to_list() == ["pos"]


def test_orders_are_edited_up_and_down(simulated: Simulated) -> None:
    edits = simulated.shop("sales_agreements").filter(pl.col("type") == "OrderEditAgreement")
    sales = simulated.shop("sales").join(edits.select(agreement_id="id"), on="agreement_id", how="semi")
    assert (sales["quantity"] > 0).any()
    assert (sales["quantity"] < 0).any()
    edited = _orders(simulated).filter("edited")
    assert set(sales["order_id"]) <= set(edited["order_id"])
