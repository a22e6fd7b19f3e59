"""Orders whose customer journey Shopify was still putting together: read again until it is ready.

A journey that becomes ready does not move its order's update time, so no window of updates shows it. The ids of such
orders are kept in the source's state, and committed with the load that found them.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pyarrow as pa

STATE = "journeys_not_ready"
LONGEST_WAIT = timedelta(days=30)
"""Age of an order from which it is asked for no more. Shopify puts a journey together from the 30 days before an order,
mostly within hours of it; one that is missing after as long again will not come, and each costs requests."""
LONGEST_PAUSE = timedelta(days=1)
"""An order is asked for again once it is twice as old as when last read, but at least this often: frequent syncs find
a young order's journey soon, and an order that never gets one is not read in each of them."""


class WaitingOrders:
    """The orders of one store whose journey is not ready.

    Args:
        state: the source's state: by store, by order its creation and when it was last read (ISO 8601).
        store_id: the store.
        as_of: the instant of the sync.
    """

    def __init__(self, state: MutableMapping[str, Any], store_id: str, as_of: datetime) -> None:
        self._state = state
        self._store_id = store_id
        self._as_of = as_of
        self._waiting: dict[str, list[str]] = dict(state.get(STATE, {}).get(store_id, {}))
        self._read: set[str] = set()

    def due(self) -> list[str]:
        """Ids to read by id now: young enough, not yet read in this sync, and not asked for too recently."""
        return [order for order in self._waiting if order not in self._read and self._is_due(*self._waiting[order])]

    def asked(self, ids: list[str]) -> None:
        """Forgets orders that are about to be read by id: one that was deleted does not come back."""
        for order in ids:
            del self._waiting[order]

    def note(self, orders: pa.Table) -> None:
        """Keeps those of the orders whose journey is not ready, and forgets the others.

        Args:
            orders: a batch of the orders' table, as it is landed.
        """
        read = pl.DataFrame(orders.select(["id", "created_at", "customer_journey_ready"]))
        ids = set(read["id"])
        self._read |= ids
        self._waiting = {order: times for order, times in self._waiting.items() if order not in ids}
        # Null: an order that has no journey at all.
        unready = read.filter(~pl.col("customer_journey_ready"), pl.col("created_at") >= self._as_of - LONGEST_WAIT)
        for order, created_at in unready.select("id", "created_at").iter_rows():
            self._waiting[order] = [created_at.isoformat(), self._as_of.isoformat()]

    def remember(self) -> None:
        """Puts what is waiting into the state; called once the store was read."""
        young = {o: times for o, times in self._waiting.items() if self._is_young(datetime.fromisoformat(times[0]))}
        self._state.setdefault(STATE, {})[self._store_id] = young

    def _is_due(self, created_at: str, read_at: str) -> bool:
        created, read = datetime.fromisoformat(created_at), datetime.fromisoformat(read_at)
        return self._is_young(created) and self._as_of - read >= min(read - created, LONGEST_PAUSE)

    def _is_young(self, created_at: datetime) -> bool:
        return self._as_of - created_at <= LONGEST_WAIT
