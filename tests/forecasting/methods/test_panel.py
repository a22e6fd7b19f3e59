"""Panel: dense, complete days only, one row per series and day."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from forecasting.methods.panel import PanelError, build_panel

Row = tuple[str, date, float | None]


def _history(*rows: Row) -> pl.DataFrame:
    schema = {"series_id": pl.String, "date": pl.Date, "value": pl.Float64}
    named = pl.DataFrame(rows, schema=schema, orient="row")
    return named.select(pl.lit("units").alias("measure"), pl.lit("channel").alias("level"), pl.all())


def test_a_day_without_a_row_is_a_day_without_sales() -> None:
    panel = build_panel(
        _history(("web", date(2026, 11, 4), 7), ("web", date(2026, 11, 1), 5), ("pos", date(2026, 11, 3), 2)),
        date(2026, 11, 5),
    )
    assert panel.select("series_id", "date", "value").rows() == [
        ("pos", date(2026, 11, 3), 2),
        ("pos", date(2026, 11, 4), 0),
        ("pos", date(2026, 11, 5), 0),
        ("web", date(2026, 11, 1), 5),
        ("web", date(2026, 11, 2), 0),
        ("web", date(2026, 11, 3), 0),
        ("web", date(2026, 11, 4), 7),
        ("web", date(2026, 11, 5), 0),
    ]


def test_zeros_before_the_first_sale_are_left_out() -> None:
    panel = build_panel(
        _history(("pos", date(2026, 11, 1), 0), ("pos", date(2026, 11, 3), 2), ("web", date(2026, 11, 2), 0)),
        date(2026, 11, 4),
    )
    assert panel.select("series_id", "date", "value").rows() == [
        ("pos", date(2026, 11, 3), 2),
        ("pos", date(2026, 11, 4), 0),
    ]


def test_the_partial_day_is_dropped() -> None:
    panel = build_panel(_history(("web", date(2026, 11, 1), 5), ("web", date(2026, 11, 2), 1)), date(2026, 11, 1))
    assert panel.select("date", "value").rows() == [(date(2026, 11, 1), 5)]


def test_a_series_that_begins_on_the_partial_day_has_no_panel_yet() -> None:
    assert build_panel(_history(("web", date(2026, 11, 2), 1)), date(2026, 11, 1)).is_empty()


def test_two_rows_of_a_day_are_refused_with_the_series_and_day() -> None:
    history = _history(("web", date(2026, 11, 1), 5), ("web", date(2026, 11, 1), 6))
    with pytest.raises(PanelError, match=r"1 series-days have more than one row.*'web'.*2026, 11, 1.*expected one"):
        build_panel(history, date(2026, 11, 1))


def test_a_null_value_is_refused_with_its_row() -> None:
    with pytest.raises(PanelError, match=r"1 rows with a null date or value.*'web'"):
        build_panel(_history(("web", date(2026, 11, 1), None)), date(2026, 11, 1))
