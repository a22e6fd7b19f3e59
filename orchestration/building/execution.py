"""Builds and tests a project's nodes in a state folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from orchestration.building.catalog import Catalog
from orchestration.building.contents import Contents, fingerprint
from orchestration.building.keyed import KeyedTables
from orchestration.building.memory import Build, Memory
from orchestration.building.outcomes import Outcome, Status
from orchestration.building.placeholders import RunSays
from orchestration.building.plan import Node, Plan, Relation
from orchestration.building.schedule import in_turn
from orchestration.building.statements import add_rows, create_table, create_view, load_seed
from orchestration.building.time_zones import know_time_zones, prepare_time_zones
from shophouse.settings import Settings

_STORES = Relation("build", "intermediate", "int_stores")
"""Where the shops' time zones stand."""


@dataclass(frozen=True)
class Job:
    """What is to be built.

    Attributes:
        settings: the state folder; nobody else may write it.
        plan: of the project.
        says: what the run says.
        version: of the project, under which tables that nothing has changed for stay as they are; empty: all are built.
        invocation: a name of this run of the builds.
    """

    settings: Settings
    plan: Plan
    says: RunSays
    version: str
    invocation: str


def execute(job: Job, selected: Collection[str]) -> Iterator[Outcome]:
    """Builds and tests nodes, each once what it reads is built and tested.

    Args:
        job: what is to be built.
        selected: ids of the nodes.

    Yields:
        how each node ended.
    """
    with _connected(job.settings, job.plan) as connection:
        prepare_time_zones(connection)
        know_time_zones(_STORES, connection)
        builder = _Builder(job, connection)
        yield from in_turn(
            job.plan, selected, builder.outcome, lambda outcome: outcome.status.stops_others, builder.skipped
        )


def _connected(settings: Settings, plan: Plan) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(settings.build_db)
    connection.execute("set timezone = 'UTC'")
    connection.execute("set preserve_insertion_order = false")
    connection.execute(f"set memory_limit = '{settings.memory}'")
    connection.execute(f"attach '{_quoted(settings.raw_db.as_posix())}' as raw (read_only)")
    connection.execute(f"attach '{_quoted(settings.warehouse_db.as_posix())}' as shophouse")
    for database, schema in sorted({(r.database, r.schema) for r in (n.relation for n in plan.nodes.values()) if r}):
        connection.execute(f"create schema if not exists {database}.{schema}")
    return connection


def _quoted(text: str) -> str:
    return text.replace("'", "''")


class _Builder:
    """Does one node's work at a time, in whichever thread."""

    def __init__(self, job: Job, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._job = job
        self._memory = Memory(connection.cursor(), job.invocation)
        self._catalog = Catalog(connection)
        self._contents = Contents(job.plan, job.says, job.version, self._memory, self._catalog)
        self._keyed = KeyedTables(job.plan, self._memory)
        self._ways: dict[str, Callable[[Node, duckdb.DuckDBPyConnection], None]] = {
            "view": self._view, "table": self._table, "incremental": self._incremental, "seed": self._seed,
        }  # fmt: skip

    def outcome(self, node: Node) -> Outcome:
        """Builds or tests a node."""
        started = datetime.now(UTC)
        with self._connection.cursor() as cursor:
            try:
                if node.kind == "test":
                    return _checked(node, self._failures(node, cursor), started)
                self._ways[node.kind](node, cursor)
            except duckdb.OutOfMemoryException as error:
                said = f"{error}; give it more: SHOPHOUSE_MEMORY, now {self._job.settings.memory}"
                return Outcome(node, Status.ERROR, started, datetime.now(UTC), said)
            except Exception as error:
                return Outcome(node, Status.ERROR, started, datetime.now(UTC), str(error))
        return Outcome(node, Status.SUCCESS, started, datetime.now(UTC))

    def skipped(self, node: Node) -> Outcome:
        """A node that is not built, because what it waits for failed."""
        now = datetime.now(UTC)
        return Outcome(node, Status.SKIPPED, now, now)

    def _sql(self, node: Node) -> str:
        return self._job.says.in_sql(node.sql)

    def _view(self, node: Node, cursor: duckdb.DuckDBPyConnection) -> None:
        create_view(node, self._sql(node), self._catalog.kind(node.target()), cursor)
        self._catalog.note(node.target(), "view")

    def _table(self, node: Node, cursor: duckdb.DuckDBPyConnection) -> None:
        relation, sql = node.target(), self._sql(node)
        made_of = self._contents.made_of(node, node.sql, cursor)
        last = self._memory.last(relation) if made_of and self._catalog.kind(relation) == "table" else None
        if last and made_of and last.made_of.hash == made_of.hash:
            return
        alike = last if last and made_of and last.made_of.version == made_of.version else None
        touched = self._keyed.touched(node, sql, made_of, alike, cursor) if made_of else None
        self._memory.forget(relation)
        if alike:
            self._keyed.note_before(node, touched, cursor)
        if touched:
            self._keyed.build(node, sql, touched, cursor)
        else:
            self._create(node, sql, cursor)
        if made_of:
            if alike:
                self._keyed.note_changes(node, touched, cursor)
            content = fingerprint(relation, cursor)
            self._memory.keep(relation, Build(made_of, content, alike.content if alike else None))
        if relation == _STORES:
            know_time_zones(_STORES, cursor)

    def _create(self, node: Node, sql: str, cursor: duckdb.DuckDBPyConnection) -> None:
        create_table(node, sql, self._catalog.kind(node.target()), cursor)
        self._catalog.note(node.target(), "table")

    def _incremental(self, node: Node, cursor: duckdb.DuckDBPyConnection) -> None:
        """A table with a history always looks for what is new: that it was asked is what its readers have to know."""
        relation = node.target()
        is_there = self._catalog.kind(relation) == "table"
        sql = node.sql_to_add if is_there else node.sql
        made_of = self._contents.made_of(node, sql, cursor)
        last = self._memory.last(relation) if made_of and is_there else None
        alike = last if last and made_of and last.made_of.version == made_of.version else None
        self._memory.forget(relation)
        if alike:
            self._keyed.note_before(node, None, cursor)
        (add_rows if is_there else self._create)(node, self._job.says.in_sql(sql), cursor)
        if made_of:
            if alike:
                self._keyed.note_changes(node, None, cursor)
            content = fingerprint(relation, cursor)
            self._memory.keep(relation, Build(made_of, content, alike.content if alike else None))

    def _seed(self, node: Node, cursor: duckdb.DuckDBPyConnection) -> None:
        relation = node.target()
        made_of = self._contents.made_of(node, node.file, cursor)
        last = self._memory.last(relation) if made_of and self._catalog.kind(relation) == "table" else None
        if last and made_of and last.made_of.hash == made_of.hash:
            return
        self._memory.forget(relation)
        load_seed(node, cursor)
        self._catalog.note(relation, "table")
        if made_of:
            self._memory.keep(relation, Build(made_of, fingerprint(relation, cursor), None))

    def _failures(self, node: Node, cursor: duckdb.DuckDBPyConnection) -> int:
        """How many rows a test finds; it is not asked again what it was asked of the same rows."""
        made_of = self._contents.made_of(node, node.sql, cursor)
        known = self._memory.last_check(node.unique_id, made_of.hash) if made_of else None
        if known is not None:
            return known
        count = int(cursor.execute(f"select count(*) from (\n{self._sql(node)}\n) as found").fetchall()[0][0])
        if made_of:
            self._memory.keep_check(node.unique_id, made_of.hash, count)
        return count


def _checked(node: Node, count: int, started: datetime) -> Outcome:
    if not count:
        return Outcome(node, Status.PASS, started, datetime.now(UTC), failures=0)
    status = Status.WARN if node.severity == "warn" else Status.FAIL
    results = f"{count} result{'' if count == 1 else 's'}"
    said = f"Got {results}, configured to {'warn' if status is Status.WARN else 'fail'} if != 0"
    return Outcome(node, status, started, datetime.now(UTC), said, count)
