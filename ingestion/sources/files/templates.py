"""The file templates as contracts: what each column must hold beyond its type, and what holds across columns and rows.

Types, keys and meanings are the raw tables' own (``tables.py``); this module adds the rules a file is held to.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa

from ingestion.contract import RawTable
from ingestion.sources.census.tables import EITS_RETAIL
from ingestion.sources.files import tables
from ingestion.sources.files.documents import ORDER_CHECKS
from ingestion.sources.files.findings import Check
from shophouse.tables import Column

EARLIEST_DATE = date(1990, 1, 1)
LATEST_DATE = date(2099, 12, 31)
"""Dates outside are typing errors (a year 0211 or 20111), not the history or the plans of a shop."""

LARGEST_COUNT = Decimal(9_999_999)
"""Units, days, lines: a longer number is a barcode or a date that stands in the wrong column."""


SMALLEST_RATE = Decimal("0.0000001")
"""Of exchange: what it turns into, the other way round, is not more than ``LARGEST_COUNT``."""

PLANS_REACH = timedelta(days=730)
"""How far ahead of a run money is planned: the last known rate of exchange holds as long."""

SPARE = frozenset({"_file_id", "_row_number"})
"""Columns that the importer fills."""


class UnknownTemplateError(ValueError):
    """No template has that name."""


@dataclass(frozen=True)
class Rule:
    """What a column's values must be.

    Attributes:
        required: never blank; the file must have the column.
        allowed: the only values, exactly as written; empty: any.
        minimum: smallest number.
        maximum: greatest number.
        above: the number must be greater than this.
        pattern: regular expression of the whole text, with its description for people.
        currency: an ISO 4217 code.
        timezone: a name of the IANA time zone database.
        default: value of a blank cell or an absent column.
    """

    required: bool = False
    allowed: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    above: Decimal | None = None
    pattern: tuple[str, str] | None = None
    currency: bool = False
    timezone: bool = False
    default: str | None = None

    def sentence(self) -> str:
        """The rule for people; empty where there is none."""
        parts = [
            "required" if self.required else "",
            "one of " + ", ".join(self.allowed) if self.allowed else "",
            f"at least {self.minimum}" if self.minimum is not None else "",
            f"at most {self.maximum}" if self.maximum is not None else "",
            f"more than {self.above}" if self.above is not None else "",
            self.pattern[1] if self.pattern else "",
            "ISO 4217 code" if self.currency else "",
            "IANA time zone" if self.timezone else "",
            f"default {self.default}" if self.default is not None else "",
        ]
        return "; ".join(part for part in parts if part)


@dataclass(frozen=True)
class Template:
    """A template: a raw table, and the rules of a file that fills it.

    Attributes:
        table: where the rows land.
        source: schema of the table; templates of another source than ``files`` fill that source's own table.
        rules: by column; key columns are required in any case.
        not_before: (later, earlier) columns: the first must not lie before the second.
        not_above: (smaller, greater) columns: the first must not exceed the second.
        happened: dates and times of what has happened: none lies after the day of the run.
        planned: dates of what may still be to come: none lies further ahead than plans reach.
        one_currency_per: columns within whose values a file has one currency, which is also the one already stored.
        wall_clock: (time, zone) columns: the time must exist in the zone, and an instant is told in it.
        crossing: further rules across columns.
    """

    table: RawTable
    source: str = "files"
    rules: Mapping[str, Rule] = field(default_factory=dict)
    not_before: tuple[tuple[str, str], ...] = ()
    not_above: tuple[tuple[str, str], ...] = ()
    happened: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    one_currency_per: tuple[str, ...] = ()
    wall_clock: tuple[str, str] | None = None
    crossing: tuple[Check, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.table.name)
        unknown = set(self.rules) - {c.name for c in self.columns}
        if unknown:
            raise ValueError(f"template {self.name}: rules for columns that the table lacks: {sorted(unknown)}")

    @property
    def columns(self) -> tuple[Column, ...]:
        """Columns that a file fills."""
        return tuple(c for c in self.table.columns if c.name not in SPARE)

    @property
    def column_names(self) -> list[str]:
        """Names of those columns."""
        return [c.name for c in self.columns]

    def rule(self, column: str) -> Rule:
        """The column's rule; a key column is required."""
        rule = self.rules.get(column, Rule())
        return replace(rule, required=True) if column in self.table.key else rule


@dataclass(frozen=True)
class ColumnDescription:
    """One line of a template's description."""

    template: str
    column: str
    type: str
    is_key: bool
    rule: str
    description: str


def template(name: str) -> Template:
    """The template of that name.

    Raises:
        UnknownTemplateError: there is none; the message lists those there are.
    """
    if name not in TEMPLATES:
        raise UnknownTemplateError(f"no template {name!r}; there are: {', '.join(TEMPLATES)}")
    return TEMPLATES[name]


def describe_template(name: str) -> list[ColumnDescription]:
    """What a file of the template holds, column by column.

    Raises:
        UnknownTemplateError: no such template.
    """
    chosen = template(name)
    return [
        ColumnDescription(
            chosen.name,
            c.name,
            type_name(c.type),
            c.name in chosen.table.key,
            chosen.rule(c.name).sentence(),
            c.description,
        )
        for c in chosen.columns
    ]


def template_csv(name: str) -> str:
    """An empty CSV file of the template: its header line.

    Raises:
        UnknownTemplateError: no such template.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(template(name).column_names)
    return text.getvalue()


def type_name(arrow_type: pa.DataType) -> str:
    """The type as people of spreadsheets call it."""
    if pa.types.is_decimal(arrow_type):
        return f"number with up to {arrow_type.scale} decimals"
    if pa.types.is_timestamp(arrow_type):
        return "local date and time, YYYY-MM-DD HH:MM[:SS]"
    names = {
        pa.string(): "text",
        pa.int64(): "whole number",
        pa.float64(): "number",
        pa.bool_(): "true or false",
        pa.date32(): "date, YYYY-MM-DD",
    }
    return names[arrow_type]


_REQUIRED = Rule(required=True)
_CURRENCY = Rule(required=True, currency=True)
_CURRENCY_IF_ANY = Rule(currency=True)
_NOT_NEGATIVE = Rule(minimum=Decimal(0))
_COUNT = Rule(required=True, minimum=Decimal(0))
_AT_LEAST_ONE = Rule(minimum=Decimal(1))
_TIMES = Rule(minimum=Decimal(0), maximum=Decimal(10**12))


def _one_of(*values: str, required: bool = True) -> Rule:
    return Rule(required=required, allowed=values)


_ALL: tuple[Template, ...] = (
    Template(
        tables.ORDERS,
        rules={
            "line_number": _AT_LEAST_ONE,
            "ordered_at": _REQUIRED,
            "timezone": Rule(required=True, timezone=True),
            "entry_type": _one_of("sale", "cancellation", "return", "adjustment"),
            "line_type": _one_of(
                "product",
                "shipping",
                "fee",
                "discount",
                "gift_card",
                "tip",
                "duty",
                "manual",
                "sample",
                "bad_debt",
                "stock_adjustment",
            ),
            "quantity": _REQUIRED,
            "line_discount_amount": Rule(minimum=Decimal(0), default="0"),
            "line_tax_rate": Rule(minimum=Decimal(0), maximum=Decimal(1)),
            "prices_include_tax": Rule(default="false"),
            "currency": _CURRENCY,
        },
        one_currency_per=("store_id",),
        wall_clock=("ordered_at", "timezone"),
        crossing=ORDER_CHECKS,
        happened=("ordered_at",),
    ),
    Template(
        tables.PAYMENTS,
        rules={
            "order_id": _REQUIRED,
            "paid_at": _REQUIRED,
            "timezone": Rule(required=True, timezone=True),
            "payment_type": _one_of("payment", "refund"),
            "amount": Rule(required=True, minimum=Decimal(0)),
            "currency": _CURRENCY,
        },
        one_currency_per=("store_id",),
        wall_clock=("paid_at", "timezone"),
        happened=("paid_at",),
    ),
    Template(
        tables.AD_SPEND,
        rules={
            "platform": Rule(pattern=(r"^[a-z][a-z0-9_]*$", "small letters, digits and _, e.g. pinterest_ads")),
            "spend": _REQUIRED,
            "currency": _CURRENCY,
            "impressions": _TIMES,
            "clicks": _TIMES,
            "conversions": _NOT_NEGATIVE,
        },
        one_currency_per=("platform", "account_id"),
        happened=("day",),
    ),
    Template(
        tables.PRODUCTS,
        rules={
            "unit_cost": _NOT_NEGATIVE,
            "currency": _CURRENCY_IF_ANY,
            "case_pack": _AT_LEAST_ONE,
            "minimum_order_quantity": _AT_LEAST_ONE,
        },
        not_before=(("discontinued_on", "launched_on"),),
    ),
    Template(
        tables.SUPPLIERS,
        rules={"name": _REQUIRED, "currency": _CURRENCY_IF_ANY, "agreed_lead_time_days": _NOT_NEGATIVE},
    ),
    Template(
        tables.PURCHASE_ORDERS,
        rules={
            "supplier_id": _REQUIRED,
            "store_id": _REQUIRED,
            "location": _REQUIRED,
            "ordered_on": _REQUIRED,
            "status": _one_of("open", "partially_received", "received", "cancelled"),
            "currency": _CURRENCY,
        },
        not_before=(("expected_on", "ordered_on"),),
        planned=("ordered_on",),
    ),
    Template(
        tables.PURCHASE_ORDER_LINES,
        rules={
            "line_number": _AT_LEAST_ONE,
            "sku": _REQUIRED,
            "ordered_quantity": _COUNT,
            "unit_cost": Rule(required=True, minimum=Decimal(0)),
        },
    ),
    Template(
        tables.PURCHASE_ORDER_RECEIPTS,
        rules={
            "line_number": _AT_LEAST_ONE,
            "received_at": _REQUIRED,
            "received_quantity": _COUNT,
            "rejected_quantity": Rule(minimum=Decimal(0), default="0"),
        },
        not_above=(("rejected_quantity", "received_quantity"),),
        happened=("received_at",),
    ),
    Template(
        tables.TRANSFERS,
        rules={
            "from_location": _REQUIRED,
            "to_location": _REQUIRED,
            "shipped_quantity": _COUNT,
            "received_quantity": _NOT_NEGATIVE,
            "shipped_at": _REQUIRED,
            "transfer_cost": _NOT_NEGATIVE,
            "currency": _CURRENCY_IF_ANY,
        },
        not_before=(("received_at", "shipped_at"),),
        happened=("shipped_at", "received_at"),
    ),
    Template(
        tables.STOCK_COUNTS,
        rules={"counted_at": _REQUIRED, "counted_quantity": _COUNT},
        happened=("counted_at",),
    ),
    Template(
        tables.LANDED_COSTS,
        rules={
            "purchase_order_id": _REQUIRED,
            "cost_type": _REQUIRED,
            "amount": _REQUIRED,
            "currency": _CURRENCY,
        },
    ),
    Template(
        tables.COMPETITOR_PRICES,
        rules={"price": Rule(required=True, minimum=Decimal(0)), "currency": _CURRENCY},
        happened=("observed_on",),
    ),
    Template(
        tables.PROMOTIONS,
        rules={
            "name": _REQUIRED,
            "promotion_type": _one_of("percentage", "fixed_amount", "bogo", "free_shipping", "price_cut"),
            "discount_rate": Rule(minimum=Decimal(0), maximum=Decimal(1)),
            "starts_on": _REQUIRED,
        },
        not_before=(("ends_on", "starts_on"),),
    ),
    Template(
        tables.SEASONS,
        rules={
            "name": _REQUIRED,
            "starts_on": _REQUIRED,
            "ends_on": _REQUIRED,
            "target_revenue": _NOT_NEGATIVE,
            "currency": _CURRENCY_IF_ANY,
        },
        not_before=(("ends_on", "starts_on"), ("peak_on", "starts_on"), ("ends_on", "peak_on")),
    ),
    Template(
        tables.SEASON_BUDGETS,
        rules={
            "category": _one_of("inventory", "marketing", "operations", "logistics", "technology", "contingency"),
            "planned_amount": Rule(required=True, minimum=Decimal(0)),
            "currency": _CURRENCY,
        },
    ),
    Template(
        tables.SEASON_SPEND,
        rules={
            "season_id": _REQUIRED,
            "category": _one_of("inventory", "marketing", "operations", "logistics", "technology", "contingency"),
            "subcategory": Rule(default="unassigned"),
            "status": _one_of("committed", "actual"),
            "amount": _REQUIRED,
            "currency": _CURRENCY,
            "spent_on": _REQUIRED,
        },
        planned=("spent_on",),
    ),
    Template(tables.SEASON_MILESTONES, rules={"name": _REQUIRED, "due_on": _REQUIRED}),
    Template(
        tables.TARGETS,
        rules={
            "period_type": _one_of("day", "week", "month", "quarter", "year"),
            "target_value": _REQUIRED,
            "currency": _CURRENCY_IF_ANY,
        },
    ),
    Template(
        tables.RETURN_PROCESSING,
        rules={
            "condition": _one_of("new", "opened", "damaged", "defective", required=False),
            "disposition": _one_of("restock", "refurbish", "liquidate", "dispose", required=False),
            "return_shipping_cost": _NOT_NEGATIVE,
            "labour_cost": _NOT_NEGATIVE,
            "disposal_cost": _NOT_NEGATIVE,
            "currency": _CURRENCY,
        },
        not_before=(("inspected_at", "received_at"),),
        happened=("received_at", "inspected_at"),
    ),
    Template(
        tables.SHIPMENTS,
        rules={"cost": _NOT_NEGATIVE, "currency": _CURRENCY_IF_ANY},
        not_before=(("delivered_at", "shipped_at"),),
    ),
    Template(
        tables.PRICE_LISTS,
        rules={
            "price": Rule(required=True, minimum=Decimal(0)),
            "compare_at_price": _NOT_NEGATIVE,
            "currency": _CURRENCY,
        },
        one_currency_per=("store_id",),
    ),
    Template(
        tables.EXCHANGE_RATES,
        rules={
            "from_currency": _CURRENCY,
            "to_currency": _CURRENCY,
            "rate": Rule(required=True, minimum=SMALLEST_RATE),
        },
    ),
    Template(
        EITS_RETAIL,
        name="census_retail",
        source="census",
        rules={
            "program": _one_of("marts", "mrts"),
            "month": Rule(pattern=(r"^(19|20)\d\d-(0[1-9]|1[0-2])$", "a month as YYYY-MM")),
            "seasonally_adj": _one_of("yes", "no"),
            "error_data": _one_of("yes", "no"),
            "cell_value": Rule(
                required=True,
                pattern=(r"^(-?\d+(\.\d+)?|\((S|NA|X)\)|-)$", "a number, or (S), (NA), (X), - where suppressed"),
            ),
        },
    ),
)

TEMPLATES: Mapping[str, Template] = {t.name: t for t in _ALL}
