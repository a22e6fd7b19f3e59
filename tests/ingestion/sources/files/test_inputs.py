"""Which of several files is the newest."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.sources.files.inputs import age


@pytest.mark.parametrize(
    "from_oldest",
    [
        ["orders_9.csv", "orders_10.csv"],
        ["orders.csv", "orders (1).csv", "orders (2).csv", "orders (10).csv"],
        ["orders.csv.gz", "orders (1).csv"],
        ["orders_2025-12-31.csv", "orders_20260101.csv", "orders_02.01.2026.csv", "orders-2026_01_03.csv"],
        ["orders_31.10.2025.csv", "orders_3.11.2025.csv"],
        ["orders_2026-01-01.csv", "a_2026-01-02.csv"],
        ["orders_2026-01-01T09-05.csv", "orders_2026-01-01T10-00.csv"],
        ["january/orders.csv", "january/orders-new.csv"],
    ],
)
def test_names_tell_which_file_is_newer(from_oldest: list[str]) -> None:
    assert sorted((Path(name) for name in reversed(from_oldest)), key=age) == [Path(name) for name in from_oldest]
