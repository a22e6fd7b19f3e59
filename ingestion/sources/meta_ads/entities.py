"""Accounts, campaigns, ad sets, ads and creatives: small collections, read whole every run.

An effective status follows the parents without touching ``updated_time``, so an updated-since filter would miss it.
Meta hides deleted and archived objects unless a filter names their status.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from ingestion.contract import RawTable
from ingestion.kit.arrow import typed
from ingestion.kit.fields import Fields, Path, own
from ingestion.kit.refusal import Cause, Reach, Refusal
from ingestion.kit.report_source import Account
from ingestion.source import Rows
from ingestion.sources.meta_ads.client import MetaClient, TooMuchData
from ingestion.sources.meta_ads.settings import NAME
from ingestion.sources.meta_ads.tables import AD_ACCOUNTS, AD_SETS, ADS, CAMPAIGNS, CREATIVES

_CAMPAIGN_STATUSES = (
    "ACTIVE",
    "ARCHIVED",
    "DELETED",
    "IN_PROCESS",
    "PAUSED",
    "WITH_ISSUES",
)
_AD_SET_STATUSES = (*_CAMPAIGN_STATUSES, "CAMPAIGN_PAUSED")
AD_STATUSES = (
    *_AD_SET_STATUSES,
    "ADSET_PAUSED",
    "DISAPPROVED",
    "PENDING_BILLING_INFO",
    "PENDING_REVIEW",
    "PREAPPROVED",
)
_CURRENCIES_WITHOUT_MINOR_UNIT = frozenset(
    {"CLP", "COP", "CRC", "HUF", "IDR", "ISK", "JPY", "KRW", "PYG", "TWD", "VND"}
)
"""Meta's currency offset is 1 for these and 100 for all others (its "Currencies" reference page)."""

_BUDGET_COLUMNS = ("daily_budget", "lifetime_budget")
_TIME_COLUMNS = ("start_time", "stop_time", "created_time", "updated_time")
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%S%z"


@dataclass(frozen=True)
class Entity:
    """A collection of an ad account.

    Attributes:
        fields: where its columns lie.
        edge: name in the Graph API.
        statuses: every effective status there is; empty: the edge has none.
    """

    fields: Fields
    edge: str
    statuses: tuple[str, ...] = ()

    @property
    def asked(self) -> str:
        """Meta's ``fields`` parameter: members of an object stand in braces."""
        paths = self.fields.paths.values()
        return ",".join(field + "".join(f"{{{member}}}" for member in members) for field, *members in paths)


def _entity(table: RawTable, edge: str, statuses: tuple[str, ...] = (), **renamed: Path) -> Entity:
    names = own(*(column.name for column in table.columns if column.name != "account_id"))
    return Entity(Fields(table, names | renamed), edge, statuses)


ENTITIES = (
    _entity(CAMPAIGNS, "campaigns", _CAMPAIGN_STATUSES),
    _entity(AD_SETS, "adsets", _AD_SET_STATUSES),
    _entity(ADS, "ads", AD_STATUSES, ad_set_id=("adset_id",), creative_id=("creative", "id")),
    _entity(CREATIVES, "adcreatives"),
)


def accounts(client: MetaClient, account_ids: tuple[str, ...] | None) -> tuple[pl.DataFrame, dict[str, Refusal]]:
    """Ad accounts in the columns of their table, as text, and those that are refused.

    Args:
        client: of the token.
        account_ids: which; None: every account that the token can read.

    Raises:
        Refusal: Meta refused, or the token reads no account at all.
    """
    fields = {"fields": ",".join(c.name for c in AD_ACCOUNTS.columns)}
    row = pl.Struct({c.name: pl.String for c in AD_ACCOUNTS.columns})
    if account_ids is None:
        found = pl.concat(client.pages("me/adaccounts", row, fields))
        if found.is_empty():
            advice = "assign ad accounts to its system user"
            raise Refusal(NAME, "the token reads no ad account", advice, cause=Cause.REFUSED, reach=Reach.SOURCE)
        return found, {}
    one_by_one: list[dict[str, Any]] = []
    refused: dict[str, Refusal] = {}
    for account_id in account_ids:
        try:
            one_by_one.append(client.get(f"act_{account_id}", fields, row, "account_id"))
        except Refusal as refusal:
            if refusal.reach is Reach.SOURCE:
                raise
            refused[account_id] = refusal
    return pl.DataFrame(one_by_one, {c.name: pl.String for c in AD_ACCOUNTS.columns}), refused


def read_entity(client: MetaClient, account: Account, entity: Entity) -> Iterator[Rows]:
    """Every object of a collection, whatever its status.

    Raises:
        Refusal: Meta refused, or a value has an unexpected type.
    """
    parameters = {"fields": entity.asked}
    if entity.statuses:
        parameters["effective_status"] = orjson.dumps(entity.statuses).decode()
    table = entity.fields.table
    try:
        for page in client.pages(f"act_{account.account_id}/{entity.edge}", entity.fields.row, parameters):
            yield Rows(table, typed(NAME, table, page, *_columns(entity.fields, account)))
    except TooMuchData as refused:
        raise refused.refusal from None


def _columns(fields: Fields, account: Account) -> list[pl.Expr]:
    values = [_value(fields, column, account).alias(column) for column in fields.paths]
    return [pl.lit(account.account_id).alias("account_id"), *values]


def _value(fields: Fields, column: str, account: Account) -> pl.Expr:
    sent = fields.sent(column)
    if column in _BUDGET_COLUMNS:
        minor_units = 1 if account.currency in _CURRENCIES_WITHOUT_MINOR_UNIT else 100
        return sent.cast(pl.Decimal(18, 6)) / pl.lit(minor_units).cast(pl.Decimal(18, 6))
    if column in _TIME_COLUMNS:
        return sent.str.to_datetime(_TIME_FORMAT, time_unit="us")
    return sent
