"""Returns, exchanges and refunds."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.shopify.tables.ids import (
    child_ids,
    line_ids,
    location_ids,
    order_ids,
    store_ids,
)
from demo.world.outcomes import APPROVED, DECLINED, EXCHANGED, REASONS
from demo.world.refunds import CANCELLATION, FAILED, GOODWILL
from demo.world.scenario import NEVER
from demo.world.values import choose, gids, instants, money, pick
from demo.world.view import View

NOTES = (
    "Too tight across the shoulders",
    "Runs large, had to size down",
    "Does not suit me after all",
    "Colour is different from the photos",
    "Seam came apart on first use",
    "Not my style",
    "Got a different item",
)

_ADJUSTMENTS = 4
"""Id numbers of a refund's adjustments."""


def write_returns(view: View, merchant: Merchant) -> None:
    """Writes the tables."""
    _write_returns(view, merchant)
    _write_refunds(view, merchant)
    _write_adjustments(view, merchant)


def _write_returns(view: View, merchant: Merchant) -> None:
    r = view.returns.join(view.orders.select("order", "number"), on="order", how="left", maintain_order="left")
    fate = r["return_fate"].to_numpy()
    decided, done = r["decided_ts"].to_numpy() <= view.now, r["done_ts"].to_numpy() <= view.now
    merchant.write(
        "shopify",
        "returns",
        pl.DataFrame(
            {
                "store_id": store_ids(r["store"].to_numpy()),
                "order_id": order_ids(r["order"].to_numpy()),
                "id": child_ids("Return", r["return"].to_numpy()),
                "name": pl.select(pl.format("#{}-R1", r["number"])).to_series(),
                "status": choose(
                    [~decided, done, fate == APPROVED, fate == DECLINED],
                    ["REQUESTED", "CLOSED", "OPEN", "DECLINED"],
                    "CANCELED",
                ),
                "total_quantity": r["units"],
                "decline_reason": choose([decided & (fate == DECLINED)], ["RETURN_PERIOD_ENDED"]),
                "return_shipping_fee": money(r["way_back"].to_numpy(), r["way_back"].to_numpy() == 0),
                "created_at": instants(r["ts"].to_numpy()),
                "request_approved_at": instants(np.where(decided, r["approved_ts"].to_numpy(), NEVER)),
                "closed_at": instants(np.where(done, r["done_ts"].to_numpy(), NEVER)),
            }
        ),
    )
    _write_return_lines(view, merchant)
    _write_exchange_lines(view, merchant)


def _write_return_lines(view: View, merchant: Merchant) -> None:
    rows = view.return_lines.join(
        view.returns.select("order", "done_ts"), on="order", how="left", maintain_order="left"
    )
    finished = rows["done_ts"].to_numpy() <= view.now
    reason, number = rows["reason"].to_numpy(), rows["line"].to_numpy()
    percent = rows["fee_percent"].to_numpy()
    returned = rows["returned"].to_numpy()
    merchant.write(
        "shopify",
        "return_lines",
        pl.DataFrame(
            {
                "store_id": store_ids(rows["store"].to_numpy()),
                "order_id": order_ids(rows["order"].to_numpy()),
                "id": child_ids("ReturnLineItem", number),
                "return_id": child_ids("Return", rows["return"].to_numpy()),
                "order_line_id": line_ids(number),
                "fulfillment_line_id": gids("FulfillmentLineItem", 11_000_000_000_000 + number),
                "quantity": returned,
                "processed_quantity": np.where(finished, returned, 0),
                "refunded_quantity": np.where(finished, returned, 0),
                "return_reason": pick([h for h, _, _ in REASONS], reason),
                "return_reason_name": pick([n for _, n, _ in REASONS], reason),
                "return_reason_note": pick(list(NOTES), np.where(number % 3 == 0, reason, -1)),
                "customer_note": pick(list(NOTES), np.where(number % 5 == 0, reason, -1)),
                "restocking_fee_percentage": pl.select(
                    pl.when(pl.Series(percent > 0)).then(pl.Series(percent.astype(np.float64)))
                ).to_series(),
                "restocking_fee": money(rows["fee"].to_numpy(), percent == 0),
            }
        ),
    )


def _write_exchange_lines(view: View, merchant: Merchant) -> None:
    swapped = view.lines.filter(pl.col("origin") == EXCHANGED).join(
        view.returns.select("order", "return"), on="order", how="inner", maintain_order="left"
    )
    merchant.write(
        "shopify",
        "exchange_lines",
        pl.DataFrame(
            {
                "store_id": store_ids(swapped["store"].to_numpy()),
                "order_id": order_ids(swapped["order"].to_numpy()),
                "id": child_ids("ExchangeLineItem", swapped["line"].to_numpy()),
                "return_id": child_ids("Return", swapped["return"].to_numpy()),
                "order_line_id": line_ids(swapped["line"].to_numpy()),
                "quantity": swapped["quantity"],
            }
        ),
    )


def _write_refunds(view: View, merchant: Merchant) -> None:
    r = view.refunds
    cause = r["cause"].to_numpy()
    of_return = r["return"].to_numpy()
    settled = r["settled_ts"].to_numpy()
    merchant.write(
        "shopify",
        "refunds",
        pl.DataFrame(
            {
                "store_id": store_ids(r["store"].to_numpy()),
                "order_id": order_ids(r["order"].to_numpy()),
                "id": child_ids("Refund", r["refund"].to_numpy()),
                "return_id": child_ids("Return", of_return, of_return < 0),
                "note": choose([cause == GOODWILL, cause == CANCELLATION], ["Late parcel, sorry", "Order cancelled"]),
                "total_refunded": money(np.where(r["fate"].to_numpy() == FAILED, 0, r["amount"].to_numpy())),
                "created_at": instants(r["ts"].to_numpy()),
                "processed_at": instants(r["ts"].to_numpy()),
                "updated_at": instants(np.where(settled <= view.now, settled, r["ts"].to_numpy())),
            }
        ),
    )
    rows = view.refund_lines.sort("refund", "line")
    restocked = rows["restocked"].to_numpy()
    merchant.write(
        "shopify",
        "refund_lines",
        pl.DataFrame(
            {
                "store_id": store_ids(rows["store"].to_numpy()),
                "order_id": order_ids(rows["order"].to_numpy()),
                "refund_id": child_ids("Refund", rows["refund"].to_numpy()),
                "id": child_ids("RefundLineItem", rows["line"].to_numpy()),
                "order_line_id": line_ids(rows["line"].to_numpy()),
                "quantity": rows["quantity"],
                "restock_type": rows["restock"],
                "restocked": restocked,
                "location_id": location_ids(rows["location"].to_numpy(), ~restocked),
                "subtotal": money(rows["net"].to_numpy()),
                "total_tax": money(rows["tax"].to_numpy()),
            }
        ),
    )
    posted = r.filter(pl.col("shipping_back") > 0)
    merchant.write(
        "shopify",
        "refund_shipping_lines",
        pl.DataFrame(
            {
                "store_id": store_ids(posted["store"].to_numpy()),
                "order_id": order_ids(posted["order"].to_numpy()),
                "refund_id": child_ids("Refund", posted["refund"].to_numpy()),
                "position": np.zeros(posted.height, dtype=np.int64),
                "id": child_ids("RefundShippingLine", posted["refund"].to_numpy()),
                "shipping_line_id": child_ids("ShippingLine", posted["order"].to_numpy()),
                "subtotal": money(posted["shipping_back"].to_numpy()),
                "tax": money(posted["shipping_tax_back"].to_numpy()),
            }
        ),
    )


def _write_adjustments(view: View, merchant: Merchant) -> None:
    """Fees kept, goodwill given, and the balance of refunds that an exchange or an unpaid order has settled.

    What is kept back beyond that has no adjustment.
    """
    r = view.refunds
    parts = [
        r.filter(pl.col("restocking") > 0).select(
            "store", "order", "refund", reason=pl.lit("RESTOCK"), cents=-pl.col("restocking"), sub=pl.lit(0)
        ),
        r.filter(pl.col("way_back") > 0).select(
            "store", "order", "refund", reason=pl.lit("REFUND_DISCREPANCY"), cents=-pl.col("way_back"), sub=pl.lit(3)
        ),
        r.filter(pl.col("goodwill") > 0).select(
            "store", "order", "refund", reason=pl.lit("CUSTOMER"), cents="goodwill", sub=pl.lit(1)
        ),
        r.filter(pl.col("balance") != 0).select(
            "store", "order", "refund", reason=pl.lit("PENDING_REFUND_DISCREPANCY"), cents="balance", sub=pl.lit(2)
        ),
    ]
    rows = pl.concat(parts).sort("refund", "sub")
    merchant.write(
        "shopify",
        "order_adjustments",
        pl.DataFrame(
            {
                "store_id": store_ids(rows["store"].to_numpy()),
                "order_id": order_ids(rows["order"].to_numpy()),
                "id": child_ids("OrderAdjustment", rows["refund"].to_numpy() * _ADJUSTMENTS + rows["sub"].to_numpy()),
                "refund_id": child_ids("Refund", rows["refund"].to_numpy()),
                "reason": rows["reason"],
                "amount": money(rows["cents"].to_numpy()),
                "tax_amount": money(np.zeros(rows.height, dtype=np.int64)),
            }
        ),
    )
