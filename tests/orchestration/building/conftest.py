"""Small plans, built in a state folder of a test's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.building.execution import Job, execute
from orchestration.building.outcomes import Outcome
from orchestration.building.placeholders import RunSays
from orchestration.building.plan import Node, Plan, Relation
from shophouse.database_file import ensure_database
from shophouse.settings import Settings

AS_OF = datetime(2026, 11, 8, 12, tzinfo=UTC)
RAW = Relation("raw", "shop", "orders")
SOURCE = "source.small.orders"


@dataclass
class Workshop:
    """A state folder with one raw table, in which plans are built.

    Attributes:
        settings: the state folder.
        said: what the last build said of each node, by name.
    """

    settings: Settings
    said: dict[str, Outcome] = field(default_factory=dict)
    _builds: int = 0

    def build(
        self, *nodes: Node, version: str = "1", as_of: datetime = AS_OF, dates: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """Builds a plan of these nodes, each after those that it depends on.

        Returns:
            each node's status.
        """
        self._builds += 1
        plan = Plan({node.unique_id: node for node in nodes}, {SOURCE: RAW})
        job = Job(self.settings, plan, RunSays(as_of, dates=dates or {}), version, f"build {self._builds}")
        self.said = {outcome.node.name: outcome for outcome in execute(job, plan.nodes)}
        return {name: str(outcome.status) for name, outcome in self.said.items()}

    def load(self, *statements: str) -> None:
        """Writes into the raw database, where ``orders (id, amount, _dlt_load_id)`` is."""
        with duckdb.connect(self.settings.raw_db) as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Asks the databases."""
        with duckdb.connect(self.settings.build_db) as connection:
            connection.execute(f"attach '{self.settings.raw_db}' as raw (read_only)")
            connection.execute(f"attach '{self.settings.warehouse_db}' as shophouse")
            return connection.execute(query).fetchall()

    def built_by(self, node: Node) -> str:
        """The build that a table is of."""
        found = self.rows(f"select invocation_id from build.state.builds where relation = '{node.relation}'")
        return str(found[0][0])


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    settings = Settings(home=tmp_path)
    for database in (settings.raw_db, settings.build_db, settings.warehouse_db):
        ensure_database(database)
    made = Workshop(settings)
    made.load(
        "create schema shop",
        "create table shop.orders as from (values (1, 10, 'a'), (2, 20, 'a'), (3, 30, 'a'), (4, 40, 'a'), (5, 50, 'a'), "
        "(6, 60, 'a')) as t (id, amount, _dlt_load_id)",
    )
    return made


@pytest.fixture
def make_node() -> Callable[..., Node]:
    """Makes a node: ``make_node("orders", "select ...", parent, kind="view")``."""

    def make(name: str, sql: str, *parents: Node | str, kind: str = "table", **facts: object) -> Node:
        ids = tuple(parent if isinstance(parent, str) else parent.unique_id for parent in parents)
        relation = None if kind == "test" else Relation("shophouse", "marts", name)
        return Node(f"{kind}.small.{name}", name, kind, ids, sql, **{"relation": relation, **facts})  # type: ignore[arg-type]

    return make
