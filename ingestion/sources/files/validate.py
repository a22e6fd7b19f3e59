"""A file, read, mapped, typed and held to its template: either rows ready to land, or every reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa

from ingestion.sources.files.casting import Marks, cast_column
from ingestion.sources.files.checks import column_checks, row_checks, wall_clock_checks
from ingestion.sources.files.delimited import LINE, UnreadableFileError, plain_name
from ingestion.sources.files.findings import TEXT, Check, run_checks
from ingestion.sources.files.mapped import MappedRows, map_by_name, map_by_sql
from ingestion.sources.files.mapping import ROWS, FileMapping
from ingestion.sources.files.readers import ReadOptions, Rows, read_rows
from ingestion.sources.files.reasons import Reasons
from ingestion.sources.files.templates import SPARE, Template

Contents = Mapping[str, tuple[Path, bytes]]
"""Files of one import by the name of their relation: path (its name tells the format) and bytes, decompressed."""


_TOTAL = r"(?i)^(grand |sub)?(total|summe|gesamt|sum\b|totale|totaal)"


@dataclass(frozen=True)
class Validated:
    """What a file holds for its template.

    Attributes:
        rows: in the contract of the template's table; empty where there are reasons.
        reasons: everything that is wrong with the file.
        notes: what was left out of it, as sentences.
    """

    rows: pa.Table
    reasons: Reasons
    notes: tuple[str, ...] = ()


def file_id(contents: Iterable[bytes], template: Template, mapping: FileMapping | None) -> str:
    """Identity of an import: its files' bytes (decompressed), the template and the mapping (SHA-256, hex)."""
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content)
    digest.update(f"\0{template.name}\0{mapping.content if mapping else ''}".encode())
    return digest.hexdigest()


def validate(
    contents: Contents,
    template: Template,
    mapping: FileMapping | None,
    known_currencies: Mapping[str, str],
    today: date,
) -> Validated:
    """Holds a file, or the files that a mapping reads together, to a template.

    Args:
        contents: the files; without a mapping one, under ``rows``.
        template: what they are to hold.
        mapping: makes the template's rows of the file's; None: columns are found by name.
        known_currencies: currency by store, of stores that hold rows already.
        today: the day of the run (UTC).
    """
    read = _read(contents, template, mapping)
    if isinstance(read, Reasons):
        return Validated(template.table.empty(), read)
    mapped = map_by_sql(read, template, mapping) if mapping else map_by_name(read[ROWS][1], template)
    if mapped.frame.is_empty():
        return Validated(template.table.empty(), mapped.reasons)
    typed, findings = _typed(mapped, template, mapping, next(iter(read.values()))[1])
    checks = [*row_checks(template, known_currencies, today), *wall_clock_checks(template, typed)]
    total = _total_row(mapped, typed, template)
    findings = findings.besides(mapped.reasons).besides(total)
    reasons = Reasons.all_of([mapped.reasons, total, findings, run_checks(typed, _named(checks, mapped))])
    if reasons:
        return Validated(template.table.empty(), reasons)
    identity = file_id((content for _, content in contents.values()), template, mapping)
    return Validated(_landing_rows(typed, template, identity), reasons, _notes(read, typed))


def _read(contents: Contents, template: Template, mapping: FileMapping | None) -> dict[str, tuple[str, Rows]] | Reasons:
    """File name and rows by relation, or why there are none."""
    found: dict[str, tuple[str, Rows]] = {}
    told: list[Reasons] = []
    for name, (path, content) in contents.items():
        options = mapping.inputs[name].options if mapping else ReadOptions()
        try:
            rows = read_rows(path, content, options, frozenset() if mapping else _needed(template))
            found[name] = (path.name, rows)
            unread = Reasons.one("at least one row below the header") if rows.frame.is_empty() else Reasons.none()
        except UnreadableFileError as unreadable:
            unread = unreadable.reasons
        told.append(unread.of_file(path.name) if len(contents) > 1 else unread)
    return Reasons.all_of(told) or found


def _needed(template: Template) -> frozenset[str]:
    """Columns that a header of the template cannot lack."""
    rules = {name: template.rule(name) for name in template.column_names}
    return frozenset(plain_name(name) for name, rule in rules.items() if rule.required and rule.default is None)


def _total_row(mapped: MappedRows, typed: pl.DataFrame, template: Template) -> Reasons:
    """What to say of a row that lacks its key and has a word for a total, in whatever column."""
    key = template.table.key
    texts = [column.name for column in template.columns if pa.types.is_string(column.type)]
    checks = []
    for name in texts:
        rest = [pl.col(TEXT + other).is_null() for other in key if other != name]
        if rest:
            source = mapped.source_columns.get(name, name)
            expected = pl.format(
                f"a row of data; of a total say leave_out: {{{{{source}: '^{{}}'}}}} under file: in a mapping",
                pl.col(TEXT + name),
            )
            is_total = pl.all_horizontal(rest) & pl.col(TEXT + name).str.contains(_TOTAL)
            checks.append(Check(is_total, name, pl.col(TEXT + name), expected))
    return run_checks(typed, checks)


def _notes(read: Mapping[str, tuple[str, Rows]], typed: pl.DataFrame) -> tuple[str, ...]:
    several = len(read) > 1
    notes = [f"{file}: {note}" if several else note for file, rows in read.values() for note in rows.notes]
    count = sum(rows.frame.height for _, rows in read.values())
    if count != typed.height:
        notes.append(f"{count:,} rows of the file{'s' if several else ''} make {typed.height:,}")
    return tuple(notes)


def _typed(
    mapped: MappedRows, template: Template, mapping: FileMapping | None, rows: Rows
) -> tuple[pl.DataFrame, Reasons]:
    """Typed columns beside their text (prefix ``text:``), and what each column holds that it should not."""
    casts = {
        c.name: cast_column(c, _marks(c.name, mapped, mapping, rows), _zone(c.name, template)) for c in template.columns
    }
    texts = [pl.col(name).alias(TEXT + name) for name in casts]
    typed = mapped.frame.with_columns(*texts, *(cast.value.alias(name) for name, cast in casts.items()))
    checks = [
        Check(pl.col(TEXT + name).is_not_null() & pl.col(name).is_null(), name, pl.col(TEXT + name), cast.expected)
        for name, cast in casts.items()
    ]
    own = column_checks(template, mapping.as_written if mapping else frozenset())
    return typed, run_checks(typed, _named([*checks, *own], mapped))


def _marks(column: str, mapped: MappedRows, mapping: FileMapping | None, rows: Rows) -> Marks:
    if column in mapped.exact:
        return Marks(binary_numbers=column in mapped.rounded)
    options = next(iter(mapping.inputs.values())).options if mapping else ReadOptions()
    return Marks(options.decimal, options.thousands, rows.shows_points, rows.binary_numbers)


def _zone(column: str, template: Template) -> str | None:
    time, zone = template.wall_clock or (None, None)
    return zone if column == time else None


def _named(checks: list[Check], mapped: MappedRows) -> list[Check]:
    """The checks with the file's own column names beside the template's."""
    return [replace(check, source_column=mapped.source_columns.get(check.column)) for check in checks]


def _landing_rows(typed: pl.DataFrame, template: Template, identity: str) -> pa.Table:
    schema = template.table.schema
    own = {"_file_id": pl.lit(identity).alias("_file_id"), "_row_number": pl.col(LINE)}
    columns = [own[name] if name in SPARE else pl.col(name) for name in schema.names]
    return typed.select(columns).to_arrow().cast(schema)
