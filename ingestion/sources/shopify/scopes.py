"""What an app may read of a store.

Without ``read_all_orders`` Shopify leaves out orders that are older than 60 days, and does not say so.
"""

from __future__ import annotations

from ingestion.kit.gaps import Gaps, Part
from ingestion.kit.refusal import Cause, Refusal
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.settings import NAME
from ingestion.sources.shopify.tables import ORDERS

ALL_ORDERS = "read_all_orders"
_SAID = "only orders of the last 60 days are sent: the app lacks the scope read_all_orders"
_ADVICE = (
    "request access to all orders for the app (Dev Dashboard > API access), add the scope, and run "
    "`shophouse sync shopify --full-refresh`"
)


def note_old_orders(client: ShopifyClient, gaps: Gaps) -> None:
    """Notes whether a store's older orders are kept from the app.

    Args:
        client: of the store.
        gaps: where it is noted; a store whose scopes are not told is left as it was.
    """
    scopes = client.scopes()
    if scopes is None:
        return
    part = Part(client.store.store_id, ORDERS.name)
    if ALL_ORDERS in scopes:
        gaps.read(part)
    else:
        problem = f"store {client.store.store_id}: {_SAID}"
        gaps.failed(part, Refusal(NAME, problem, _ADVICE, cause=Cause.REFUSED, code=ALL_ORDERS, said=_SAID))
