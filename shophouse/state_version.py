"""Which version of Shophouse a state folder is of: an older one is carried on, a later one is left alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb

from shophouse.settings import Settings

STATE_VERSION = 3
"""One more for each change that the version before cannot read. Folders without a record are of version 1."""

_LEDGER = ("marts", "fct_sales_ledger")

_KEY = r"""
    cast('0x' || regexp_replace("{name}", '^(..)(..)(..)(..)(..)(..)(..).(.).*$', '\8\7\6\5\4\3\2\1') as bigint)
"""
"""What the macro `hash_number` gives, out of the digits of the MD5 that the key was before."""


class LaterStateError(Exception):
    """The state folder was written by a later version, which may keep things in ways that this one would break."""


def refuse_later_state(settings: Settings) -> None:
    """Looks at the state folder before anything in it is touched.

    Raises:
        LaterStateError: a later version has written it.
    """
    found = _recorded(_record(settings.home))
    if found > STATE_VERSION:
        raise LaterStateError(
            f"{settings.home} was written by a later version of Shophouse (state {found}, this one knows "
            f"{STATE_VERSION}): update Shophouse, or set SHOPHOUSE_HOME to another folder"
        )


def carry_state_on(settings: Settings) -> None:
    """Brings what the state folder keeps of the past to this version, and notes that this version writes it now.

    Args:
        settings: the state folder, which nobody else may write.
    """
    record = _record(settings.home)
    if record.exists() and _recorded(record) >= STATE_VERSION:
        return
    if settings.warehouse_db.exists():
        number_ledger_keys(settings.warehouse_db)
    incoming = record.with_suffix(".incoming")
    incoming.write_text(json.dumps({"version": STATE_VERSION}), encoding="utf-8")
    os.replace(incoming, record)


def number_ledger_keys(warehouse: Path) -> None:
    """Turns the keys of the ledger, which is added to and never built again, from text into the numbers of today.

    Args:
        warehouse: a database that may hold a ledger; nobody else may write it.
    """
    with duckdb.connect(warehouse) as connection:
        keys = connection.execute(
            "select column_name from information_schema.columns where table_catalog = current_database() "
            "and (table_schema, table_name) = (?, ?) and column_name like '%\\_key' escape '\\' "
            "and data_type = 'VARCHAR'",
            list(_LEDGER),
        ).fetchall()
        connection.execute("begin")
        for (name,) in keys:
            connection.execute(
                f'alter table {".".join(_LEDGER)} alter "{name}" set data type bigint using {_KEY.format(name=name)}'
            )
        connection.execute("commit")


def _record(home: Path) -> Path:
    return home / "state.json"


def _recorded(record: Path) -> int:
    try:
        return int(json.loads(record.read_text(encoding="utf-8"))["version"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return 1
