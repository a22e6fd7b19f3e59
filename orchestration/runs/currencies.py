"""Currencies that nothing converts: told from what was read, before anything is made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import duckdb

from ingestion.contract import RawTable
from ingestion.registry import SOURCES
from ingestion.source import Source
from ingestion.sources.ecb.settings import START_DATE
from shophouse.settings import Settings

_CURRENCY_COLUMNS = ("currency", "currency_code")
_STORE = "store_id"
_RATES = """
    select from_currency, to_currency from files.exchange_rates where rate <> 0
    union
    select 'EUR', currency from ecb.reference_rates where rate is not null
"""


@dataclass(frozen=True)
class Seen:
    """A currency in the data of a store or an ad account.

    Attributes:
        currency: ISO 4217 code.
        source: that brought it.
        owner: the store or account.
        is_store: whether a store's.
    """

    currency: str
    source: str
    owner: str
    is_store: bool


def currencies_without_rates(settings: Settings) -> tuple[str, ...]:
    """What of the raw data cannot be converted, a sentence for each currency; none where all can.

    Args:
        settings: names ``raw.duckdb`` and the reporting currency.
    """
    if not settings.raw_db.exists():
        return ()
    with duckdb.connect(settings.raw_db.as_posix(), read_only=True) as connection:
        seen = set(_seen(connection))
        pairs = connection.execute(_RATES).fetchall()
    return tuple(_sentences(seen, _groups(pairs), settings.reporting_currency))


def _seen(connection: duckdb.DuckDBPyConnection) -> Iterator[Seen]:
    for source in SOURCES.values():
        for table in source.tables:
            owner, currency = _owner(source, table), _currency(table)
            if owner and currency:
                query = f'select distinct "{owner}", "{currency}" from "{source.name}"."{table.name}"'
                rows = connection.execute(f"{query} where {currency} is not null and {owner} is not null").fetchall()
                yield from (Seen(code, source.title, name, owner == _STORE) for name, code in rows)


def _owner(source: Source, table: RawTable) -> str | None:
    wanted = source.owner[1] if source.owner else _STORE
    return wanted if wanted in table.schema.names else None


def _currency(table: RawTable) -> str | None:
    return next((name for name in _CURRENCY_COLUMNS if name in table.schema.names), None)


def _groups(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """Currencies that rates lead to from each, itself among them."""
    groups: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        joined = groups[one] | groups[other] | {one, other}
        for member in joined:
            groups[member] = joined
    return {currency: frozenset(members) for currency, members in groups.items()}


def _sentences(seen: set[Seen], groups: Mapping[str, frozenset[str]], chosen: str | None) -> Iterator[str]:
    target = chosen or _most_common(seen)
    reached = groups.get(target, frozenset()) | {target}
    for currency in sorted({each.currency for each in seen} - reached):
        owners = sorted({f"{each.owner} ({each.source})" for each in seen if each.currency == currency})
        yield (
            f"no exchange rate leads from {currency} to {target}: {currency} is the currency of {', '.join(owners)}. "
            f"It is published in {currency}; what is reported in {target} is null wherever it takes part. Import a "
            f"file (`shophouse import rates.csv --as exchange_rates`, with a row such as "
            f"{currency},{target},2024-01-01,1.25) or read the European Central Bank's "
            f"({START_DATE.replace('.', '__').upper()}=2024-01-01), and run again"
        )


def _most_common(seen: set[Seen]) -> str:
    """The currency of most stores; among equals the first by name."""
    stores: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for each in seen:
        if each.is_store:
            stores[each.currency].add((each.source, each.owner))
    return min(stores, key=lambda currency: (-len(stores[currency]), currency), default="USD")
