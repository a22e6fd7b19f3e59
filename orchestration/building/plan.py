"""What a build does: dbt's nodes with their compiled SQL, in the order in which they may be built."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter

PLAN = "plan.json"
"""Name of the plan's file in the folder of the parsed project."""


@dataclass(frozen=True)
class Relation:
    """A table or view: file (its alias), schema and name."""

    database: str
    schema: str
    name: str

    def __str__(self) -> str:
        return f'"{self.database}"."{self.schema}"."{self.name}"'

    def within_its_file(self) -> str:
        """Its name where only its own file is open."""
        return f'"{self.schema}"."{self.name}"'


@dataclass(frozen=True)
class Column:
    """A column as the YAML describes it; the type is empty where no contract gives it one."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Keys:
    """By which columns a table follows its inputs row by row.

    Attributes:
        columns: of the key.
        inputs: names of the models whose rows of a key make the table's rows of that key.
        lookups: names of other models, with the columns that the table looks their rows up by.
    """

    columns: tuple[str, ...]
    inputs: tuple[str, ...]
    lookups: Mapping[str, tuple[str, ...]]

    def followed(self, name: str) -> tuple[str, ...]:
        """Columns by which the table follows a model; none where only a build of the whole follows it."""
        return self.columns if name in self.inputs else self.lookups.get(name, ())


@dataclass(frozen=True)
class Node:
    """A model, a seed or a test.

    Attributes:
        unique_id: dbt's id.
        name: dbt's name.
        kind: ``table``, ``view``, ``incremental``, ``seed`` or ``test``.
        depends_on: ids of the models, seeds and sources that it reads; what is ephemeral stands in its SQL.
        sql: compiled, with the placeholders of what a run says; empty for a seed.
        sql_to_add: of an incremental model: what is to be added to the table as it is.
        relation: what it makes; None for a test.
        columns: in the YAML's order.
        description: of the YAML.
        is_contracted: whether the columns and their types are promised.
        is_documented: whether the database carries the descriptions.
        keys: of a table that follows its inputs key by key.
        unique_key: of an incremental model: column by which a row takes another's place.
        file: of a seed, its CSV.
        types: of a seed, the types of columns that are not text.
        severity: of a test, ``error`` or ``warn``.
        waits_for: ids of tests whose failure keeps it from being built, beside those that its parents wait for.
    """

    unique_id: str
    name: str
    kind: str
    depends_on: tuple[str, ...]
    sql: str = ""
    sql_to_add: str = ""
    relation: Relation | None = None
    columns: tuple[Column, ...] = ()
    description: str = ""
    is_contracted: bool = False
    is_documented: bool = False
    keys: Keys | None = None
    unique_key: str = ""
    file: str = ""
    types: Mapping[str, str] = field(default_factory=dict)
    severity: str = "error"
    waits_for: tuple[str, ...] = ()

    @property
    def holds_rows(self) -> bool:
        """Whether it is a table, however it is made."""
        return self.kind in ("table", "incremental", "seed")

    def target(self) -> Relation:
        """What it makes; a test makes nothing and is not to be asked."""
        assert self.relation is not None, self.unique_id
        return self.relation


@dataclass(frozen=True)
class Plan:
    """A version of the project.

    Attributes:
        nodes: by id, each after those that it depends on.
        sources: tables that others write, by dbt's id.
    """

    nodes: Mapping[str, Node]
    sources: Mapping[str, Relation]

    @cached_property
    def followed_columns(self) -> Mapping[str, tuple[str, ...]]:
        """Columns of the keys by which keyed tables follow a model, by its name."""
        found: dict[str, set[str]] = {}
        for node in self.nodes.values():
            for name in (*node.keys.inputs, *node.keys.lookups) if node.keys else ():
                found.setdefault(name, set()).update(node.keys.followed(name) if node.keys else ())
        return {name: tuple(sorted(columns)) for name, columns in found.items()}

    def below(self, roots: Iterable[str]) -> frozenset[str]:
        """Ids of the nodes that depend on any of the roots, the roots themselves left out."""
        reached = set(roots)
        for node in self.nodes.values():
            if not reached.isdisjoint(node.depends_on):
                reached.add(node.unique_id)
        return frozenset(reached & self.nodes.keys()) - frozenset(roots)

    def above(self, ids: Iterable[str]) -> frozenset[str]:
        """Ids of the nodes that any of these depends on, and these."""
        reached = set(ids)
        for node in reversed(list(self.nodes.values())):
            if node.unique_id in reached:
                reached.update(node.depends_on)
        return frozenset(reached & self.nodes.keys())

    def after_forecasts(self) -> frozenset[str]:
        """Ids of the nodes that read the forecasts, and of all that follow from them."""
        return self.below(id for id, relation in self.sources.items() if relation.schema == "forecast")

    def save(self, folder: Path) -> None:
        """Writes the plan; a reader sees all of it or nothing."""
        incoming = folder / f".{PLAN}.incoming"
        incoming.write_bytes(_PLANS.dump_json(self))
        os.replace(incoming, folder / PLAN)


def load_plan(folder: Path) -> Plan:
    """The plan of a parsed project.

    Args:
        folder: of the parsed project.
    """
    return _PLANS.validate_json((folder / PLAN).read_bytes())


_PLANS = TypeAdapter(Plan)
