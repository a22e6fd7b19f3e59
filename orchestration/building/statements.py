"""The statements that make a relation, in one transaction: a reader or a kill finds the old one or the new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

from orchestration.building.plan import Node, Relation

_BUILD = "build"
"""Alias of the file that every statement finds open; the published one is opened alone later."""


class ContractError(Exception):
    """A model's columns are not those that it promises; the message names them."""


@contextmanager
def transaction(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commits what is done inside, or leaves nothing of it."""
    cursor.execute("begin")
    try:
        yield
    except BaseException:
        cursor.execute("rollback")
        raise
    cursor.execute("commit")


def create_view(node: Node, sql: str, cursor: duckdb.DuckDBPyConnection) -> None:
    """Creates or replaces a view.

    A view of the published file names its tables by schema, without the file: it answers in every copy of the file,
    under whatever name the copy is opened or attached.

    Raises:
        ContractError: its columns are not those that it promises.
    """
    relation = node.target()
    if node.is_contracted:
        _require_promised(node, sql, cursor)
    if relation.database != _BUILD:
        sql = sql.replace(f'"{relation.database}".', "")
    with transaction(cursor):
        _drop_other_kind(relation, "table", cursor)
        cursor.execute(f"create or replace view {relation} as (\n{sql}\n)")
        _describe(node, "view", cursor)


def create_table(node: Node, sql: str, cursor: duckdb.DuckDBPyConnection) -> None:
    """Creates or replaces a table.

    Raises:
        ContractError: its columns are not those that it promises.
    """
    relation = node.target()
    if node.is_contracted:
        _require_promised(node, sql, cursor)
    with transaction(cursor):
        _drop_other_kind(relation, "view", cursor)
        if node.is_contracted:
            columns = ", ".join(f"{column.name} {column.type}" for column in node.columns)
            cursor.execute(f"create or replace table {relation} ({columns})")
            cursor.execute(f"insert into {relation} by name (\n{sql}\n)")
        else:
            cursor.execute(f"create or replace table {relation} as (\n{sql}\n)")
        _describe(node, "table", cursor)


def add_rows(node: Node, sql: str, cursor: duckdb.DuckDBPyConnection) -> None:
    """Adds rows to a table that is there, each in place of the one with its key.

    The table is given the columns that its model has gained since (null until the model fills them), and decimals where
    it held whole numbers and holds parts of them now.

    Raises:
        ContractError: the rows' columns are not those that the model promises.
    """
    relation, key = node.target(), node.unique_key
    # First: the rows to add may be found by what these columns hold.
    for statement in list(_alterations(node, cursor)):
        cursor.execute(statement)
    _require_promised(node, sql, cursor)
    names = ", ".join(column.name for column in node.columns)
    cursor.execute(f"create or replace temporary table rows_to_add as (\n{sql}\n)")
    with transaction(cursor):
        cursor.execute(f"delete from {relation} where {key} in (select {key} from rows_to_add)")
        cursor.execute(f"insert into {relation} ({names}) select {names} from rows_to_add")
        _describe(node, "table", cursor)
    cursor.execute("drop table rows_to_add")


def load_seed(node: Node, cursor: duckdb.DuckDBPyConnection) -> None:
    """Creates or replaces the table of a seed: text, but for columns with a type; what is empty is null."""
    relation = node.target()
    file = node.file.replace("'", "''")
    read = (
        f"read_csv('{file}', header = true, all_varchar = true, nullstr = '', delim = ',', quote = '\"', escape = '\"')"
    )
    columns = [row[0] for row in cursor.execute(f"describe from {read}").fetchall()]
    cells = ", ".join(f"cast({name} as {node.types.get(name, 'string')}) as {name}" for name in columns)
    with transaction(cursor):
        cursor.execute(f"create or replace table {relation} as select {cells} from {read}")
        _describe(node, "table", cursor)


def exists(relation: Relation, cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether there is such a table."""
    found = cursor.execute(
        "select 1 from duckdb_tables() where database_name = ? and schema_name = ? and table_name = ?",
        [relation.database, relation.schema, relation.name],
    )
    return bool(found.fetchall())


def _require_promised(node: Node, sql: str, cursor: duckdb.DuckDBPyConnection) -> None:
    promised = {column.name: _family(column.type) for column in node.columns}
    described = cursor.execute(f"select * from (\n{sql}\n) limit 0").description
    found = {str(column[0]): _family(str(column[1])) for column in described}
    wrong = [
        f"{name} is promised as {promised.get(name, 'no column')} and is {found.get(name, 'not there')}"
        for name in promised | found
        if promised.get(name) != found.get(name)
    ]
    if wrong:
        raise ContractError(f"{node.name} does not keep its contract: {'; '.join(wrong)}")


_FAMILIES = {
    "string": "varchar",
    "text": "varchar",
    "int": "integer",
    "bool": "boolean",
    "timestamptz": "timestamp with time zone",
}


def _family(type_: str) -> str:
    """A type without what its values may differ in: a decimal takes its scale from the contract."""
    plain = type_.lower().partition("(")[0].strip()
    return _FAMILIES.get(plain, plain) + ("[]" if type_.endswith("[]") and not plain.endswith("[]") else "")


_WHOLE_NUMBERS = {"tinyint", "smallint", "integer", "bigint", "hugeint"}


def _alterations(node: Node, cursor: duckdb.DuckDBPyConnection) -> Iterator[str]:
    relation = node.target()
    present: dict[str, str] = dict(
        cursor.execute(
            "select column_name, lower(data_type) from duckdb_columns() "
            "where database_name = ? and schema_name = ? and table_name = ?",
            [relation.database, relation.schema, relation.name],
        ).fetchall()
    )
    for column in node.columns:
        if column.name not in present:
            yield f"alter table {relation} add column {column.name} {column.type}"
        elif present[column.name] in _WHOLE_NUMBERS and column.type.startswith("decimal"):
            yield f"alter table {relation} alter column {column.name} type {column.type}"


def _drop_other_kind(relation: Relation, kind: str, cursor: duckdb.DuckDBPyConnection) -> None:
    """An earlier version of the project may have made the other kind of relation under this name."""
    found: Sequence[tuple[str]] = cursor.execute(
        f"select 1 from duckdb_{kind}s() where database_name = ? and schema_name = ? and {kind}_name = ?",
        [relation.database, relation.schema, relation.name],
    ).fetchall()
    if found:
        cursor.execute(f"drop {kind} {relation}")


def _describe(node: Node, kind: str, cursor: duckdb.DuckDBPyConnection) -> None:
    if not node.is_documented:
        return
    relation = node.target()
    comments = [f"comment on {kind} {relation} is {_quoted(node.description)}"]
    comments += [
        f"comment on column {relation}.{column.name} is {_quoted(column.description)}" for column in node.columns
    ]
    cursor.execute(";\n".join(comments))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
