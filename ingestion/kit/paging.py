"""Pages of an answer: dlt's paginators say what to ask next, the vendor's client asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests import Request, Response

from ingestion.source import SourceError

MOST_PAGES = 100_000
Parameters = dict[str, Any]


def pages(
    source: str,
    what: str,
    ask: Callable[[Parameters], Response],
    parameters: Mapping[str, Any],
    paginator: BasePaginator,
    *,
    in_body: bool = False,
) -> Iterator[Response]:
    """Every page of a collection, in turn.

    Args:
        source: named in the error.
        what: is asked, named in the error.
        ask: asks for a page by its parameters; what it changes in them holds for the pages that follow.
        parameters: of the first page.
        paginator: fresh.
        in_body: they are the members of a JSON body, where the paginator puts its own too.

    Raises:
        SourceError: the paging does not end.
    """
    request = Request(url=what)
    if in_body:
        request.json = dict(parameters)
    else:
        request.params = dict(parameters)
    paginator.init_request(request)
    for _ in range(MOST_PAGES):
        response = ask(cast(Parameters, request.json if in_body else request.params))
        yield response
        # The total or the cursor decides; told of no rows, dlt would take any page for the last.
        paginator.update_state(response, [response])
        if not paginator.has_next_page:
            return
        paginator.update_request(request)
    raise SourceError(source, f"{what}: more than {MOST_PAGES:,} pages", "report this: the cursor does not advance")
