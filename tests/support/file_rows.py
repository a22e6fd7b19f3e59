"""Rows of every template, drawn: valid ones, and ones with a cell that is nearly so."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
from hypothesis import strategies as st

from ingestion.sources.files.templates import Rule, Template
from shophouse.tables import Column

NAMES = {
    "store_id": ["north", "south"],
    "order_id": ["1", "2", "3", "4", "5"],
    "original_order_id": ["", "", "1", "2", "9"],
    "sku": ["MUG", "TENT", "00123", "LAMP"],
    "location": ["Main", "Shop"],
    "from_location": ["Main"],
    "to_location": ["Shop"],
    "supplier_id": ["S1", "S2"],
    "purchase_order_id": ["PO1", "PO2"],
    "season_id": ["W", "S"],
    "customer_id": ["", "7", "8"],
    "customer_email": ["", "ann@example.com"],
    "country_code": ["", "DE", "France", "Atlantis"],
    "channel": ["", "web", "pos", "fair"],
    "platform": ["radio", "pinterest_ads"],
    "account_id": ["main"],
    "program": ["mrts"],
    "month": ["2025-01", "2025-02"],
    "cell_value": ["100", "(S)", "12.5"],
    "currency": ["EUR"],
    "from_currency": ["EUR"],
    "to_currency": ["USD", "GBP"],
    "metric": ["net_sales", "orders"],
    "scope": ["all", "web"],
    "prices_include_tax": ["", "false", "true"],
    "line_total": ["", "", "20", "7.5", "-20"],
    "unit_price": ["", "10", "2.5", "0"],
    "line_tax_rate": ["", "0.19"],
    "line_tax_amount": ["", "0", "1.5"],
    "line_discount_amount": ["", "0", "2"],
    "timezone": ["Europe/Berlin"],
}
NEARLY = ["", "x", "-1", "1.5", "2025-02-30", "1.234", "4.00638E+12", "0", "99999999999999999999", 'ü;,"']


def cells(template: Template) -> st.SearchStrategy[dict[str, str]]:
    """A row of a template as texts; now and then one of its cells is nearly valid."""
    valid = st.fixed_dictionaries({c.name: _cell(c, template.rule(c.name)) for c in template.columns})
    spoilt = st.one_of(
        st.none(), st.none(), st.none(), st.tuples(st.sampled_from(template.column_names), st.sampled_from(NEARLY))
    )
    return st.builds(lambda row, change: row | dict([change] if change else []), valid, spoilt)


def _cell(column: Column, rule: Rule) -> st.SearchStrategy[str]:
    if column.name in NAMES:
        return st.sampled_from(NAMES[column.name])
    blank = [] if rule.required else [""]
    if rule.allowed:
        return st.sampled_from([*rule.allowed, *blank])
    if pa.types.is_boolean(column.type):
        return st.sampled_from(["true", "false", *blank])
    if pa.types.is_date(column.type):
        return st.dates(date(2025, 1, 1), date(2025, 3, 31)).map(date.isoformat)
    if pa.types.is_timestamp(column.type):
        times = st.datetimes(datetime(2025, 1, 1), datetime(2025, 3, 1))
        return times.map(lambda time: time.isoformat(sep=" ", timespec="seconds"))
    if pa.types.is_string(column.type):
        return st.sampled_from(["a", "b", *blank])
    lowest = 0 if rule.minimum is not None and rule.minimum >= 0 else -3
    highest = int(rule.maximum) if rule.maximum is not None else 12
    if pa.types.is_integer(column.type):
        return st.integers(max(lowest, int(rule.minimum or lowest)), highest).map(str)
    return st.decimals(Decimal(lowest), Decimal(highest), places=2).map(str)
