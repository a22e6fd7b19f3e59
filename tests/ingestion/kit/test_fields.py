"""Paths into a vendor's JSON: the type to read and the values, lists on the way included."""

from __future__ import annotations

import polars as pl

from ingestion.contract import RawTable
from ingestion.kit.fields import Fields
from shophouse.tables import columns, number, text

PAID = RawTable(
    "paid", "One row per payment.", columns(text("id"), text("payer"), text("fees"), number("rate")), key=("id",)
)
FIELDS = Fields(
    PAID,
    {
        "id": ("id",),
        "payer": ("from", "account", "name"),
        "fees": ("fees[]", "amount", "value"),
        "rate": ("fees[]", "rate"),
    },
)


def test_the_type_of_a_row_follows_the_paths() -> None:
    fee = pl.Struct({"amount": pl.Struct({"value": pl.String}), "rate": pl.Float64})
    account = pl.Struct({"account": pl.Struct({"name": pl.String})})
    assert FIELDS.row == pl.Struct({"id": pl.String, "from": account, "fees": pl.List(fee)})


def test_a_value_below_a_list_is_the_list_of_values() -> None:
    sent = pl.Series(
        [
            {
                "id": "1",
                "from": {"account": {"name": "Ada"}},
                "fees": [{"amount": {"value": "0.30"}, "rate": 0.1}, {"amount": None, "rate": None}],
            },
            {"id": "2", "from": None, "fees": []},
            {"id": "3", "from": {"account": None}, "fees": None},
        ],
        dtype=FIELDS.row,
    )
    found = sent.struct.unnest().select(FIELDS.sent(name).alias(name) for name in FIELDS.paths)
    assert found.rows() == [
        ("1", "Ada", ["0.30", None], [0.1, None]),
        ("2", None, [], []),
        ("3", None, None, None),
    ]
