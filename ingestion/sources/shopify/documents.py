"""The GraphQL documents of the connector: text files in ``queries/``, fragments inlined before they are sent."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

_FOLDER = files("ingestion.sources.shopify") / "queries"


@cache
def names() -> tuple[str, ...]:
    """Names of all documents, without the shared fragments."""
    found = (entry.name.removesuffix(".graphql") for entry in _FOLDER.iterdir() if entry.name.endswith(".graphql"))
    return tuple(sorted(name for name in found if name != "fragments"))


@cache
def text(name: str) -> str:
    """The document as it is sent."""
    return print_ast(tree(name))


@cache
def tree(name: str) -> DocumentNode:
    """The document with every fragment inlined: bulk operations take one self-contained query."""
    document: Any = _parsed(name)
    while _spreads(document):
        document = visit(document, _Inline())
    return document  # type: ignore[no-any-return]


@cache
def _parsed(name: str) -> DocumentNode:
    return parse((_FOLDER / f"{name}.graphql").read_text(encoding="utf-8"), no_location=True)


@cache
def _fragments() -> dict[str, FragmentDefinitionNode]:
    return {d.name.value: d for d in _parsed("fragments").definitions if isinstance(d, FragmentDefinitionNode)}


def _spreads(document: DocumentNode) -> bool:
    return "..." in print_ast(document).replace("... on ", "")


class _Inline(Visitor):
    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> InlineFragmentNode:
        fragment = _fragments()[node.name.value]
        return InlineFragmentNode(
            type_condition=fragment.type_condition, directives=(), selection_set=fragment.selection_set
        )
