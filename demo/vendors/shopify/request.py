"""A request as it is answered: its fragments and variables, and how much it was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, FragmentDefinitionNode, GraphQLField, GraphQLObjectType, GraphQLSchema
from graphql.execution.collect_fields import collect_sub_fields
from graphql.execution.values import get_argument_values


@dataclass(frozen=True)
class Request:
    """A validated operation: its schema, fragments and coerced variables."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]

    def subfields(self, type_name: str, nodes: list[FieldNode]) -> dict[str, list[FieldNode]]:
        """Fields selected below these nodes for an object type, by response key."""
        return collect_sub_fields(self.schema, self.fragments, self.variables, self.object_type(type_name), nodes)

    def arguments(self, field: GraphQLField, node: FieldNode) -> dict[str, Any]:
        """A field's arguments, coerced."""
        return get_argument_values(field, node, self.variables)

    def object_type(self, name: str) -> GraphQLObjectType:
        """The object type of that name."""
        found = self.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType)
        return found


class Sizes:
    """How many nodes connections gave, by their place in the document."""

    def __init__(self) -> None:
        self._given: dict[int, tuple[int, int]] = {}

    def add(self, node: FieldNode, rows: int, parents: int) -> None:
        """Counts nodes that so many parents gave together."""
        given = self._given.get(id(node), (0, 0))
        self._given[id(node)] = (given[0] + rows, given[1] + parents)

    def mean(self, node: FieldNode) -> float:
        """Nodes per parent."""
        rows, parents = self._given.get(id(node), (0, 1))
        return rows / max(parents, 1)

    def update(self, other: Sizes) -> None:
        """Takes over what another request, or part of this one, counted."""
        self._given.update(other._given)
