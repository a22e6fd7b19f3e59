"""What a table is made of: its SQL, that of the views below it, and the content of the tables that they read."""

from __future__ import annotations

import hashlib
import json

import duckdb

from orchestration.building.memory import MadeOf, Memory
from orchestration.building.placeholders import RunSays
from orchestration.building.plan import Node, Plan, Relation

_LOADED = ("_dlt_load_id", "_valid_to")
"""A raw table's row changes with its load only, or by the end of its version."""


class Contents:
    """Tells what tables and tests are made of in a run.

    Args:
        plan: of the project.
        says: what the run says.
        version: of the project; empty: nothing is known to be as it was.
        memory: of earlier builds.
    """

    def __init__(self, plan: Plan, says: RunSays, version: str, memory: Memory) -> None:
        self._plan = plan
        self._says = says
        self._version = version
        self._memory = memory

    def made_of(self, node: Node, sql: str, cursor: duckdb.DuckDBPyConnection) -> MadeOf | None:
        """What a node is made of; None where nothing is to be remembered.

        Args:
            node: a table or a test.
            sql: its SQL, of the kind that is run.
            cursor: to ask for the content of tables that others write.
        """
        if not self._version:
            return None
        code, inputs = [self._version, self._says.in_code(sql)], dict[str, str]()
        self._add(node, code, inputs, set(), cursor)
        hashed = _hash("\n".join(code))
        return MadeOf(self._version, hashed, inputs, _hash(hashed + json.dumps(inputs, sort_keys=True)))

    def _add(
        self, node: Node, code: list[str], inputs: dict[str, str], seen: set[str], cursor: duckdb.DuckDBPyConnection
    ) -> None:
        for id in node.depends_on:
            if id in seen:
                continue
            seen.add(id)
            parent = self._plan.nodes.get(id)
            if parent and parent.kind == "view":
                code.append(self._says.in_code(parent.sql))
                self._add(parent, code, inputs, seen, cursor)
            else:
                relation = parent.target() if parent else self._plan.sources[id]
                inputs[str(relation)] = self._content(relation, cursor)

    def _content(self, relation: Relation, cursor: duckdb.DuckDBPyConnection) -> str:
        content = self._memory.content(relation)
        if content is None:
            content = self._found(relation, cursor)
            self._memory.see(relation, content)
        return content

    def _found(self, relation: Relation, cursor: duckdb.DuckDBPyConnection) -> str:
        columns = cursor.execute(
            "select column_name from duckdb_columns() where database_name = ? and schema_name = ? and table_name = ? "
            "order by 1",
            [relation.database, relation.schema, relation.name],
        ).fetchall()
        loaded = [name for (name,) in columns if name in _LOADED]
        found = fingerprint(relation, cursor, ", ".join(loaded) or "stored")
        return (self._memory.raw_content(relation, found) if loaded else None) or found


def fingerprint(relation: Relation, cursor: duckdb.DuckDBPyConnection, hashed: str = "stored") -> str:
    """Number and hashes of a table's rows in any order: two equal rows cancel out in one hash, not in the other.

    Args:
        relation: the table.
        cursor: to the databases.
        hashed: columns that count; ``stored``: all.
    """
    found = cursor.execute(
        f"select concat_ws(' ', count(*), bit_xor(hash({hashed})), sum(cast(hash({hashed}) as hugeint))) "
        f"from {relation} as stored"
    ).fetchall()
    return str(found[0][0])


def _hash(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
