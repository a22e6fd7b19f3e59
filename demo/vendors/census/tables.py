"""Synthetic Census tables in the shape of the real ones; no number in them is the Bureau's."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.world.scenario import Scenario
from demo.world.situations import SURVEY_REVISION
from demo.world.stores import US
from demo.world.values import money
from demo.world.view import View

FIRST_YEAR = 2015
KINDS = (
    ("44X72", 560_000),
    ("44000", 490_000),
    ("44Y72", 445_000),
    ("448", 22_500),
    ("442", 10_500),
    ("446", 29_000),
    ("451", 7_800),
    ("452", 64_000),
    ("454", 52_000),
    ("722", 70_000),
)
"""Kind of business and its level in millions of dollars at the start of 2015."""
_SEASON = (0.90, 0.89, 0.99, 0.98, 1.03, 1.00, 1.00, 1.01, 0.96, 0.99, 1.03, 1.22)


def _months(upto: date) -> list[date]:
    months = [date(FIRST_YEAR, 1, 1)]
    while True:
        last = months[-1]
        following = date(last.year + last.month // 12, last.month % 12 + 1, 1)
        if following > upto:
            return months
        months.append(following)


def _released(view: View, months_back: int) -> date:
    """The last month that is out: published in the middle of the month after next."""
    today = view.world.scenario.as_of.date()
    back = months_back if today.day >= 16 else months_back + 1
    index = today.year * 12 + today.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)


def write(view: View, merchant: Merchant) -> None:
    """Writes the tables."""
    advance = _program(view.world.scenario, "marts", _months(_released(view, 1)))
    monthly = _program(view.world.scenario, "mrts", _months(_released(view, 2)))
    merchant.write("census", "eits_retail", pl.concat([advance, monthly]))
    _write_zcta(view, merchant)


def _program(scenario: Scenario, program: str, months: list[date]) -> pl.DataFrame:
    """Sales adjusted and not, inventories for the monthly survey, sampling errors, a few suppressed cells."""
    rng = scenario.rng("census sales")
    first_reports = scenario.rng(f"census revisions of {program}").normal(0, SURVEY_REVISION, (len(KINDS), 400))
    n = len(months)
    rows = []
    text = [m.strftime("%Y-%m") for m in months]
    season = np.array([_SEASON[m.month - 1] for m in months])
    for kind_number, (code, level) in enumerate(KINDS):
        noise = rng.normal(0, 0.006, 400)
        adjusted = level * np.exp(0.0037 * np.arange(n) + noise[:n])
        revision = 1.0 if program == "mrts" else 1.0 + rng.normal(0, 0.002, 400)[:n]
        # The newest month stands on those who have answered by then, and is told again with the next.
        revision = revision * np.exp(np.where(np.arange(n) == n - 1, first_reports[kind_number, :n], 0))
        adjusted = np.rint(adjusted * revision).astype(int)
        plain = np.rint(adjusted * season).astype(int)
        series = [("SM", "yes", "no", adjusted), ("SM", "no", "no", plain)]
        if program == "mrts":
            series.append(("IM", "yes", "no", np.rint(adjusted * 1.3).astype(int)))
        for kind, seasonal, error, values in series:
            cells = [
                "(S)" if code == "722" and kind == "IM" and i % 7 == 0 else str(v)
                for i, v in enumerate(values.tolist())
            ]
            rows.append(
                pl.DataFrame(
                    {
                        "program": [program] * n,
                        "month": text,
                        "category_code": [code] * n,
                        "data_type_code": [kind] * n,
                        "seasonally_adj": [seasonal] * n,
                        "error_data": [error] * n,
                        "cell_value": cells,
                        "time_slot_id": ["0"] * n,
                    }
                )
            )
        rows.append(
            pl.DataFrame(
                {
                    "program": [program] * n,
                    "month": text,
                    "category_code": [code] * n,
                    "data_type_code": ["E_SM"] * n,
                    "seasonally_adj": ["no"] * n,
                    "error_data": ["yes"] * n,
                    "cell_value": [f"{0.5 + (len(code) + i) % 9 / 10:.1f}" for i in range(n)],
                    "time_slot_id": ["0"] * n,
                }
            )
        )
    return pl.concat(rows)


def _write_zcta(view: View, merchant: Merchant) -> None:
    """The ZCTAs of the shop's customers and some others; one has no income estimate."""
    rng = view.world.scenario.rng("census areas")
    zips = [z for r in US.regions if r.country == "US" for z in r.zips] + [
        "02110",
        "10002",
        "60601",
        "90001",
        "94105",
        "98104",
    ]
    n = len(zips)
    population = rng.integers(6_000, 90_000, n)
    households = (population / rng.uniform(1.9, 2.9, n)).astype(np.int64)
    income = np.rint(rng.normal(82_000, 22_000, n)).astype(np.int64).clip(28_000, 200_000)
    age = np.rint(rng.normal(36.5, 3.5, n) * 10).astype(np.int64)
    occupied = (households * 0.96).astype(np.int64)
    owned = (occupied * rng.uniform(0.2, 0.65, n)).astype(np.int64)
    year = view.world.scenario.as_of.year - 2
    missing = np.zeros(n, dtype=bool)
    missing[-1] = True
    merchant.write(
        "census",
        "acs_zcta",
        pl.DataFrame(
            {
                "vintage_year": [year] * n,
                "zcta": zips,
                "name": [f"ZCTA5 {z}" for z in zips],
                "population": population,
                "population_moe": population // 25,
                "households": households,
                "households_moe": households // 22,
                "median_household_income": money(income * 100, missing),
                "median_household_income_moe": money(income // 14 * 100, missing),
                "median_age": money(age * 10),
                "median_age_moe": money(np.full(n, 90)),
                "occupied_units": occupied,
                "occupied_units_moe": occupied // 22,
                "owner_occupied_units": owned,
                "owner_occupied_units_moe": owned // 15,
                "null_reasons": [
                    '{"median_household_income": "too few sample observations"}' if m else "{}"
                    for m in missing.tolist()
                ],
                "retrieved_on": [view.world.scenario.as_of.date()] * n,
            }
        ),
    )
