"""An order that is deleted in the shop: told by webhook, taken back by the ledger, and no order any more."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from demo.merchant import Merchant
from demo.serve import Server, serve
from ingestion.sources.shopify.children import ORDER_CHILDREN
from ingestion.sources.shopify.webhooks import SIGNED
from tests.end_to_end.home import AS_OF, RUN_SETTINGS, Home
from tests.support.webhooks import spool

pytestmark = pytest.mark.slow

DELETED_AT = AS_OF + timedelta(hours=1)
SECRET = "the app's"
_CHOSEN = """
    select store_id, order_id
    from marts.fct_orders
    where
        platform = 'shopify' and is_sales_order and not is_cancelled and paid_amount > 0
        and order_date < (select max(order_date) - 20 from marts.fct_orders)
        and order_key in (
            select order_key from marts.fct_balance_transactions where transaction_type = 'charge' and payout_key is not null
        )
    order by returned_quantity desc, order_id
    limit 1
"""
Postings = list[tuple[object, ...]]


def test_a_deleted_order_is_taken_back_on_the_day_it_was_told_and_its_past_stays(
    finished: Home, tmp_path: Path
) -> None:
    ((store_id, order_id),) = finished.rows(_CHOSEN)
    of_order = f"store_id = '{store_id}' and order_id = '{order_id}'"
    home = finished.copy(tmp_path / "home")
    before = _postings(home, of_order)
    payouts = home.rows("from marts.fct_payouts order by all")
    others = f"select count(*), sum(net_sales_amount) from marts.fct_orders where not ({of_order})"
    sold_by_others = home.rows(others)

    body = json.dumps({"id": int(str(order_id))})
    spool(home.settings.webhooks / "shopify" / str(store_id), "gone", SIGNED, SECRET, "orders/delete", body)
    left = _without(finished, f"gid://shopify/Order/{order_id}", tmp_path / "merchant")
    with serve(left.folder, as_of=DELETED_AT) as shop:
        _sync(home, shop, str(store_id))

    for table in ("fct_orders", "fct_order_lines", "fct_returns", "fct_shipments", "fct_touchpoints"):
        key = "order_key not in (select order_key from marts.fct_orders)"
        assert home.rows(f"select count(*) from marts.{table} where order_key is not null and {key}") == [(0,)], table
    assert home.rows(f"select count(*) from marts.fct_orders where {of_order}") == [(0,)]
    after = _postings(home, of_order)
    assert after[: len(before)] == before
    taken_back = after[len(before) :]
    assert {(row[1], row[2]) for row in taken_back} == {(DELETED_AT.date(), "correction")}
    sums = home.rows(f"select sum(amount), sum(tax_amount), sum(quantity) from marts.fct_sales_ledger where {of_order}")
    assert sums == [(0, 0, 0)]
    assert home.rows(others) == sold_by_others
    # The money was paid out all the same.
    assert home.rows("from marts.fct_payouts order by all") == payouts
    in_payout = f"select order_key is null, payout_key is null from marts.fct_balance_transactions where {of_order}"
    assert set(home.rows(in_payout)) == {(True, False)}


def _postings(home: Home, of_order: str) -> Postings:
    """The order's postings, in the order in which they were made."""
    return home.rows(
        f"""
        select ledger_entry_key, ledger_date, entry_type, amount, quantity
        from marts.fct_sales_ledger
        where {of_order}
        order by entry_type = 'correction', ledger_entry_key
        """
    )


def _without(home: Home, order: str, folder: Path) -> Merchant:
    """The merchant after the order was deleted."""
    kept, changed = Merchant(home.merchant), Merchant(folder)
    for table in sorted((home.merchant / "shopify").iterdir()):
        name = table.stem
        key = "id" if name == "orders" else "order_id" if name in {child.name for child in ORDER_CHILDREN} else None
        rows = kept.frame("shopify", name)
        changed.write("shopify", name, (rows if key is None else rows.filter(pl.col(key) != order)).collect())
    return changed


def _sync(home: Home, shop: Server, store_id: str) -> None:
    environment = RUN_SETTINGS | shop.configuration() | {"SHOPHOUSE_AS_OF": DELETED_AT.isoformat()}
    secret = f"SOURCES__SHOPIFY__STORES__{store_id.upper()}__CLIENT_SECRET"
    done = home.shophouse("sync", "shopify", environment=environment | {secret: SECRET})
    assert done.returncode == 0, done.stdout + done.stderr
