"""US Census raw tables: the monthly retail surveys and the American Community Survey."""

from __future__ import annotations

from ingestion.contract import Table, Write, columns, day, integer, money, text

EITS_RETAIL = Table(
    "eits_retail",
    "One row per program, month, category, measure and adjustment, with every vintage of it kept.",
    columns(
        text("program", "marts (advance) or mrts (monthly)."),
        text("month", "YYYY-MM."),
        text("category_code", "Kind of business; text."),
        text(
            "data_type_code",
            "SM sales, IM inventories, IR ratio ...; E_ prefixed: error measures.",
        ),
        text("seasonally_adj", "yes or no: two different series."),
        text("error_data", "yes: a measure of sampling error, not a value."),
        text("cell_value", "As sent: a number, or (S), (NA), (X), - where suppressed."),
        text("time_slot_id"),
    ),
    key=(
        "program",
        "month",
        "category_code",
        "data_type_code",
        "seasonally_adj",
        "error_data",
    ),
    write=Write.VERSIONED,
    merge_key=("program", "month"),
    scope=("program",),
)

ACS_ZCTA = Table(
    "acs_zcta",
    "One row per ACS 5-year vintage and ZIP code tabulation area.",
    columns(
        integer("vintage_year"),
        text("zcta", "Five digits, text."),
        text("name"),
        integer("population"),
        integer(
            "population_moe",
            "Margin of error, 90 % confidence; null where the estimate is controlled.",
        ),
        integer("households"),
        integer("households_moe"),
        money("median_household_income", "US dollars of the vintage."),
        money("median_household_income_moe"),
        money("median_age"),
        money("median_age_moe"),
        integer("occupied_units"),
        integer("occupied_units_moe"),
        integer("owner_occupied_units"),
        integer("owner_occupied_units_moe"),
        text(
            "null_reasons",
            "JSON object: column to the reason why its estimate is null.",
        ),
        day("retrieved_on"),
    ),
    key=("vintage_year", "zcta"),
    merge_key=("vintage_year",),
)

TABLES: tuple[Table, ...] = (EITS_RETAIL, ACS_ZCTA)
