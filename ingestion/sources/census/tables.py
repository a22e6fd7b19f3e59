"""US Census raw tables: the monthly retail surveys and the American Community Survey."""

from __future__ import annotations

from ingestion.contract import RawTable, Write
from ingestion.kit.gaps import GAPS
from shophouse.tables import columns, day, integer, money, text

_MARGIN = "Margin of error at 90 % confidence; null where the estimate is controlled or the sample too small."

EITS_RETAIL = RawTable(
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
        text("time_slot_id", "Census's id of the time slot; 0 in every row seen, and no date."),
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
)

ACS_ZCTA = RawTable(
    "acs_zcta",
    "One row per ACS 5-year vintage and ZIP code tabulation area.",
    columns(
        integer("vintage_year", "Last of the five years surveyed."),
        text("zcta", "Five digits, text."),
        text("name", "Census's name of the area, e.g. ZCTA5 10001."),
        integer("population", "People, estimated."),
        integer("population_moe", _MARGIN),
        integer("households", "Households, estimated."),
        integer("households_moe", _MARGIN),
        money("median_household_income", "US dollars of the vintage."),
        money("median_household_income_moe", _MARGIN),
        money("median_age", "Years."),
        money("median_age_moe", _MARGIN),
        integer("occupied_units", "Housing units that somebody lives in, estimated."),
        integer("occupied_units_moe", _MARGIN),
        integer("owner_occupied_units", "Of these, lived in by their owners."),
        integer("owner_occupied_units_moe", _MARGIN),
        text(
            "null_reasons",
            "JSON object: column to the reason why its estimate is null.",
        ),
        text(
            "median_limits",
            "JSON object: column to at least or at most, where the median lies in the survey's open first or last "
            "interval and only its limit is told; null: none does.",
        ),
        day("retrieved_on", "Date of the run that read the vintage."),
    ),
    key=("vintage_year", "zcta"),
    merge_key=("vintage_year",),
)

TABLES: tuple[RawTable, ...] = (EITS_RETAIL, ACS_ZCTA, GAPS)
