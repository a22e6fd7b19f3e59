"""What a request costs, and the bucket that it is paid from."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    OperationType,
    get_named_type,
    is_composite_type,
)

from demo.vendors.shopify.request import Request, Sizes
from demo.vendors.shopify.schema import RequestError

MOST_PER_QUERY = 1000
MOST_NODES = 250
_MUTATION = 10
_FREE = {"MoneyBag", "MoneyV2"}
_MUTATIONS = {OperationType.MUTATION}


def query_cost(
    request: Request,
    kind: OperationType,
    nodes: dict[str, list[FieldNode]],
    returned: Sizes | None = None,
) -> int:
    """Points of an operation.

    An object costs 1, a scalar 0, a mutation 10, a connection of n nodes about 2 ln(n) times the cost of one node.
    Shopify publishes the rule for objects only; the rest is fitted to costs that it answered in the open
    (``products(first: 200) { nodes { id } }`` 12, ``variants(first: 250) { nodes { inventoryItem { id } } }`` 24;
    money was free).

    Args:
        request: the operation's request.
        kind: query or mutation.
        nodes: its root fields by response key.
        returned: how many nodes connections gave; None: as many as were asked for.

    Raises:
        RequestError: a connection is asked for no number of nodes, or for more than 250.
    """
    name = "Mutation" if kind in _MUTATIONS else "QueryRoot"
    base = _MUTATION * len(nodes) if kind in _MUTATIONS else 0
    return base + math.ceil(_fields(request, request.object_type(name), nodes, returned))


def connection_size(first: float) -> float:
    """How many nodes' worth a connection costs."""
    return max(2.0, 2 * math.log(first))


def _fields(
    request: Request,
    parent: GraphQLObjectType,
    nodes: dict[str, list[FieldNode]],
    returned: Sizes | None,
) -> float:
    total = 0.0
    for selected in nodes.values():
        definition = parent.fields.get(selected[0].name.value)
        if definition is None or not is_composite_type(get_named_type(definition.type)):
            continue
        type_ = get_named_type(definition.type)
        arguments = request.arguments(definition, selected[0])
        if type_.name.endswith("Connection"):
            asked = _asked(selected[0], arguments)
            size = connection_size(asked) if returned is None else _given_size(returned.mean(selected[0]))
            total += _connection(request, type_.name, size, selected, returned)
        elif type_.name not in _FREE:
            count = len(arguments["ids"]) if "ids" in arguments else 1
            total += count * (1 + _selection(request, type_, selected, returned))
    return total


def _asked(node: FieldNode, arguments: dict[str, Any]) -> int:
    """The number of nodes that a connection is asked for."""
    asked = arguments.get("first") or arguments.get("last")
    place = [{"line": node.loc.start_token.line, "column": node.loc.start_token.column}] if node.loc else []
    name = node.name.value
    if asked is None:
        message = f"you must provide one of first or last for {name}"
        raise RequestError([{"message": message, "locations": place, "extensions": {"code": "BAD_REQUEST"}}])
    if not 0 < asked <= MOST_NODES:
        message = f"{name}: {asked} nodes asked for; first and last take 1 to {MOST_NODES}"
        raise RequestError([{"message": message, "locations": place, "extensions": {"code": "BAD_REQUEST"}}])
    return int(asked)


def _given_size(nodes: float) -> float:
    return min(nodes, connection_size(max(nodes, 1.0)))


def _connection(request: Request, name: str, size: float, nodes: list[FieldNode], returned: Sizes | None) -> float:
    inside = request.subfields(name, nodes)
    total = 0.0
    for selected in inside.values():
        field = selected[0].name.value
        if field == "pageInfo":
            total += 1
        elif field == "nodes":
            node = get_named_type(request.object_type(name).fields["nodes"].type)
            total += size * (1 + _selection(request, node, selected, returned))
        elif field == "edges":
            edge = request.object_type(name.removesuffix("Connection") + "Edge")
            below = request.subfields(edge.name, selected)
            total += size * _fields(request, edge, below, returned)
    return total


def _selection(request: Request, type_: object, nodes: list[FieldNode], returned: Sizes | None) -> float:
    """The dearest of the object types that a value may be."""
    if isinstance(type_, GraphQLObjectType):
        return _fields(request, type_, request.subfields(type_.name, nodes), returned)
    assert isinstance(type_, GraphQLInterfaceType | GraphQLUnionType)
    possible = request.schema.get_possible_types(type_)
    return max((_fields(request, t, request.subfields(t.name, nodes), returned) for t in possible), default=0.0)


@dataclass
class Bucket:
    """A leaky bucket of points.

    Attributes:
        size: most that it holds.
        restore_rate: points per second that come back.
        clock: seconds; of no fixed origin.
    """

    size: float
    restore_rate: float
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._available = self.size
        self._seen = self.clock()
        self._lock = Lock()

    def take(self, points: float) -> bool:
        """Pays points, if there are enough."""
        with self._lock:
            self._refill()
            if points > self._available:
                return False
            self._available -= points
            return True

    def give_back(self, points: float) -> None:
        """Returns what was charged too much."""
        with self._lock:
            self._available = min(self.size, self._available + points)

    def status(self) -> dict[str, float]:
        """The ``throttleStatus`` of an answer."""
        with self._lock:
            self._refill()
            return {
                "maximumAvailable": self.size,
                "currentlyAvailable": int(self._available),
                "restoreRate": self.restore_rate,
            }

    def _refill(self) -> None:
        now = self.clock()
        self._available = min(self.size, self._available + (now - self._seen) * self.restore_rate)
        self._seen = now
