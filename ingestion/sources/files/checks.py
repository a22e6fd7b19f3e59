"""A template's rules as checks on typed rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import available_timezones

import polars as pl
import pyarrow as pa

from ingestion.sources.files.casting import SCIENTIFIC, has_rules
from ingestion.sources.files.delimited import LINE
from ingestion.sources.files.documents import LARGEST_AMOUNT
from ingestion.sources.files.findings import TEXT, Check
from ingestion.sources.files.templates import (
    EARLIEST_DATE,
    LARGEST_COUNT,
    LATEST_DATE,
    PLANS_REACH,
    Rule,
    Template,
)
from shophouse.currencies import CURRENCY_CODES
from shophouse.tables import MONEY, Column

_SPREADSHEET_S = r"^'[0-9.-]+$|^#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|BEZUG!|NV|WERT!)$"
"""What spreadsheets write for what they could not work out, and before digits that are no number."""
APART = " / "
"""Between the parts of what has one currency, where it has several."""


def column_checks(template: Template, as_written: frozenset[str]) -> list[Check]:
    """Checks of each column by itself.

    Args:
        template: whose columns are checked.
        as_written: columns whose texts may look like 4.00638E+12.
    """
    checks = [check for column in template.columns for check in _column(column, template.rule(column.name))]
    names = [c.name for c in template.columns if pa.types.is_string(c.type) and c.name not in as_written]
    return checks + [check(name) for name in names for check in (_digits_cut, _marked_as_text)]


def _digits_cut(name: str) -> Check:
    expected = (
        "all digits of the number: a spreadsheet has cut them, and several numbers look alike now; export the column "
        f"as text, or say as_written: [{name}] in a mapping if the shop's numbers look so"
    )
    return Check(pl.col(name).str.contains(SCIENTIFIC), name, pl.col(TEXT + name), expected)


def _marked_as_text(name: str) -> Check:
    expected = (
        "a text, not a spreadsheet's error or a number behind the apostrophe that marks it as text: mend it in the "
        f"spreadsheet, or say as_written: [{name}] in a mapping if the shop's texts look so"
    )
    return Check(pl.col(name).str.contains(_SPREADSHEET_S), name, pl.col(TEXT + name), expected)


def row_checks(template: Template, known_currencies: Mapping[str, str], today: date) -> list[Check]:
    """Checks across columns and across rows, and against what is known beside the file.

    Args:
        template: whose rules are checked.
        known_currencies: currency by store (or platform and account) that holds rows already.
        today: the day of the run (UTC).
    """
    checks = [_duplicate_key(template)]
    # Somewhere on earth it is tomorrow already.
    checks += [_no_later(name, today + timedelta(days=1), "what has happened") for name in template.happened]
    checks += [_no_later(name, today + PLANS_REACH, "what is planned") for name in template.planned]
    checks += [_not_before(later, earlier) for later, earlier in template.not_before]
    checks += [_not_above(smaller, greater) for smaller, greater in template.not_above]
    checks += template.crossing
    if template.one_currency_per:
        checks.append(_one_currency(template.one_currency_per))
        if known_currencies:
            checks.append(_known_currency(template.one_currency_per, known_currencies))
    return checks


def wall_clock_checks(template: Template, frame: pl.DataFrame) -> list[Check]:
    """Local times that the zone skipped (the hour lost in spring); frame tells which zones there are."""
    if template.wall_clock is None:
        return []
    time, zone = template.wall_clock
    known = [name for name in frame[zone].unique().drop_nulls() if has_rules(name)]
    exists = pl.lit(None, pl.Datetime("us"))
    for name in known:
        local = pl.col(time).dt.replace_time_zone(name, ambiguous="earliest", non_existent="null")
        exists = (
            pl.when(pl.col(zone) == name).then(local.dt.replace_time_zone(None, ambiguous="earliest")).otherwise(exists)
        )
    skipped = pl.col(zone).is_in(known) & pl.col(time).is_not_null() & exists.is_null()
    expected = pl.format("a time that exists in {} (clocks were put forward over it)", pl.col(zone))
    return [Check(skipped, time, pl.col(TEXT + time), expected)]


def _column(column: Column, rule: Rule) -> list[Check]:
    name = column.name
    value, text = pl.col(name), pl.col(TEXT + name)
    checks = []
    if rule.required:
        checks.append(Check(text.is_null(), name, text, "a value; the column may not be blank"))
    if rule.allowed:
        checks.append(Check(~value.is_in(rule.allowed), name, text, "one of " + ", ".join(rule.allowed)))
    if rule.minimum is not None:
        checks.append(Check(value < pl.lit(rule.minimum), name, text, f"at least {rule.minimum}"))
    if rule.maximum is not None:
        share = " (a share: 0.2 is 20 %)" if rule.maximum == 1 else ""
        checks.append(Check(value > pl.lit(rule.maximum), name, text, f"at most {rule.maximum}{share}"))
    elif largest := _largest(column):
        beyond = f"no more than {largest:,}; a longer number is likely an article number, a date or a missing point"
        checks.append(Check(value.abs() > pl.lit(largest), name, text, beyond))
    if rule.above is not None:
        checks.append(Check(value <= pl.lit(rule.above), name, text, f"more than {rule.above}"))
    if rule.pattern is not None:
        checks.append(Check(~value.str.contains(rule.pattern[0]), name, text, rule.pattern[1]))
    if rule.currency:
        checks.append(Check(~value.is_in(CURRENCY_CODES), name, text, "a currency code of ISO 4217, e.g. EUR"))
    if rule.timezone:
        checks.append(Check(~value.is_in(available_timezones()), name, text, "an IANA time zone, e.g. Europe/London"))
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        plausible = value.cast(pl.Date).is_between(pl.lit(EARLIEST_DATE), pl.lit(LATEST_DATE))
        checks.append(Check(~plausible, name, text, f"a date between {EARLIEST_DATE} and {LATEST_DATE}"))
    return checks


def _largest(column: Column) -> Decimal | None:
    """The greatest number, either way, that a column without a maximum of its own is believed."""
    if pa.types.is_decimal(column.type):
        return LARGEST_AMOUNT if column.type == MONEY else LARGEST_COUNT
    return LARGEST_COUNT if pa.types.is_integer(column.type) or pa.types.is_floating(column.type) else None


def _duplicate_key(template: Template) -> Check:
    key = list(template.table.key)
    names = ", ".join(key)
    known = pl.all_horizontal(pl.col(key).is_not_null())
    first = pl.col(LINE).first().over(key)
    shown = pl.concat_str([pl.col(name).cast(pl.String) for name in key], separator=", ", ignore_nulls=True)
    expected = pl.format(f"a key ({re.sub(r'[{}]', '', names)}) of its own; line {{}} has the same", first)
    return Check(known & ~pl.struct(key).is_first_distinct(), names, shown, expected)


def _no_later(name: str, last: date, told: str) -> Check:
    expected = f"a day until {last}: the column tells {told}"
    return Check(pl.col(name).cast(pl.Date) > pl.lit(last), name, pl.col(TEXT + name), expected)


def _not_before(later: str, earlier: str) -> Check:
    expected = pl.format(f"no earlier than {earlier} ({{}})", pl.col(TEXT + earlier))
    return Check(pl.col(later) < pl.col(earlier), later, pl.col(TEXT + later), expected)


def _not_above(smaller: str, greater: str) -> Check:
    expected = pl.format(f"at most {greater} ({{}})", pl.col(TEXT + greater))
    return Check(pl.col(smaller) > pl.col(greater), smaller, pl.col(TEXT + smaller), expected)


def _one_currency(within: tuple[str, ...]) -> Check:
    """Currencies that are none are told by the column's own rule and set no standard for the others."""
    is_one = pl.col("currency").is_in(CURRENCY_CODES)
    first = pl.col("currency").filter(is_one).first().over(within)
    line = pl.col(LINE).filter(is_one).first().over(within)
    expected = pl.format("{}, as in line {}: a store has one currency (currency mismatch)", first, line)
    return Check(is_one & (pl.col("currency") != first), "currency", pl.col(TEXT + "currency"), expected)


def _known_currency(within: tuple[str, ...], known: Mapping[str, str]) -> Check:
    stored = pl.concat_str(within, separator=APART).replace_strict(dict(known), default=None, return_dtype=pl.String)
    expected = pl.format("{}, the currency in which this store's rows are stored already (currency mismatch)", stored)
    return Check(pl.col("currency") != stored, "currency", pl.col(TEXT + "currency"), expected)
