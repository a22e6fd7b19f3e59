"""Cursor pages: all objects of a query, each once and whole, whatever the store's limits are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.source import SourceError
from ingestion.sources.shopify.client import QueryTooCostlyError, ShopifyClient
from ingestion.sources.shopify.nested import complete
from ingestion.sources.shopify.settings import NAME

Node = dict[str, Any]
OVERLAP = timedelta(minutes=10)
"""The search index lags behind writes: a window starts so much before the last one ended."""
_DEPTH_LIMIT = 20_000
"""Shopify serves the first 25,000 objects of a query; a new query begins before that."""


def search(field: str, start: datetime | None, end: datetime | None, *terms: str) -> str | None:
    """A search query of a closed window ``[start, end)``; None where nothing is asked."""
    parts = list(terms)
    if start:
        parts.append(f"{field}:>='{_instant(start)}'")
    if end:
        parts.append(f"{field}:<'{_instant(end)}'")
    return " ".join(parts) or None


def pages(
    client: ShopifyClient,
    document: str,
    root: str,
    first: int,
    *,
    query: str | None = None,
    resume: Callable[[Node], str] | None = None,
) -> Iterator[list[Node]]:
    """Pages of a root connection, nested connections completed.

    Args:
        client: of the store.
        document: name of a document with ``$first`` and ``$after`` (and ``$query``).
        root: fields from the query down to the connection, with dots.
        first: objects a page; halved whenever the store finds the query too costly.
        query: the search.
        resume: the search term after which the objects that follow a given one are found, in the document's order;
            needed where a query may match more objects than Shopify serves in one.

    Yields:
        New objects of each page; an object that a page repeats is left out.

    Raises:
        SourceError: the store refused, or a page could not be read.
    """
    path = tuple(root.split("."))
    seen: set[str] = set()
    after: str | None = None
    depth = 0
    searched = query
    while True:
        connection, first = _affordable(client, document, first, after, searched)
        for field in path:
            connection = connection[field]
        nodes = connection["nodes"]
        fresh = [node for node in nodes if not (node["id"] in seen or seen.add(node["id"]))]  # type: ignore[func-returns-value]
        yield [complete(client, document, (*path, "nodes"), node) for node in fresh]
        if not connection["pageInfo"]["hasNextPage"]:
            return
        after = connection["pageInfo"]["endCursor"]
        depth += len(nodes)
        if depth >= _DEPTH_LIMIT and resume and fresh:
            searched = " ".join(filter(None, (query, resume(fresh[-1]))))
            after, depth = None, 0


def by_ids(client: ShopifyClient, document: str, ids: Sequence[str], count: int) -> Iterator[list[Node]]:
    """Objects by id, nested connections completed; one that was deleted since its id was read is left out.

    Args:
        client: of the store.
        document: name of a document with ``$ids`` and the root ``nodes``.
        ids: gids.
        count: objects a request; halved whenever the store finds the query too costly.

    Raises:
        SourceError: the store refused.
    """
    done = 0
    while done < len(ids):
        try:
            nodes = client.execute(document, {"ids": list(ids[done : done + count])})["nodes"]
        except QueryTooCostlyError:
            count = _halved(client, document, count)
            continue
        done += count
        yield [complete(client, document, ("nodes",), node) for node in nodes if node]


def regroup(pages: Iterable[list[Node]], count: int) -> Iterator[list[Node]]:
    """Objects of several pages together, ``count`` or a little more at a time; never none."""
    group: list[Node] = []
    for page in pages:
        group += page
        if len(group) >= count:
            yield group
            group = []
    if group:
        yield group


def _affordable(
    client: ShopifyClient, document: str, first: int, after: str | None, query: str | None
) -> tuple[Any, int]:
    while True:
        variables = {"first": first, "after": after} | ({"query": query} if query else {})
        try:
            return client.execute(document, variables), first
        except QueryTooCostlyError:
            first = _halved(client, document, first)


def _halved(client: ShopifyClient, document: str, count: int) -> int:
    if count == 1:
        raise SourceError(NAME, f"store {client.store.store_id}, {document}: one object alone is too costly")
    return count // 2


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
