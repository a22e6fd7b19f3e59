"""Rows of a foreign file to the text columns of a template, by a mapping's SQL or by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ingestion.sources.files.delimited import FILE, LINE, plain_name
from ingestion.sources.files.mapping import FileMapping
from ingestion.sources.files.readers import Rows
from ingestion.sources.files.reasons import REASON_SCHEMA, Reasons
from ingestion.sources.files.sandbox import FILE_LINE, FILE_NAME, Reading, Refused, SandboxError, run_select
from ingestion.sources.files.templates import Template


@dataclass(frozen=True)
class MappedRows:
    """A file in a template's columns, still text.

    Attributes:
        frame: ``_row_number`` and every column of the template, as text.
        reasons: what could not be placed or read.
        source_columns: template column to the file's column that it was taken from, where the name differs.
        exact: columns whose text the SQL wrote, not the file: numbers with a point.
        rounded: of these, the ones that were doubles.
    """

    frame: pl.DataFrame
    reasons: Reasons
    source_columns: Mapping[str, str]
    exact: frozenset[str] = frozenset()
    rounded: frozenset[str] = frozenset()


def map_by_name(rows: Rows, template: Template) -> MappedRows:
    """Finds a template's columns by name (case, blanks and hyphens aside); unknown ones are findings."""
    found = {plain_name(name): name for name in rows.columns}
    columns = {name: found[name] for name in template.column_names if name in found}
    reasons = _reasons_of_names(rows, template, columns)
    if reasons:
        return MappedRows(pl.DataFrame(), reasons, {})
    texts = [
        pl.col(columns[name]).alias(name) if name in columns else pl.lit(None, pl.String).alias(name)
        for name in template.column_names
    ]
    renamed = {name: source for name, source in columns.items() if name != source}
    return MappedRows(_with_defaults(rows.frame.select(LINE, *texts), template), Reasons.none(), renamed)


def map_by_sql(inputs: Mapping[str, tuple[str, Rows]], template: Template, mapping: FileMapping) -> MappedRows:
    """Runs a mapping's SQL.

    Args:
        inputs: file name and rows by the name of their relation.
        template: whose columns are wanted.
        mapping: whose SQL is run.
    """
    relations = {
        name: rows.frame.rename({LINE: FILE_LINE}).with_columns(pl.lit(file).alias(FILE_NAME))
        for name, (file, rows) in inputs.items()
    }
    try:
        table, refused = run_select(mapping.select, relations, _reading(inputs, mapping))
    except SandboxError as error:
        have = "; ".join(f"{name} has {', '.join(rows.columns)}" for name, (_, rows) in inputs.items())
        return MappedRows(pl.DataFrame(), Reasons.one(f"{error} ({mapping.path.name}; {have})"), {})
    found = pl.DataFrame(table)
    reasons = _reasons_of_columns(found, template, mapping)
    if reasons:
        return MappedRows(pl.DataFrame(), reasons, {})
    texts = {name: dtype for name, dtype in found.schema.items() if dtype == pl.String}
    typed = frozenset(name for name in found.columns if name in template.column_names and name not in texts)
    several = len(inputs) > 1
    frame = found.select(
        pl.col(FILE_LINE).cast(pl.Int64).alias(LINE),
        *([pl.col(FILE_NAME).alias(FILE)] if several and FILE_NAME in found.columns else []),
        *(_text(found, name) for name in template.column_names),
    ).sort(LINE, maintain_order=True)
    return MappedRows(
        _with_defaults(frame, template),
        _refused_cells(refused, inputs, mapping),
        _named_columns(mapping, inputs, template),
        typed,
        frozenset(name for name in typed if found.schema[name].is_float()),
    )


def _reading(inputs: Mapping[str, tuple[str, Rows]], mapping: FileMapping) -> Reading:
    """Several files of one program write numbers alike: the first that states its marks speaks for all."""
    stated = [kind.options for kind in mapping.inputs.values() if kind.options.decimal or kind.options.thousands]
    rows = [rows for _, rows in inputs.values()]
    return Reading(
        decimal=(stated[0].decimal if stated else None) or ".",
        thousands=stated[0].thousands if stated else "",
        shows_points=bool(stated) or any(found.shows_points for found in rows),
        binary_numbers=any(found.binary_numbers for found in rows),
        settings=mapping.settings,
    )


def _text(found: pl.DataFrame, name: str) -> pl.Expr:
    """A column as text; a whole double without ``.0``."""
    if name not in found.columns:
        return pl.lit(None, pl.String).alias(name)
    column = pl.col(name)
    if found.schema[name].is_float():
        return column.cast(pl.Decimal(38, 10), strict=False).cast(pl.String).alias(name)
    if isinstance(dtype := found.schema[name], pl.Datetime):
        return column.dt.to_string("%Y-%m-%d %H:%M:%S%.6f" + ("%:z" if dtype.time_zone else "")).alias(name)
    return pl.when(column.cast(pl.String) != "").then(column.cast(pl.String)).alias(name)


def _with_defaults(frame: pl.DataFrame, template: Template) -> pl.DataFrame:
    defaults = {name: template.rule(name).default for name in template.column_names}
    return frame.with_columns(pl.col(name).fill_null(value) for name, value in defaults.items() if value is not None)


def _reasons_of_columns(found: pl.DataFrame, template: Template, mapping: FileMapping) -> Reasons:
    """What the SQL yields and the template does not know, or needs and the SQL does not yield."""
    known = {*template.column_names, FILE_LINE, FILE_NAME}
    told = []
    if FILE_LINE not in found.columns:
        told.append(
            f"{FILE_LINE} among the columns of {mapping.path.name}; min({FILE_LINE}) where rows are put together"
        )
    elif found[FILE_LINE].null_count():
        told.append(f"a {FILE_LINE} in every row of {mapping.path.name}")
    told += [
        f"only columns of {template.name} from {mapping.path.name} ({', '.join(template.column_names)}), not {name!r}"
        for name in found.columns
        if name not in known
    ]
    if found.is_empty():
        told.append(f"at least one row; {mapping.path.name} yields none of this file")
    told += [
        f"{name} among the columns of {mapping.path.name}: {template.name} needs it"
        for name in template.column_names
        if name not in found.columns and template.rule(name).required and template.rule(name).default is None
    ]
    return Reasons.all_of(Reasons.one(text) for text in told)


def _refused_cells(refused: Refused, inputs: Mapping[str, tuple[str, Rows]], mapping: FileMapping) -> Reasons:
    """Each refused value with the lines and columns where it stands; by itself where the SQL made it."""
    if not refused.values:
        return Reasons.none()
    values = pl.DataFrame(list(refused.values), schema={"value": pl.String, "expected": pl.String}, orient="row")
    read = set(re.findall(r'(?:number|day|local_time|refuse)\(\s*(?:\w+\.)?"?([^",()]+?)"?\s*[,)]', mapping.select))
    placed = [
        rows.frame.select(
            file=pl.lit(file if len(inputs) > 1 else None, pl.String), line=LINE, column=pl.lit(name), value=name
        ).join(values, on="value", nulls_equal=True)
        for file, rows in inputs.values()
        for name in rows.columns
        if name in read
    ]
    found = pl.concat(placed) if placed else pl.DataFrame(schema={"value": pl.String})
    made = values.join(found, on="value", how="anti", nulls_equal=True)
    return Reasons.all_of(
        Reasons(part.match_to_schema(REASON_SCHEMA, missing_columns="insert")) for part in (made, found) if part.height
    )


def _named_columns(mapping: FileMapping, inputs: Mapping[str, tuple[str, Rows]], template: Template) -> dict[str, str]:
    """The file's column behind a template's, where the SQL takes it as it is or through one function."""
    have = {name for _, rows in inputs.values() for name in rows.columns}
    shape = r'(?:\w+\(\s*)?(?:\w+\.)?"?([^",()\n]+?)"?\s*(?:,\s*\'[^\']*\'\s*)?\)?\s+as\s+"?(\w+)"?'
    named = {target: source.strip() for source, target in re.findall(shape, mapping.select)}
    return {target: source for target, source in named.items() if source in have and target in template.column_names}


def _reasons_of_names(rows: Rows, template: Template, columns: Mapping[str, str]) -> Reasons:
    findings = [
        Reasons.one(
            f"one of the template's columns ({', '.join(template.column_names)}), or a mapping that says what it is",
            column=name,
        )
        for name in rows.columns
        if name not in columns.values()
    ]
    findings += [
        Reasons.one("the column, which the template needs", column=name)
        for name in template.column_names
        if name not in columns and template.rule(name).required and template.rule(name).default is None
    ]
    return Reasons.all_of(findings)
