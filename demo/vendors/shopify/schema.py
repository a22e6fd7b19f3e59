"""The schema that is served, and requests checked against it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    parse,
    validate,
)
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import get_variable_values

from demo.vendors.shopify.request import Request

_CODES = (
    (re.compile(r"^Cannot query field"), "undefinedField"),
    (re.compile(r"^Unknown argument"), "argumentNotAccepted"),
    (re.compile(r"^Variable .* (of type|got invalid)"), "variableMismatch"),
    (re.compile(r"^Field .* argument .* is required"), "missingRequiredArguments"),
    (re.compile(r"^Syntax Error"), "parse_error"),
)


class RequestError(Exception):
    """A request that is answered with errors and no data.

    Args:
        errors: entries of the ``errors`` member.
    """

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self.errors = errors
        super().__init__(errors[0]["message"])


@dataclass(frozen=True)
class Operation:
    """A validated operation."""

    request: Request
    node: OperationDefinitionNode
    document: DocumentNode

    def root_fields(self) -> dict[str, list[FieldNode]]:
        """Fields of the query or mutation type by response key."""
        is_query = self.node.operation is OperationType.QUERY
        root = self.request.object_type("QueryRoot" if is_query else "Mutation")
        request = self.request
        return collect_fields(request.schema, request.fragments, request.variables, root, self.node.selection_set)


@cache
def schema() -> GraphQLSchema:
    """The served part of Shopify's schema."""
    text = (files("demo.vendors.shopify") / "schema.graphql").read_text(encoding="utf-8")
    return build_schema(text, assume_valid=True)


def operation(query: str, variables: dict[str, Any] | None, name: str | None) -> Operation:
    """Parses and validates a request and coerces its variables.

    Raises:
        RequestError: the document or the variables do not fit the schema, or the operation is not named.
    """
    document = _checked(query)
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    named = [o for o in operations if name is None or (o.name and o.name.value == name)]
    if len(named) != 1:
        raise RequestError(
            [{"message": "An operation name is required" if name is None else f'No operation named "{name}"'}]
        )
    values = get_variable_values(schema(), named[0].variable_definitions or (), variables or {})
    if isinstance(values, list):
        raise RequestError([shown(error, "INVALID_VARIABLE") for error in values])
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    return Operation(Request(schema(), fragments, values), named[0], document)


def shown(error: GraphQLError, code: str | None = None) -> dict[str, Any]:
    """An error as Shopify's answer shows it."""
    found = code or next((c for pattern, c in _CODES if pattern.search(error.message)), None)
    entry: dict[str, Any] = {"message": error.message}
    if error.locations:
        entry["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        entry["path"] = list(error.path)
    return entry | ({"extensions": {"code": found}} if found else {})


@lru_cache(maxsize=256)
def _checked(query: str) -> DocumentNode:
    try:
        document = parse(query)
    except GraphQLError as error:
        raise RequestError([shown(error)]) from error
    errors = validate(schema(), document)
    if errors:
        raise RequestError([shown(error) for error in errors])
    return document
