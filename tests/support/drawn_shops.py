"""Small shops of files, drawn: a file of every template each, with what the field writes into cells."""

from __future__ import annotations

import csv
import io
import re

import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ingestion.sources.files.templates import Template
from shophouse.tables import Column
from tests.support.file_rows import cells

Row = dict[str, str]

OWN = frozenset(
    {
        "store_id",
        "sku",
        "supplier_id",
        "purchase_order_id",
        "season_id",
        "receipt_id",
        "landed_cost_id",
        "promotion_id",
        "spend_id",
        "shipment_id",
        "account_id",
        "competitor",
    }
)
"""Columns whose words get the shop's number, so that shops of one warehouse do not write over each other's rows."""

TEXTS = [
    " MUG ",
    "mug",
    "MÜG",
    "ﬁ",
    "🙂",
    "O'Brien",
    "a\tb",
    "null",
    "NaN",
    "-",
    "a" * 300,
    "%",
    "{{ x }}",
    "--",
    "𝕊 \u200b",
]
WHOLE = ["0", "1", "-1", "9999999", "10000000", "2147483648", "9223372036854775807"]
PARTS = ["0", "0.0001", "-0.0001", "-1", "0.01", "9999999", "99999999999", "-99999999999", "999999999999", "1e3"]
SHARES = ["0", "1", "-0.5", "0.0000001", "9999999", "1e308", "1e-300", "-1e15"]
DAYS = ["1990-01-01", "2099-12-31", "0001-01-01", "9999-12-31", "2024-02-29", "2026-11-08", "2026-12-24", "2028-11-01"]
TIMES = ["1990-01-01 00:00", "2099-12-31 23:59:59", "2025-03-30 02:30", "2025-10-26 02:30", "2025-01-31T23:30:00-11:00"]
MONEY = ["EUR", "EUR", "EUR", "USD", "JPY", "KWD"]
"""Currencies of the shops, in turn."""
CURRENCIES = ["EUR", "USD", "JPY", "KWD", "CHF", "XXX"]
"""Those with a rate in ``RATES``, and one that is none."""
RATES = """\
from_currency,to_currency,valid_from,rate
USD,EUR,1990-01-01,0.9
JPY,EUR,1990-01-01,0.006
KWD,EUR,1990-01-01,3
CHF,EUR,1990-01-01,1.05
GBP,EUR,1990-01-01,1.2
"""
ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Etc/GMT+12", "europe/berlin"]


def extremes(column: Column) -> list[str]:
    """Cells at the edges of what a column's type and meaning allow, and just beyond."""
    kind = column.type
    if column.name.endswith("currency"):
        return CURRENCIES
    if column.name == "timezone":
        return ZONES
    if pa.types.is_string(kind):
        return TEXTS
    if pa.types.is_date(kind):
        return DAYS
    if pa.types.is_timestamp(kind):
        return TIMES
    if pa.types.is_boolean(kind):
        return ["yes", "0", "TRUE", "maybe"]
    if pa.types.is_integer(kind):
        return WHOLE
    return SHARES if pa.types.is_floating(kind) else PARTS


def rows_of(template: Template) -> st.SearchStrategy[list[Row]]:
    """A file: some rows of a template; now and then one has a cell at an edge."""
    edge = st.sampled_from(template.columns).flatmap(
        lambda column: st.tuples(st.just(column.name), st.sampled_from(extremes(column)))
    )
    spoilt = st.sampled_from([0, 0, 1, 1, 2]).flatmap(lambda count: st.lists(edge, min_size=count, max_size=count))
    drawn = cells(template)
    if template.name == "orders":
        # Chance alone would seldom make a line whose columns agree.
        drawn = st.builds(
            lambda row, agree: _signed(row) if agree else row, drawn, st.sampled_from([True] * 9 + [False])
        )
    row = st.builds(lambda valid, changes: valid | dict(changes), drawn, spoilt)
    return st.lists(row, min_size=1, max_size=4)


def _signed(row: Row) -> Row:
    """A line whose quantity has the sign of its entry, and which states its price and its tax once."""
    back = row["entry_type"] in ("return", "cancellation")
    quantity = row["quantity"].lstrip("-")
    total = row["line_total"].lstrip("-")
    changed = {"quantity": f"-{quantity}" if back else quantity, "line_tax_amount": ""}
    changed |= {
        "line_total": f"-{total}" if back and total else total,
        "unit_price": "" if total else row["unit_price"] or "7",
    }
    if row["prices_include_tax"] == "true":
        changed["line_tax_rate"] = "0.19"
    return row | changed


def draw(template: Template, files: int, seeded: int) -> list[list[Row]]:
    """Files of a template that one seed gives, always the same ones."""
    found: list[list[Row]] = []

    @seed(seeded)
    @settings(
        max_examples=files,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(rows_of(template))
    def collect(rows: list[Row]) -> None:
        found.append(rows)

    collect()
    return [[_own(row, number) for row in rows] for number, rows in enumerate(found)]


def _own(row: Row, number: int) -> Row:
    """The row as that of a shop of its own: its words, its currency."""
    named = {name: _word(cell, number) if name in OWN else cell for name, cell in row.items()}
    return named | {"currency": MONEY[number % len(MONEY)]} if row.get("currency") == "EUR" else named


def _word(cell: str, number: int) -> str:
    return cell.replace(cell.strip(), f"{cell.strip()}~{number}") if cell.strip() else cell


def number_of(row: Row) -> int | None:
    """The shop that a row was drawn for; None: its words were spoilt."""
    found = re.search(r"~(\d+)", ",".join(row.values()))
    return int(found.group(1)) if found else None


def csv_of(template: Template, rows: list[Row]) -> str:
    """Rows as a CSV file of the template."""
    text = io.StringIO()
    writer = csv.DictWriter(text, template.column_names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
