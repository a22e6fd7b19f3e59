"""Pages of an answer: dlt's paginators say what to ask next, the vendor's client asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests import Request, Response

from ingestion.kit.refusal import Cause, Refusal

MOST_PAGES = 100_000
Parameters = dict[str, Any]
T = TypeVar("T")


def pages(
    source: str,
    what: str,
    ask: Callable[[Parameters], tuple[Response, T]],
    parameters: Mapping[str, Any],
    paginator: BasePaginator,
    *,
    in_body: bool = False,
) -> Iterator[T]:
    """Every page of a collection, in turn, as it was read.

    Args:
        source: named in the error.
        what: is asked, named in the error.
        ask: asks for a page by its parameters, and reads it; what it changes in them holds for the pages that follow.
        parameters: of the first page.
        paginator: fresh.
        in_body: they are the members of a JSON body, where the paginator puts its own too.

    Raises:
        Refusal: a page was refused, or the paging does not end.
    """
    request = Request(url=what)
    if in_body:
        request.json = dict(parameters)
    else:
        request.params = dict(parameters)
    paginator.init_request(request)
    for _ in range(MOST_PAGES):
        response, page = ask(cast(Parameters, request.json if in_body else request.params))
        yield page
        # The total or the cursor decides; told of no rows, dlt would take any page for the last.
        paginator.update_state(response, [response])
        if not paginator.has_next_page:
            return
        paginator.update_request(request)
    problem = f"{what}: more than {MOST_PAGES:,} pages"
    raise Refusal(source, problem, "report this: the cursor does not advance", cause=Cause.FAILED)
