"""Raw table of the euro foreign exchange reference rates."""

from __future__ import annotations

import pyarrow as pa

from ingestion.contract import RawTable
from shophouse.tables import Column, columns, day, text

REFERENCE_RATES = RawTable(
    "reference_rates",
    "One row per day on which the European Central Bank stated rates, and currency.",
    columns(
        day("date", "Day of the rates; none on weekends and holidays of the payment system TARGET."),
        text("currency", "ISO 4217 code."),
        Column(
            "rate",
            pa.decimal128(24, 10),
            "Units of the currency for one euro; null: N/A, the bank states none that day.",
        ),
    ),
    key=("date", "currency"),
    merge_key=("date",),
)

TABLES: tuple[RawTable, ...] = (REFERENCE_RATES,)
