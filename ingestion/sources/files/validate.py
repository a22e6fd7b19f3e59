"""A file, read, mapped, typed and held to its template: either rows ready to land, or every reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pyarrow as pa

from ingestion.sources.files.casting import cast_column
from ingestion.sources.files.checks import TEXT, column_checks, row_checks, wall_clock_checks
from ingestion.sources.files.delimited import LINE, UnreadableFileError
from ingestion.sources.files.findings import Check, run_checks
from ingestion.sources.files.mapped import MappedRows, map_rows, read_options
from ingestion.sources.files.mapping import FileMapping
from ingestion.sources.files.readers import read_rows
from ingestion.sources.files.reasons import Reasons
from ingestion.sources.files.templates import SPARE, Template


@dataclass(frozen=True)
class Validated:
    """What a file holds for its template.

    Attributes:
        rows: in the contract of the template's table; empty where there are reasons.
        reasons: everything that is wrong with the file.
    """

    rows: pa.Table
    reasons: Reasons


def file_id(content: bytes, template: Template, mapping: FileMapping | None) -> str:
    """Identity of a file as loaded: its bytes (decompressed), the template and the mapping (SHA-256, hex)."""
    digest = hashlib.sha256(content)
    digest.update(f"\0{template.name}\0{mapping.content if mapping else ''}".encode())
    return digest.hexdigest()


def validate(
    path: Path,
    content: bytes,
    template: Template,
    mapping: FileMapping | None,
    known_currencies: Mapping[str, str],
) -> Validated:
    """Holds a file to its template.

    Args:
        path: tells the format by its name.
        content: the file's bytes, decompressed.
        template: what the file is to hold.
        mapping: how its columns become the template's; None: by name.
        known_currencies: currency by store, of stores that hold rows already.
    """
    try:
        rows = read_rows(path, content, read_options(mapping))
    except UnreadableFileError as unreadable:
        return Validated(template.table.empty(), unreadable.reasons)
    if rows.frame.is_empty():
        return Validated(template.table.empty(), Reasons.one("at least one row below the header"))
    mapped = map_rows(rows, template, mapping)
    if mapped.frame.is_empty():
        return Validated(template.table.empty(), mapped.reasons)
    typed, findings = _typed(mapped, template, mapping, binary_numbers=rows.binary_numbers)
    checks = [*row_checks(template, known_currencies), *wall_clock_checks(template, typed)]
    findings = findings.besides(mapped.reasons)
    reasons = Reasons.all_of([mapped.reasons, findings, run_checks(typed, _named(checks, mapped))])
    if reasons:
        return Validated(template.table.empty(), reasons)
    return Validated(_landing_rows(typed, template, file_id(content, template, mapping)), reasons)


def _typed(
    mapped: MappedRows, template: Template, mapping: FileMapping | None, *, binary_numbers: bool
) -> tuple[pl.DataFrame, Reasons]:
    """Typed columns beside their text (prefix ``text:``), and what each column holds that it should not."""
    options = read_options(mapping)
    formats = {name: column.date_format for name, column in mapping.columns.items()} if mapping else {}
    casts = {
        c.name: cast_column(c, options, binary_numbers=binary_numbers, date_format=formats.get(c.name))
        for c in template.columns
    }
    texts = [pl.col(name).alias(TEXT + name) for name in casts]
    typed = mapped.frame.with_columns(*texts, *(cast.value.alias(name) for name, cast in casts.items()))
    checks = [
        Check(pl.col(TEXT + name).is_not_null() & pl.col(name).is_null(), name, pl.col(TEXT + name), cast.expected)
        for name, cast in casts.items()
    ]
    checks = _named([*checks, *column_checks(template)], mapped)
    of_mapping = [check for check in checks if check.column in mapped.constants]
    of_file = [check for check in checks if check.column not in mapped.constants]
    constants = run_checks(typed.head(1), of_mapping)
    in_mapping = constants.frame.with_columns(line=None, expected="in the mapping: " + pl.col("expected"))
    return typed, Reasons.all_of(
        [Reasons(in_mapping.match_to_schema(constants.frame.schema)), run_checks(typed, of_file)]
    )


def _named(checks: list[Check], mapped: MappedRows) -> list[Check]:
    """The checks with the file's own column names beside the template's."""
    return [replace(check, source_column=mapped.source_columns.get(check.column)) for check in checks]


def _landing_rows(typed: pl.DataFrame, template: Template, identity: str) -> pa.Table:
    schema = template.table.schema
    own = {"_file_id": pl.lit(identity).alias("_file_id"), "_row_number": pl.col(LINE)}
    columns = [own[name] if name in SPARE else pl.col(name) for name in schema.names]
    return typed.select(columns).to_arrow().cast(schema)
