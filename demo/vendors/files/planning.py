"""Spreadsheets of planning: seasons with budgets, spend and milestones, and targets."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from demo.vendors.files.merchandise_plan import merchandise_plan
from demo.world.calendar import thanksgiving
from demo.world.exchange import convert
from demo.world.scenario import Scenario
from demo.world.stores import STORES
from demo.world.values import money
from demo.world.view import View

_BUDGET = (
    ("inventory", "opening buy", 0.34),
    ("inventory", "replenishment", 0.14),
    ("marketing", "meta ads", 0.11),
    ("marketing", "google ads", 0.10),
    ("marketing", "email and content", 0.03),
    ("operations", "temporary staff", 0.08),
    ("logistics", "outbound freight", 0.10),
    ("technology", "hosting and apps", 0.03),
    ("contingency", "reserve", 0.07),
)
"""Category, sub-category and share of a season's budget."""
_IN_EUROS = "google ads"
"""The one line that is planned and paid in the currency of its ad account."""
_BUDGET_SHARE = 0.55
"""Of the target revenue."""
_MILESTONES = (
    ("M1", "Season plan approved", -75, "Head of commerce", None),
    ("M2", "Purchase orders placed", -60, "Buying", "M1"),
    ("M3", "Creatives ready", -28, "Marketing", "M1"),
    ("M4", "Stock received", -14, "Warehouse", "M2"),
    ("M5", "Promotions configured", -5, "E-commerce", "M3"),
    ("M6", "Launch", 0, "E-commerce", "M4"),
    ("M7", "Mid-season review", 7, "Head of commerce", "M6"),
)

_BROUGHT_FORWARD = {("bfcm", "M5"): -35}
"""Offsets of milestones that somebody has planned before what they depend on, by kind of season."""
_UNPLANNED = ("marketing", "creators", 0.02)
"""What is spent although no budget line plans it, with its share of the season's budget."""
_MISNAMED = "Outdoor"
"""A category that somebody has planned for once and that no product has."""

_AMBITION = 1.06
_GROWTH = {month: _AMBITION * {11: 1.35, 12: 1.4, 1: 0.85, 2: 0.85}.get(month, 0.97) for month in range(1, 13)}
"""What a planned day of a month is worth in mean days."""


@dataclass(frozen=True)
class Season:
    """A selling season."""

    season_id: str
    name: str
    kind: str
    starts: date
    ends: date
    peak: date


def seasons(scenario: Scenario) -> list[Season]:
    """Seasons that touch the world or begin within 90 days after it."""
    found = []
    for year in range(scenario.first_day.year, scenario.dates[-1].year + 2):
        friday = thanksgiving(year) + timedelta(1)
        found += [
            Season(
                f"CLEAR-{year}",
                f"Winter clearance {year}",
                "clearance",
                date(year, 1, 3),
                date(year, 1, 31),
                date(year, 1, 10),
            ),
            Season(
                f"SPRING-{year}",
                f"Spring launch {year}",
                "launch",
                date(year, 3, 15),
                date(year, 4, 20),
                date(year, 3, 28),
            ),
            Season(
                f"SUMMER-{year}", f"Summer {year}", "summer", date(year, 6, 20), date(year, 7, 31), date(year, 7, 1)
            ),
            Season(
                f"BTS-{year}",
                f"Back to school {year}",
                "back_to_school",
                date(year, 8, 8),
                date(year, 9, 7),
                date(year, 8, 22),
            ),
            Season(
                f"BFCM-{year}",
                f"Black Friday week {year}",
                "bfcm",
                friday - timedelta(12),
                friday + timedelta(3),
                friday,
            ),
            Season(
                f"HOLIDAY-{year}",
                f"Holiday {year}",
                "holiday",
                friday + timedelta(4),
                date(year, 12, 24),
                date(year, 12, 18),
            ),
        ]
    last = scenario.dates[-1] + timedelta(90)
    return [s for s in found if s.starts <= last and s.ends >= scenario.first_day + timedelta(20)]


def tables(view: View) -> dict[str, pl.DataFrame]:
    """Frames by template."""
    planned = [s for s in seasons(view.world.scenario) if s.starts - timedelta(90) <= view.world.scenario.as_of.date()]
    target = {s.season_id: _target_cents(view, s) for s in planned}
    return {
        "seasons": pl.DataFrame(
            {
                "season_id": [s.season_id for s in planned],
                "name": [s.name for s in planned],
                "season_type": [s.kind for s in planned],
                "starts_on": [s.starts for s in planned],
                "ends_on": [s.ends for s in planned],
                "peak_on": [s.peak for s in planned],
                "target_revenue": money(np.array(list(target.values()), dtype=np.int64)),
                "target_profit": money(np.array([t * 24 // 100 for t in target.values()], dtype=np.int64)),
                "currency": ["USD"] * len(planned),
            }
        ),
        "season_budgets": _budgets(view, planned, target),
        "season_spend": _spend(view, planned, target),
        "season_milestones": _milestones(view, planned),
        "targets": _targets(view),
    }


def _daily_revenue(view: View) -> int:
    """The world's mean goods revenue of a day in cents of the dollar."""
    orders = view.world.events.orders.filter(~pl.col("test"))
    dollars = convert(
        view.world.scenario,
        orders["original_lines"].to_numpy(),
        orders["store"].to_numpy(),
        0,
        orders["day"].to_numpy(),
    )
    return int(dollars.sum()) // view.world.scenario.days


def _target_cents(view: View, season: Season) -> int:
    """A plausible plan: the mean day times the season's days and what such days are worth, in round thousands."""
    days = (season.ends - season.starts).days + 1
    lift = {"bfcm": 1.5, "holiday": 1.35, "summer": 1.1, "clearance": 0.95}.get(season.kind, 1.05)
    return max(100_000, round(_daily_revenue(view) * days * lift / 100_000) * 100_000)


def _in_currency(view: View, sub: str, cents: int) -> tuple[int, str]:
    """Cents of the dollar as what a budget line is planned in, at the first day's rate."""
    if sub != _IN_EUROS:
        return cents, STORES[0].currency
    euros = convert(view.world.scenario, np.array([cents]), np.array([0]), 1, np.array([0]))
    return int(euros[0]), STORES[1].currency


def _budgets(view: View, planned: list[Season], target: dict[str, int]) -> pl.DataFrame:
    thousands = {s.season_id: target[s.season_id] * _BUDGET_SHARE / 1000 for s in planned}
    rows = [
        (season, c, sub, *_in_currency(view, sub, round(cents * share) * 1000))
        for season, cents in thousands.items()
        for c, sub, share in _BUDGET
    ]
    return pl.DataFrame(
        {
            "season_id": [r[0] for r in rows],
            "category": [r[1] for r in rows],
            "subcategory": [r[2] for r in rows],
            "planned_amount": money(np.array([r[3] for r in rows], dtype=np.int64)),
            "currency": [r[4] for r in rows],
        }
    )


def _spend(view: View, planned: list[Season], target: dict[str, int]) -> pl.DataFrame:
    """Six instalments of each budget line from two months before; the last known one is still a commitment."""
    rng = view.world.scenario.rng("season spend")
    today = view.world.scenario.as_of.date()
    rows = []
    for season in planned:
        length = (season.ends - season.starts).days + 60
        for category, sub, share in (*_BUDGET, _UNPLANNED):
            draws = rng.dirichlet(np.full(6, 4.0)) * float(rng.normal(0.98, 0.12))
            if category == "contingency":
                draws = draws * 0.3
            for part, fraction in enumerate(draws.tolist()):
                on = season.starts - timedelta(60) + timedelta(length * part // 6)
                ahead = timedelta(21 if category == "inventory" else 0)
                if on - ahead > today:
                    continue
                cents = max(100, round(target[season.season_id] * _BUDGET_SHARE * share * fraction))
                rows.append(
                    (
                        f"{season.season_id}-{category[:3]}-{sub[:3]}-{part + 1}".upper().replace(" ", ""),
                        season.season_id,
                        category,
                        sub,
                        "actual" if on <= today else "committed",
                        *_in_currency(view, sub, cents),
                        on,
                        f"{sub} instalment {part + 1}",
                    )
                )
    return pl.DataFrame(
        {
            "spend_id": [r[0] for r in rows],
            "season_id": [r[1] for r in rows],
            "category": [r[2] for r in rows],
            "subcategory": [r[3] for r in rows],
            "status": [r[4] for r in rows],
            "amount": money(np.array([r[5] for r in rows], dtype=np.int64)),
            "currency": [r[6] for r in rows],
            "spent_on": [r[7] for r in rows],
            "description": [r[8] for r in rows],
        },
        schema_overrides={"spent_on": pl.Date},
    )


def _milestones(view: View, planned: list[Season]) -> pl.DataFrame:
    """Most are done within days of their date, some late, some not yet."""
    rng = view.world.scenario.rng("milestones")
    today = view.world.scenario.as_of.date()
    rows = []
    for season in planned:
        for number, name, offset, owner, depends in _MILESTONES:
            due = season.starts + timedelta(_BROUGHT_FORWARD.get((season.kind, number), offset))
            done = due + timedelta(int(rng.integers(-4, 9)))
            rows.append((season.season_id, number, name, due, done if done <= today else None, owner, depends))
    return pl.DataFrame(
        rows,
        schema={
            "season_id": pl.String,
            "milestone_id": pl.String,
            "name": pl.String,
            "due_on": pl.Date,
            "completed_on": pl.Date,
            "owner": pl.String,
            "depends_on": pl.String,
        },
        orient="row",
    )


def _targets(view: View) -> pl.DataFrame:
    """Sales targets and the merchandise plan."""
    scenario = view.world.scenario
    last = scenario.as_of.date() + timedelta(60)
    months = pl.date_range(scenario.first_day.replace(day=1), last, "1mo", eager=True).to_list()
    plan = merchandise_plan(view, months, _GROWTH).with_columns(store_id=pl.lit("all"), currency=pl.lit("USD"))
    misnamed = plan.filter(pl.col("metric") == "closing_stock_cost").tail(1).with_columns(scope=pl.lit(_MISNAMED))
    return pl.concat([_sales_targets(view, months), plan, misnamed], how="diagonal").select(
        "metric",
        pl.lit("month").alias("period_type"),
        "period_start",
        "store_id",
        "scope",
        "target_value",
        "currency",
    )


def _sales_targets(view: View, months: list[date]) -> pl.DataFrame:
    """Monthly net sales and orders per store and in all."""
    scenario = view.world.scenario
    orders = view.world.events.orders.filter(~pl.col("test"))
    rows: list[tuple[str, date, str, int, str | None]] = []
    for index, shop in enumerate([*STORES, None]):
        mine = orders if shop is None else orders.filter(pl.col("store") == index)
        dollars = convert(
            scenario, mine["original_lines"].to_numpy(), mine["store"].to_numpy(), 0, mine["day"].to_numpy()
        )
        per_day = (
            int(dollars.sum()) if shop is None or shop.currency == "USD" else int(mine["original_lines"].sum())
        ) / scenario.days
        for month in months:
            days = monthrange(month.year, month.month)[1] * _GROWTH[month.month]
            name = "all" if shop is None else shop.store_id
            rows.append(
                (
                    "net_sales",
                    month,
                    name,
                    round(per_day * days / 1000) * 1000,
                    "USD" if shop is None else shop.currency,
                )
            )
            rows.append(("orders", month, name, round(mine.height / scenario.days * days) * 100, None))
    return pl.DataFrame(
        {
            "metric": [r[0] for r in rows],
            "period_start": [r[1] for r in rows],
            "store_id": [r[2] for r in rows],
            "scope": ["all"] * len(rows),
            "target_value": money(np.array([r[3] for r in rows], dtype=np.int64)),
            "currency": [r[4] for r in rows],
        }
    )
