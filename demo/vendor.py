"""What a vendor of the demo is: how it answers, and how a connector is pointed at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.routing import BaseRoute

from demo.merchant import Merchant


@dataclass(frozen=True)
class Vendor:
    """A vendor of the local API server.

    Attributes:
        name: of its source.
        routes: over a merchant at the server's "now" (UTC).
        settings: of the connector, by name below ``sources.<name>``, for a merchant and a server's address.
        throttle: status and body with which it says "slow down"; None: the path is not its own.
    """

    name: str
    routes: Callable[[Merchant, datetime], Sequence[BaseRoute]]
    settings: Callable[[Merchant, str], Mapping[str, str]]
    throttle: Callable[[str], tuple[int, Any] | None] = lambda path: None


def ids(merchant: Merchant, source: str, table: str, column: str) -> str:
    """The values of a column, in order, with commas."""
    return ",".join(merchant.frame(source, table).select(column).unique().sort(column).collect()[column].to_list())
