"""Which accounts are read: those named, or all that the grant reaches; a manager stands for the accounts below it."""

from __future__ import annotations

import polars as pl

from ingestion.kit.refusal import Cause, Reach, Refusal
from ingestion.sources.google_ads.client import GoogleClient
from ingestion.sources.google_ads.queries import Query
from ingestion.sources.google_ads.settings import CUSTOMER_IDS, NAME
from ingestion.sources.google_ads.tables import CUSTOMERS

_CLIENTS = Query(
    CUSTOMERS,
    "customer_client",
    {
        name: f"customer_client.{field}"
        for name, field in {
            "customer_id": "id",
            "descriptive_name": "descriptive_name",
            "currency_code": "currency_code",
            "time_zone": "time_zone",
            "status": "status",
        }.items()
    },
    "customer_client.manager = FALSE",
)
READABLE = "ENABLED"


def customers(client: GoogleClient, customer_ids: tuple[str, ...] | None) -> tuple[pl.DataFrame, dict[str, Refusal]]:
    """Ad accounts in the columns of their table, and ``manager_id``: the account through which each was found.

    Args:
        client: of the grant.
        customer_ids: accounts or managers; None: all that the grant reaches.

    Returns:
        The accounts found, and those that were asked for and are refused.

    Raises:
        Refusal: Google refused the grant, or the grant reaches no account at all.
    """
    roots = client.accessible_customers() if customer_ids is None else list(customer_ids)
    found = [pl.DataFrame(schema=dict.fromkeys((*CUSTOMERS.schema.names, "manager_id"), pl.String))]
    refused: dict[str, Refusal] = {}
    for root in roots:
        try:
            results = client.search(root, _CLIENTS.gaql(), _CLIENTS.row, root)
        except Refusal as refusal:
            if refusal.reach is Reach.SOURCE:
                raise
            refused[root] = refusal
            continue
        found.append(_CLIENTS.values(results).with_columns(manager_id=pl.lit(root)))
    accounts = pl.concat(found).unique("customer_id", keep="first", maintain_order=True)
    if customer_ids is None and accounts.is_empty() and not refused:
        advice = f"name accounts in {CUSTOMER_IDS}, or grant access"
        raise Refusal(NAME, "the grant reaches no ad account", advice, cause=Cause.REFUSED, reach=Reach.SOURCE)
    # One that a root refuses may be read through its manager.
    return accounts, {root: refusal for root, refusal in refused.items() if root not in accounts["customer_id"]}
