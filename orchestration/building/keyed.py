"""Tables that follow their inputs key by key: only the keys that a change touched are taken out and made again."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from orchestration.building.memory import Build, MadeOf, Memory
from orchestration.building.plan import Keys, Node, Plan, Relation

_WORTH_IT = 5
"""Where a key in so many is touched, the whole table is built: to take so many rows out costs more than it saves."""


class KeyedTables:
    """Finds which keys a change touched, and builds those.

    Args:
        plan: of the project.
        memory: of earlier builds.
    """

    def __init__(self, plan: Plan, memory: Memory) -> None:
        self._plan = plan
        self._memory = memory
        self._makers = {str(node.relation): node for node in plan.nodes.values() if node.relation}

    def touched(
        self, node: Node, sql: str, made_of: MadeOf, last: Build | None, cursor: duckdb.DuckDBPyConnection
    ) -> Relation | None:
        """The table of the keys to make again; None where the whole table is to be built.

        Args:
            node: the table.
            sql: of the run.
            made_of: what it is made of now.
            last: its last build by the same version of the project.
            cursor: to the databases.
        """
        then = last.made_of.inputs if last else {}
        if not node.keys or not last or last.made_of.code != made_of.code or len(then) != len(made_of.inputs):
            return None
        changed = []
        for relation, content in made_of.inputs.items():
            if then.get(relation) != content:
                keys = self._changed(node, node.keys, relation, then.get(relation), sql)
                if not keys:
                    return None
                changed.append(keys)
        touched = _noted("touched", node.target())
        cursor.execute(f"create or replace table {touched} as {' union '.join(changed)}")
        few = cursor.execute(
            f"select (select count(*) from {touched}) * {_WORTH_IT} <= (select count(*) from {node.target()})"
        ).fetchall()[0][0]
        return touched if few else None

    def _changed(self, node: Node, keys: Keys, relation: str, content: str | None, sql: str) -> str:
        """A query for the keys that an input has changed since it had a content; empty: nobody noted them."""
        parent = self._makers.get(relation)
        if not parent or relation not in sql or not (columns := keys.followed(parent.name)):
            return ""
        build = self._memory.last(parent.target())
        if not build or build.content_before is None or build.content_before != content:
            return ""
        changes = _noted("changes", parent.target())
        if parent.name in keys.inputs:
            return f"select {', '.join(keys.columns)} from {changes}"
        return (
            f"select {', '.join(keys.columns)} from {node.target()} as stored where exists "
            f"(select 1 from {changes} as changes where {_same('changes', 'stored', columns)})"
        )

    def note_before(self, node: Node, touched: Relation | None, cursor: duckdb.DuckDBPyConnection) -> None:
        """Notes what may change of a table, as far as others follow it: a hash of each row, with its keys."""
        if columns := self._plan.followed_columns.get(node.name):
            rows = _rows(node, columns, touched)
            cursor.execute(f"create or replace table {_noted('before', node.target())} as {rows}")

    def note_changes(self, node: Node, touched: Relation | None, cursor: duckdb.DuckDBPyConnection) -> None:
        """Notes the keys whose rows are others than before."""
        if columns := self._plan.followed_columns.get(node.name):
            before = _noted("before", node.target())
            cursor.execute(
                f"create or replace table {_noted('changes', node.target())} as "
                f"with now as ({_rows(node, columns, touched)}), "
                f"gone as (select * from {before} except all select * from now), "
                f"come as (select * from now except all select * from {before}) "
                f"select distinct {', '.join(columns)} "
                "from (select * from gone union all select * from come) as changed"
            )
            cursor.execute(f"drop table {before}")

    def build(self, node: Node, sql: str, touched: Relation, cursor: duckdb.DuckDBPyConnection) -> None:
        """Takes the rows of the touched keys out and makes them again, of these keys in the keyed inputs."""
        assert node.keys is not None
        columns = node.keys.columns
        for id in node.depends_on:
            parent = self._plan.nodes.get(id)
            if parent and parent.holds_rows and parent.name in node.keys.inputs:
                of_keys = (
                    f"(select stored.* from {parent.target()} as stored where exists "
                    f"(select 1 from {touched} as touched where {_same('touched', 'stored', columns)}))"
                )
                sql = sql.replace(str(parent.relation), of_keys)
        cursor.execute("begin")
        cursor.execute(
            f"delete from {node.target()} as stored where exists "
            f"(select 1 from {touched} as touched where {_same('touched', 'stored', columns)})"
        )
        cursor.execute(f"insert into {node.target()} by name ({sql})")
        cursor.execute("commit")


def _rows(node: Node, columns: Sequence[str], touched: Relation | None) -> str:
    rows = f"select {', '.join(columns)}, hash(stored) as row_hash from {node.target()} as stored"
    if touched is None or node.keys is None:
        return rows
    is_touched = _same("touched", "stored", node.keys.columns)
    return f"{rows} where exists (select 1 from {touched} as touched where {is_touched})"


def _noted(what: str, relation: Relation) -> Relation:
    return Relation("build", "state", f"{what}_{relation.schema}_{relation.name}")


def _same(one: str, other: str, columns: Sequence[str]) -> str:
    return " and ".join(f"{one}.{column} is not distinct from {other}.{column}" for column in columns)
