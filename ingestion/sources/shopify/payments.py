"""Shopify Payments: what moved the account's balance, and what was paid out of it.

A balance transaction stays as it is, but which payout it goes into is known a few days later, and a payout's status is
that of a bank transfer: each sync reads the last :data:`LOOKBACK` again. Other gateways settle with the merchant
themselves, and Shopify tells nothing of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingestion.kit.gaps import Gaps, Part
from ingestion.kit.refusal import Cause, Refusal
from ingestion.source import ExtractRequest, Rows
from ingestion.sources.shopify import parse_payments as parse
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.nested import lines
from ingestion.sources.shopify.pages import Node, pages, regroup, search
from ingestion.sources.shopify.settings import NAME

STATE = "payments_read_until"
LOOKBACK = timedelta(days=30)
"""Longer than a charge waits for its payout, holidays included, and a payout for its bank."""
ROWS_PER_PAGE = 250
ROWS_AT_ONCE = 5_000
_NO_ACCOUNT = "the shop has no Shopify Payments account: no gateway's fees and payouts are known"
_DENIED = (
    "give the app the scopes read_shopify_payments_accounts and read_shopify_payments_payouts, and install it again; "
    "until then fees and payouts are unknown"
)


@dataclass(frozen=True)
class _Reading:
    """A connection of the account and where its nodes go.

    Attributes:
        document: that asks for it.
        connection: its field.
        moment: search field and member by which it is read in windows and in order.
        rows: parser of its nodes.
    """

    document: str
    connection: str
    moment: tuple[str, str]
    rows: Callable[[str, bytes], Rows]


_READINGS = (
    _Reading("payouts", "payouts", ("issued_at", "issuedAt"), parse.payouts),
    _Reading(
        "balance_transactions",
        "balanceTransactions",
        ("processed_at", "transactionDate"),
        parse.balance_transactions,
    ),
)


class PaymentsAccount:
    """The Shopify Payments account of one store in one run.

    Args:
        request: the run's; its state keeps until when each store's account was read.
        client: of the store.
        gaps: where it is noted that there is no account, or that the app may not read it.
    """

    def __init__(self, request: ExtractRequest, client: ShopifyClient, gaps: Gaps) -> None:
        self._request = request
        self._client = client
        self._gaps = gaps
        self._store_id = client.store.store_id
        self._was_read = False

    @property
    def _cursors(self) -> MutableMapping[str, str]:
        cursors: MutableMapping[str, str] = self._request.state.setdefault(STATE, {})
        return cursors

    def read(self) -> Iterator[Rows]:
        """Payouts and balance transactions; none where there is no account or it is not to be read.

        Raises:
            SourceError: the store did not answer.
        """
        part = Part(self._store_id, t.PAYOUTS.name)
        try:
            self._look_for_account()
            for reading in _READINGS:
                yield from self._rows(reading)
        except Refusal as refusal:
            if refusal.cause not in (Cause.REFUSED, Cause.CLOSED):
                raise
            if refusal.cause is Cause.REFUSED:
                refusal.advice = _DENIED
            self._gaps.failed(part, refusal)
            return
        self._gaps.read(part)
        self._was_read = True

    def remember(self) -> None:
        """Keeps until when the account was read; called once the store was read."""
        if self._was_read and not self._request.since:
            self._cursors[self._store_id] = self._request.as_of.isoformat()

    def _look_for_account(self) -> None:
        if self._client.execute("payments_account")["shopifyPaymentsAccount"] is None:
            problem = f"store {self._store_id}: {_NO_ACCOUNT}"
            raise Refusal(NAME, problem, cause=Cause.CLOSED, said=_NO_ACCOUNT)

    def _rows(self, reading: _Reading) -> Iterator[Rows]:
        field, member = reading.moment

        def resume(node: Node) -> str:
            return f"{field}:>='{node[member]}'"

        found = pages(
            self._client,
            reading.document,
            f"shopifyPaymentsAccount.{reading.connection}",
            ROWS_PER_PAGE,
            query=search(field, *self._window()),
            resume=resume,
        )
        for nodes in regroup(found, ROWS_AT_ONCE):
            yield reading.rows(self._store_id, lines(nodes))

    def _window(self) -> tuple[datetime | None, datetime | None]:
        request = self._request
        if request.since:
            return request.since, request.until or request.as_of
        if request.full_refresh or self._store_id not in self._cursors:
            return None, None
        return datetime.fromisoformat(self._cursors[self._store_id]) - LOOKBACK, request.as_of
