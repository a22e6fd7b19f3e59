"""Lines of balance transactions and payouts into their tables."""

from __future__ import annotations

from ingestion.source import Rows
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.fields import members
from ingestion.sources.shopify.rows import Kinds, read_lines, rows_of

BALANCE_TRANSACTIONS: Kinds = {("ShopifyPaymentsBalanceTransaction",): members(t.BALANCE_TRANSACTIONS)}
PAYOUTS: Kinds = {("ShopifyPaymentsPayout",): members(t.PAYOUTS)}


def balance_transactions(store_id: str, chunk: bytes) -> Rows:
    """Rows of ``balance_transactions``."""
    (found,) = read_lines("balance_transactions", chunk, store_id, BALANCE_TRANSACTIONS)
    return rows_of(t.BALANCE_TRANSACTIONS, found)


def payouts(store_id: str, chunk: bytes) -> Rows:
    """Rows of ``payouts``."""
    (found,) = read_lines("payouts", chunk, store_id, PAYOUTS)
    return rows_of(t.PAYOUTS, found)
