"""Rows of a foreign file to the text columns of a template, by a mapping or by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from ingestion.sources.files.delimited import LINE
from ingestion.sources.files.findings import Check, run_checks
from ingestion.sources.files.mapping import Choice, ColumnMapping, Condition, FileMapping, SourceColumn
from ingestion.sources.files.readers import ReadOptions, Rows
from ingestion.sources.files.reasons import Reasons
from ingestion.sources.files.templates import Template

ORIGINAL = "file:"
"""Prefix of the file's own columns beside the template's, so that a finding can quote both."""


@dataclass(frozen=True)
class MappedRows:
    """A file in a template's columns, still text.

    Attributes:
        frame: ``_row_number`` and every column of the template, as text.
        reasons: what the mapping could not place.
        source_columns: template column to the file's column that it was taken from, where the name differs.
        constants: template columns that the mapping fills itself.
    """

    frame: pl.DataFrame
    reasons: Reasons
    source_columns: dict[str, str]
    constants: frozenset[str]


def read_options(mapping: FileMapping | None) -> ReadOptions:
    """How the file is read."""
    return mapping.options if mapping else ReadOptions()


def map_rows(rows: Rows, template: Template, mapping: FileMapping | None) -> MappedRows:
    """Places a file's columns.

    Args:
        rows: of the file.
        template: whose columns are wanted.
        mapping: None: columns are found by name (case, blanks and hyphens aside), and unknown ones are findings.
    """
    columns = mapping.columns if mapping else _by_name(rows, template)
    reasons = _column_reasons(rows, template, mapping, columns)
    if reasons:
        return MappedRows(pl.DataFrame(), reasons, {}, frozenset())
    originals = rows.frame.rename({name: ORIGINAL + name for name in rows.columns})
    wanted = [_value(columns.get(name), template.rule(name).default).alias(name) for name in template.column_names]
    frame = originals.with_columns(wanted)
    checks = [check for name, mapped in columns.items() for check in _checks(name, mapped)]
    checks += [_expectation(column, text) for column, text in (mapping.expected if mapping else ())]
    named = {name: mapped.column.name for name, mapped in columns.items() if mapped.column}
    return MappedRows(
        frame.select(LINE, *template.column_names),
        run_checks(frame, checks),
        {name: source for name, source in named.items() if name != source},
        frozenset(name for name, mapped in columns.items() if mapped.is_constant),
    )


def _by_name(rows: Rows, template: Template) -> dict[str, ColumnMapping]:
    found = {_plain(name): name for name in rows.columns}
    return {
        name: ColumnMapping(0, column=SourceColumn(found[name], 0)) for name in template.column_names if name in found
    }


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _column_reasons(
    rows: Rows, template: Template, mapping: FileMapping | None, columns: dict[str, ColumnMapping] | object
) -> Reasons:
    if mapping is None:
        assert isinstance(columns, dict)
        return _unmapped_reasons(rows, template, columns)
    have = set(rows.columns)
    missing = {column.name: column for column in reversed(mapping.source_columns()) if column.name not in have}
    findings = [
        Reasons.one(
            f"the column that {mapping.path.name}, line {column.line}, names; the file has {', '.join(rows.columns)}",
            column=name,
        )
        for name, column in sorted(missing.items(), key=lambda item: item[1].line)
    ]
    named = {column.name for column in mapping.source_columns()}
    if not mapping.skip_unknown:
        findings += [
            Reasons.one(
                f"only columns that {mapping.path.name} names; list others under ignore: or map them", column=name
            )
            for name in rows.columns
            if name not in named
        ]
    return Reasons.all_of(findings)


def _unmapped_reasons(rows: Rows, template: Template, columns: dict[str, ColumnMapping]) -> Reasons:
    taken = {mapped.column.name for mapped in columns.values() if mapped.column}
    findings = [
        Reasons.one(
            f"one of the template's columns ({', '.join(template.column_names)}), or a mapping that says what it is",
            column=name,
        )
        for name in rows.columns
        if name not in taken
    ]
    findings += [
        Reasons.one("the column, which the template needs", column=name)
        for name in template.column_names
        if name not in columns and template.rule(name).required and template.rule(name).default is None
    ]
    return Reasons.all_of(findings)


def _value(mapped: ColumnMapping | None, default: str | None) -> pl.Expr:
    """The template column's text; a blank takes the default."""
    value = pl.lit(None, pl.String) if mapped is None else _mapped_value(mapped)
    return value if default is None else value.fill_null(default)


def _mapped_value(mapped: ColumnMapping) -> pl.Expr:
    value = _origin(mapped)
    if mapped.extract is not None:
        value = value.str.extract(mapped.extract, 1)
    if mapped.prefix:
        value = pl.lit(mapped.prefix) + value
    if mapped.sign:
        value = _signed(value, mapped.sign)
    return value


def _origin(mapped: ColumnMapping) -> pl.Expr:
    if mapped.column is not None:
        return _source(mapped.column)
    if mapped.number_within:
        return pl.int_range(1, pl.len() + 1).over([_source(column) for column in mapped.number_within]).cast(pl.String)
    if mapped.choices:
        return _first_match(mapped.choices)
    return pl.lit(mapped.constant, pl.String)


def _source(column: SourceColumn) -> pl.Expr:
    return pl.col(ORIGINAL + column.name)


def _first_match(choices: Sequence[Choice]) -> pl.Expr:
    value = pl.lit(None, pl.String)
    for choice in reversed(choices):
        result = _source(choice.column) if choice.column else pl.lit(choice.constant, pl.String)
        value = pl.when(_holds(choice.conditions)).then(result).otherwise(value)
    return value


def _signed(value: pl.Expr, rules: Sequence[Choice]) -> pl.Expr:
    bare = value.str.strip_prefix("-").str.strip_prefix("+")
    negative = pl.lit("-") + bare
    flipped = pl.when(value.str.starts_with("-")).then(bare).otherwise(negative)
    forms = {"negative": negative, "positive": bare, "flipped": flipped, "kept": value}
    signed = value
    for rule in reversed(rules):
        signed = pl.when(_holds(rule.conditions)).then(forms[rule.constant or "kept"]).otherwise(signed)
    return signed


def _holds(conditions: Sequence[Condition]) -> pl.Expr:
    if not conditions:
        return pl.lit(True)
    return pl.all_horizontal(_source(c.column).fill_null("").str.contains(c.pattern) for c in conditions)


def _checks(name: str, mapped: ColumnMapping) -> list[Check]:
    """What a mapped column can fail at: no rule matches, or the pattern finds no value."""
    checks = []
    if mapped.choices and all(choice.conditions for choice in mapped.choices):
        none_holds = ~pl.any_horizontal(_holds(choice.conditions) for choice in mapped.choices)
        read = list(dict.fromkeys(column.name for column in mapped.source_columns()))
        shown = pl.concat_str(
            [pl.lit(f"{column}=") + pl.col(ORIGINAL + column).fill_null("") for column in read], separator=", "
        )
        checks.append(
            Check(none_holds, name, shown, f"a row that one of the rules of line {mapped.line} of the mapping places")
        )
    if mapped.extract is not None:
        origin = _origin(mapped)
        unmatched = origin.is_not_null() & origin.str.extract(mapped.extract, 1).is_null()
        source = mapped.column.name if mapped.column and mapped.column.name != name else None
        checks.append(Check(unmatched, name, origin, f"text that matches {mapped.extract}", source))
    return checks


def _expectation(column: SourceColumn, text: str) -> Check:
    cell = _source(column)
    return Check(
        cell.ne_missing(pl.lit(text)), column.name, cell, f"{text!r}, as the mapping declares in line {column.line}"
    )
