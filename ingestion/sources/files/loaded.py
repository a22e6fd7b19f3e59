"""What ``raw.duckdb`` already holds of files: which were loaded, whose rows are where, in which currency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from ingestion.load.raw_db import open_raw
from ingestion.sources.files.checks import APART
from ingestion.sources.files.templates import TEMPLATES, Template
from shophouse.settings import Settings

_CURRENCIES = (
    ("shopify", "shop", "select store_id, currency_code from shopify.shop"),
    *(
        (
            t.source,
            t.table.name,
            f"select concat_ws('{APART}', {', '.join(t.one_currency_per)}), currency from {t.source}.{t.table.name}",
        )
        for t in TEMPLATES.values()
        if t.one_currency_per
    ),
)


def loaded_files(settings: Settings) -> frozenset[str]:
    """Identities of the files that were loaded, whichever schema their rows went to.

    Raises:
        SourceError: another process holds the database.
    """
    found: set[str] = set()
    with _reading(settings) as connection:
        for source in sorted({t.source for t in TEMPLATES.values()}):
            if _has_table(connection, source, "loaded_files"):
                rows = connection.sql(f"select file_id from {source}.loaded_files").fetchall()
                found |= {str(row[0]) for row in rows}
    return frozenset(found)


def store_currencies(settings: Settings) -> dict[str, str]:
    """Currency by store (or account of a platform) that holds rows already; a shop's own setting wins.

    Raises:
        SourceError: another process holds the database.
    """
    currencies: dict[str, str] = {}
    with _reading(settings) as connection:
        for schema, table, query in reversed(_CURRENCIES):
            if _has_table(connection, schema, table):
                currencies |= dict(connection.sql(f"select distinct * from ({query}) as stored").fetchall())
    return {store: currency for store, currency in currencies.items() if currency}


def slices_of_the_api(settings: Settings, template: Template, rows: pa.Table) -> list[str]:
    """Slices of a versioned table that the file would fill and the source's own API keeps up to date.

    A file there would close the API's versions, which are newer than any history that somebody has saved.

    Args:
        settings: names the database.
        template: of another source than ``files``.
        rows: what the file brings.

    Returns:
        The slices' values; empty where the file is the only origin.

    Raises:
        SourceError: another process holds the database.
    """
    key = ", ".join(template.table.merge_key)
    with _reading(settings) as connection:
        if not _has_table(connection, template.source, template.table.name):
            return []
        from_files = (
            f"select _dlt_load_id from {template.source}.loaded_files"
            if _has_table(connection, template.source, "loaded_files")
            else "select null limit 0"
        )
        connection.register("incoming", rows.select(list(template.table.merge_key)))
        taken = connection.sql(
            f"""
            select distinct {key} from {template.source}.{template.table.name}
            where _valid_to is null and _dlt_load_id not in ({from_files})
                and ({key}) in (select distinct {key} from incoming)
            order by all
            """
        ).fetchall()
    return [", ".join(str(value) for value in row) for row in taken]


def accounts_of_connectors(settings: Settings, rows: pa.Table) -> list[str]:
    """Accounts of a file of spend whose platform's own connector reads them: in both, their money would count twice.

    Args:
        settings: names the database.
        rows: of the template ad_spend; a platform with a connector is named as its schema.

    Raises:
        SourceError: another process holds the database.
    """
    found: list[str] = []
    with _reading(settings) as connection:
        connection.register("incoming", rows.select(["platform", "account_id"]))
        for (platform,) in connection.sql("select distinct platform from incoming order by all").fetchall():
            if _has_table(connection, platform, "report_periods"):
                account = connection.sql(f"select * from {platform}.report_periods").columns[0]
                known = f"select {account} from {platform}.report_periods"
                query = f"select distinct account_id from incoming where platform = ? and account_id in ({known})"
                found += [f"{platform}, {name}" for (name,) in connection.execute(query, [platform]).fetchall()]
    return found


def replaced_rows(settings: Settings, template: Template, rows: pa.Table) -> str:
    """What of the stored rows a file replaces, as a sentence; empty where nothing is.

    Raises:
        SourceError: another process holds the database.
    """
    table = template.table
    key = table.merge_key or table.key
    with _reading(settings) as connection:
        if not _has_table(connection, template.source, table.name):
            return ""
        connection.register("incoming", rows.select(list(key)))
        stored, own = f"{template.source}.{table.name}", ", ".join(key)
        count, keys, earlier = connection.execute(
            f"""
            select count(*), count(distinct ({own})), string_agg(distinct _file_id, ',')
            from {stored} where ({own}) in (select ({own}) from incoming)
            """
        ).fetchone() or (0, 0, "")
        if not count:
            return ""
        names = _names_of(connection, template.source, str(earlier).split(","))
    whole = f" ({keys:,} documents, replaced whole)" if table.merge_key else ""
    return f"replaces {count:,} rows of {names}{whole}"


def newer_keys(settings: Settings, template: Template, file_ids: Sequence[str]) -> pa.Table | None:
    """Keys (or documents) that the given files have brought; None where there are none.

    Raises:
        SourceError: another process holds the database.
    """
    table = template.table
    key = ", ".join(table.merge_key or table.key)
    with _reading(settings) as connection:
        if not file_ids or not _has_table(connection, template.source, table.name):
            return None
        query = f"select distinct {key} from {template.source}.{table.name} where _file_id in (select unnest(?))"
        return connection.execute(query, [list(file_ids)]).to_arrow_table()


def _names_of(connection: duckdb.DuckDBPyConnection, source: str, file_ids: Sequence[str]) -> str:
    found = connection.execute(
        f"select distinct file_name from {source}.loaded_files where file_id in (select unnest(?)) order by all",
        [list(file_ids)],
    ).fetchall()
    return ", ".join(str(name) for (name,) in found) or "earlier files"


@contextmanager
def _reading(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    if not settings.raw_db.exists():
        # Looking must not make a database.
        with duckdb.connect() as nothing:
            yield nothing
        return
    with open_raw(settings, "files") as connection:
        yield connection


def _has_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    found = connection.execute(
        "select 1 from duckdb_tables() where database_name = current_database() and schema_name = ? and table_name = ?",
        [schema, table],
    ).fetchone()
    return found is not None
