"""The workbook history of the Monthly Retail Trade Survey, as rows of the API's own table."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ingestion.sources.census.tables import EITS_RETAIL
from ingestion.sources.files.mapping import ROWS, find_mapping
from ingestion.sources.files.readers import read_content
from ingestion.sources.files.templates import template
from ingestion.sources.files.validate import validate
from tests.support.files import TODAY
from tests.support.shared import shared


@pytest.fixture(scope="module")
def path() -> Path:
    return shared("data/census_retail/mrts_long.parquet")


@pytest.fixture(scope="module")
def rows(path: Path) -> pl.DataFrame:
    validated = validate(
        {ROWS: (path, read_content(path))}, template("census_retail"), find_mapping("census_mrts"), {}, TODAY
    )
    assert not validated.reasons, list(validated.reasons.lines())
    assert validated.rows.schema == EITS_RETAIL.schema
    return pl.DataFrame(validated.rows)


def test_every_cell_of_the_workbook_is_there(rows: pl.DataFrame, path: Path) -> None:
    assert rows.height == pl.read_parquet(path).height == 37_896
    assert rows.select(EITS_RETAIL.key).is_unique().all()
    assert (rows["month"].min(), rows["month"].max()) == ("1992-01", "2022-08")
    assert rows.select("program", "data_type_code", "error_data").unique().rows() == [("mrts", "SM", "no")]


def test_suppressed_cells_keep_their_reason_and_preliminary_ones_their_number(rows: pl.DataFrame) -> None:
    flags = rows.filter(pl.col("cell_value").str.starts_with("("))["cell_value"].value_counts().sort("cell_value")
    assert flags.rows() == [("(NA)", 492), ("(S)", 253 + 8)]
    total = rows.filter((pl.col("category_code") == "44X72") & (pl.col("month") == "2022-08"))
    assert dict(total.select("seasonally_adj", "cell_value").iter_rows())["no"] == "701624"


def test_sums_are_the_workbook_s(rows: pl.DataFrame, path: Path) -> None:
    source = pl.read_parquet(path)
    numbers = rows["cell_value"].cast(pl.Float64, strict=False)
    assert numbers.sum() == source["sales_musd"].sum()
    adjusted = rows.filter(pl.col("seasonally_adj") == "yes").height
    assert adjusted == source.filter("seasonally_adjusted").height
