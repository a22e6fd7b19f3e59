"""Where a mapping's SQL runs: a DuckDB of its own, in memory, with nothing to reach and limits that hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Timer

import duckdb
import polars as pl
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType

from ingestion.sources.files.casting import AMBIGUOUS, QUESTION

SECONDS = 120.0
"""The real file of 541,909 lines takes four."""
FILE_LINE = "file_line"
FILE_NAME = "file_name"

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",
    "memory_limit": "1GB",
    "threads": "2",
}
_SIGN_WORDS = "(?i)^(?:kr|kč|zł|ft|fr|rs|lei)[.]? |[ \\x{00A0}](?:kr|kč|zł|ft|fr|rs|lei)[.]?$"
"""How currencies without a sign of their own are written before or after an amount."""
_ISO_DAY = r"^\d{4}-\d\d-\d\d$"
_ISO_TIME = r"^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?$"
_PART = """
    cast(
        coalesce(
            round(amount * so_far / nullif(whole, 0), 2) - round(amount * (so_far - share) / nullif(whole, 0), 2),
            0
        ) as decimal(18, 2)
    )
"""
"""Cents of an amount that fall on a share of a whole, so that the parts add up to the amount."""
_OFFSET = r" ?(?:(Z|UTC|GMT)|([+-]\d\d):?(\d\d))$"


class SandboxError(Exception):
    """The SQL did not run to its end; the message says why."""


@dataclass
class Refused:
    """What the SQL could not read: each value with what was expected, in the order of finding."""

    values: dict[tuple[str | None, str], None] = field(default_factory=dict)

    def note(self, value: pa.Array, expected: pa.Array) -> pa.Array:
        """Takes down a batch; the SQL goes on with null."""
        for pair in zip(value.to_pylist(), expected.to_pylist(), strict=True):
            self.values[(pair[0], str(pair[1]))] = None
        return pa.nulls(len(value), pa.string())


@dataclass(frozen=True)
class Reading:
    """How the functions of the SQL read texts.

    Attributes:
        decimal: mark between units and decimals.
        thousands: mark between groups of three digits; empty: none.
        shows_points: whether a point before three digits is known to be a decimal one.
        binary_numbers: numbers were doubles: decimals beyond the sixth are rounded instead of refused.
        settings: what ``setting('name')`` yields; in ``timezone`` ``local_time`` tells an instant with an offset.
    """

    decimal: str = "."
    thousands: str = ""
    shows_points: bool = True
    binary_numbers: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)


def run_select(
    select: str, relations: Mapping[str, pl.DataFrame], reading: Reading, seconds: float = SECONDS
) -> tuple[pa.Table, Refused]:
    """Runs a mapping's SQL.

    Args:
        select: one ``select``.
        relations: rows of each kind of file by the name under which the SQL reads them; text columns, ``file_name``
            and ``file_line``.
        reading: how texts are read.
        seconds: after which the SQL is ended.

    Returns:
        What the SQL yields, and what its functions could not read.

    Raises:
        SandboxError: an unknown column, a conversion that failed, too much memory or time.
    """
    refused = Refused()
    with duckdb.connect(config=_CONFIG) as connection:
        connection.execute("set python_enable_replacements = false")
        connection.create_function(
            "refuse",
            refused.note,
            ["VARCHAR", "VARCHAR"],
            "VARCHAR",
            type=PythonUDFType.ARROW,
            null_handling=FunctionNullHandling.SPECIAL,
            side_effects=True,
        )
        for name, frame in relations.items():
            connection.register(f"_{name}", frame.to_arrow())
            connection.execute(f'create table "{name}" as select * from "_{name}"')
            connection.unregister(f"_{name}")
        for macro in _macros(reading):
            connection.execute(macro)
        connection.execute("set lock_configuration = true")
        with _ended_after(connection, seconds):
            return _run(connection, select, seconds), refused


def _run(connection: duckdb.DuckDBPyConnection, select: str, seconds: float) -> pa.Table:
    try:
        return connection.execute(select).to_arrow_table()
    except duckdb.InterruptException:
        raise SandboxError(f"SQL that ends within {seconds:.0f} seconds") from None
    except duckdb.OutOfMemoryException:
        raise SandboxError(f"SQL that needs no more than {_CONFIG['memory_limit']} of memory") from None
    except duckdb.Error as error:
        raise SandboxError(f"SQL that runs on these columns: {_told(str(error))}") from None


def _told(message: str) -> str:
    """The first sentence of DuckDB's message, and the place if it names one."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    place = next((line for line in lines if line.startswith("LINE ")), "")
    return f"{lines[0]} {place}".strip()


@contextmanager
def _ended_after(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _macros(reading: Reading) -> Iterator[str]:
    """The functions that read texts: what they cannot read they refuse, and nothing becomes null in silence."""
    values = ", ".join(f"'{_quoted(name)}': '{_quoted(value)}'" for name, value in reading.settings.items())
    yield f"create macro setting(name) as cast(map {{{values}}}[name] as varchar)"
    yield "create macro part_of(amount, share, so_far, whole) as " + _PART
    yield f"create macro number(cell) as {_number(reading)}"
    yield f"""
        create macro day
            (cell) as {
        _read(
            "date",
            f"case when regexp_matches(cell, '{_ISO_DAY}') then try_cast(cell as date) end",
            "an existing date, YYYY-MM-DD (of another form: day(column, '%d/%m/%Y') says which)",
        )
    },
            (cell, form) as {_read("date", f"cast({_of_form(reading)} as date)", "an existing date as ", "form")}
    """
    yield f"""
        create macro local_time
            (cell) as {_local_time(reading.settings.get("timezone"))},
            (cell, form) as {
        _read("timestamp", f"cast({_of_form(reading)} as timestamp)", "an existing date and time as ", "form")
    }
    """


def _read(kind: str, value: str, expected: str, detail: str = "''") -> str:
    told = expected.replace("'", "''")
    return f"coalesce({value}, case when cell is not null then cast(refuse(cell, '{told}' || {detail}) as {kind}) end)"


def _of_form(reading: Reading) -> str:
    """A text of the stated form; ``excel`` is the number of days since 30 December 1899, to the second."""
    days = f"try_cast(replace(cell, '{_quoted(reading.decimal)}', '.') as double)"
    serial = f"timestamp '1899-12-30' + to_seconds(cast(round({days} * 86400) as bigint))"
    counted = f"form = 'excel' and {days} between 1 and 99999"
    return f"case when {counted} then {serial} else try_strptime(cell, form) end"


def _number(reading: Reading) -> str:
    """Signs of currencies, blanks, brackets and a trailing minus are how programs write money, and say nothing else.

    A per cent sign says that the number is one of hundredths.
    """
    bare = "regexp_replace(cell, '^[(](.*)[)]$|^(.*)-$', '-\\1\\2')"
    blanks = "[[:space:]\\x{00A0}\\x{2009}\\x{202F}]"
    bare = f"regexp_replace({bare}, '{_SIGN_WORDS}', '')"
    bare = f"regexp_replace({bare}, '{blanks}|\\b[A-Z]{{1,3}}[$]|\\p{{Sc}}|\\b[A-Z]{{3}}\\b|%$', '', 'g')"
    bare = f"replace({bare}, '−', '-')"
    mark, group = reading.decimal, reading.thousands.strip()
    digits = "\\d{1,3}(?:" + re.escape(group) + "\\d{3})+|\\d+" if group else "\\d+"
    decimals = "\\d*" if reading.binary_numbers else "\\d{0,6}0*"
    shape = f"^[+-]?(?:{digits})?(?:{re.escape(mark)}{decimals})?$"
    plain = f"replace({bare}, '{_quoted(group)}', '')" if group else bare
    plain = f"replace({plain}, '{_quoted(mark)}', '.')"
    known = "true" if reading.shows_points else f"not regexp_matches({bare}, '{AMBIGUOUS}')"
    value = (
        f"case when regexp_matches({bare}, '{_quoted(shape)}') and {known} "
        f"then try_cast(nullif({plain}, '') as decimal(18, 6)) end"
    )
    value = f"cast({value} * case when ends_with(cell, '%') then 0.01 else 1 end as decimal(18, 6))"
    return _read("decimal(18, 6)", value, f"a number with {mark!r} before at most 6 decimals; {QUESTION}")


def _local_time(timezone: str | None) -> str:
    local = f"case when regexp_matches(cell, '{_ISO_TIME}') then try_cast(replace(cell, 'T', ' ') as timestamp) end"
    expected = (
        "an existing date and time, YYYY-MM-DD HH:MM[:SS] (of another form: local_time(column, '%d/%m/%Y %H:%M'))"
    )
    if timezone is None:
        return _read(
            "timestamp", local, f"{expected}; with an offset only where settings: timezone: names the shop's zone"
        )
    iso = f"regexp_replace(regexp_replace(cell, '{_OFFSET}', '\\2:\\3'), '(^|\\d):$', '\\1+00:00')"
    iso = f"regexp_replace({iso}, '([ T]\\d\\d:\\d\\d)([+-])', '\\1:00\\2')"
    instant = f"case when regexp_matches(cell, '\\d{_OFFSET}') then try_cast({iso} as timestamptz) end"
    return _read("timestamp", f"coalesce({local}, timezone('{timezone}', {instant}))", expected)


def _quoted(text: str) -> str:
    return text.replace("'", "''")
