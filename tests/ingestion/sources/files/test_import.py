"""Importing into a real database: once, whole, and the same after a killed process."""

from __future__ import annotations

import gzip
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingestion.contract import RawTable
from ingestion.load.pipeline import run_source
from ingestion.sources.census.tables import EITS_RETAIL
from ingestion.sources.census.tables import TABLES as CENSUS_TABLES
from ingestion.sources.files.importer import ImportReport, Status, import_file
from ingestion.sources.files.mapping import MappingError
from ingestion.sources.files.tables import LOADED_FILES, ORDERS, STOCK_COUNTS, SUPPLIERS, TRANSFERS
from ingestion.sources.files.templates import UnknownTemplateError, template_csv
from shophouse.settings import Settings
from shophouse.tables import integer
from tests.support.files import order_line, orders_csv
from tests.support.raw import landed
from tests.support.sources import fixed_source

SUPPLIER_HEADER = template_csv("suppliers").strip()


def suppliers(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join([SUPPLIER_HEADER, *lines, ""]))
    return path


def test_a_good_file_is_loaded_once_and_a_later_one_replaces_its_keys(tmp_path: Path, settings: Settings) -> None:
    first = suppliers(tmp_path, "first.csv", "S1,Acme,DE,EUR,14,,", "S2,Bolt,US,USD,30,,")
    report = import_file(first, "suppliers", settings=settings)
    assert (report.status, report.rows, bool(report.load_id)) == (Status.LOADED, 2, True)

    renamed = tmp_path / "renamed.csv.gz"
    renamed.write_bytes(gzip.compress(first.read_bytes()))
    again = import_file(renamed, "suppliers", settings=settings)
    assert again.status is Status.ALREADY_LOADED
    assert list(again.lines()) == [
        "renamed.csv.gz: loaded before with this content, template and mapping; nothing to do"
    ]

    second = suppliers(tmp_path, "second.csv", "S2,Bolt & Sons,US,USD,21,,")
    import_file(second, "suppliers", settings=settings)
    rows = landed(settings, "files", SUPPLIERS)
    assert rows.select("supplier_id", "name", "_row_number").rows() == [("S1", "Acme", 2), ("S2", "Bolt & Sons", 2)]
    registry = landed(settings, "files", LOADED_FILES)
    assert sorted(registry["file_name"]) == ["first.csv", "second.csv"]
    assert registry["loaded_at"].unique().to_list() == [settings.as_of]
    assert set(rows["_file_id"]) == set(registry["file_id"])


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (TRANSFERS, "TR-1,{store},MUG,Main,Shop,4,4,2026-02-01,2026-02-02,,"),
        (STOCK_COUNTS, "OPENING,{store},Main,MUG,2026-02-01 08:00,12,,opening"),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_stores_that_count_alike_keep_their_own_rows(
    tmp_path: Path, settings: Settings, table: RawTable, line: str
) -> None:
    for store in ("north", "south"):
        path = tmp_path / f"{store}.csv"
        path.write_text(f"{template_csv(table.name)}{line.format(store=store)}\n")
        assert import_file(path, table.name, settings=settings).status is Status.LOADED
    assert sorted(landed(settings, "files", table)["store_id"]) == ["north", "south"]


def test_a_bad_file_and_a_dry_run_load_nothing(tmp_path: Path, settings: Settings) -> None:
    good = suppliers(tmp_path, "good.csv", "S1,Acme,DE,EUR,14,,")
    bad = suppliers(tmp_path, "bad.csv", "S1,Acme,DE,EUR,14,,", "S2,Bolt,US,DOLLARS,-1,,")
    assert import_file(good, "suppliers", settings=settings, dry_run=True).status is Status.VALID
    report = import_file(bad, "suppliers", settings=settings)
    assert report.status is Status.REJECTED
    assert list(report.lines()) == [
        "bad.csv: rejected as suppliers, nothing was loaded; 2 findings",
        "line 3, currency: found 'DOLLARS', expected a currency code of ISO 4217, e.g. EUR",
        "line 3, agreed_lead_time_days: found '-1', expected at least 0",
    ]
    assert landed(settings, "files", SUPPLIERS).is_empty()
    assert landed(settings, "files", LOADED_FILES).is_empty()


def test_a_file_cut_off_in_transfer_is_rejected_whole(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "orders.csv.gz"
    lines = [order_line(order_id=str(n)) for n in range(1000)]
    path.write_bytes(gzip.compress(orders_csv(*lines).encode())[:-30])
    report = import_file(path, "orders", settings=settings)
    assert report.status is Status.REJECTED
    assert "cut off in transfer" in list(report.lines())[1]


def test_a_store_s_stored_currency_is_held_against_later_files(tmp_path: Path, settings: Settings) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(orders_csv(order_line()))
    second.write_text(orders_csv(order_line(order_id="2", currency="USD")))
    assert import_file(first, "orders", settings=settings).status is Status.LOADED
    report = import_file(second, "orders", settings=settings)
    assert "EUR, the currency in which this store's rows are stored already" in list(report.lines())[1]


def test_wrong_usage_is_told_before_anything_is_read(tmp_path: Path, settings: Settings) -> None:
    path = suppliers(tmp_path, "file.csv", "S1,Acme,DE,EUR,14,,")
    with pytest.raises(UnknownTemplateError):
        import_file(path, "vendors", settings=settings)
    with pytest.raises(MappingError, match="the mapping is for orders, the file is to be suppliers"):
        import_file(path, "suppliers", "online_retail", settings=settings)
    with pytest.raises(FileNotFoundError):
        import_file(tmp_path / "absent.csv", "suppliers", settings=settings)


CENSUS_HEADER = template_csv("census_retail").strip()


def census_file(folder: Path, name: str, value: int) -> Path:
    path = folder / name
    path.write_text(f"{CENSUS_HEADER}\nmrts,2022-01,44000,SM,no,no,{value},\nmrts,2022-02,44000,SM,no,no,(S),\n")
    return path


def census_rows(value: int) -> pl.DataFrame:
    row = {
        "program": "mrts",
        "month": "2022-01",
        "category_code": "44000",
        "data_type_code": "SM",
        "seasonally_adj": "no",
        "error_data": "no",
        "cell_value": str(value),
        "time_slot_id": "0",
    }
    return pl.DataFrame([row])


def test_census_history_lands_in_the_api_s_table_until_the_api_takes_over(tmp_path: Path, settings: Settings) -> None:
    history = census_file(tmp_path, "history.csv", 100)
    assert import_file(history, "census_retail", settings=settings).status is Status.LOADED
    assert import_file(history, "census_retail", settings=settings).status is Status.ALREADY_LOADED
    assert landed(settings, "census", EITS_RETAIL)["cell_value"].to_list() == ["100", "(S)"]
    newer = census_file(tmp_path, "newer.csv", 101)
    later = Settings(home=settings.home, as_of=datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert import_file(newer, "census_retail", settings=later).status is Status.LOADED

    api = fixed_source("census", CENSUS_TABLES, {EITS_RETAIL: census_rows(102)})
    run_source(api, Settings(home=settings.home, as_of=datetime(2026, 11, 22, 12, tzinfo=UTC)))
    assert landed(settings, "census", EITS_RETAIL, "_valid_to is null")["cell_value"].to_list() == ["102", "(S)"]
    assert sorted(landed(settings, "census", EITS_RETAIL)["cell_value"]) == ["(S)", "100", "101", "102"]

    refused = import_file(census_file(tmp_path, "stale.csv", 99), "census_retail", settings=later)
    assert refused.status is Status.REJECTED
    assert refused.reasons.frame.select("column", "value").rows() == [("program, month", "mrts, 2022-01")]


def test_spend_of_an_account_that_a_connector_reads_is_not_counted_twice(tmp_path: Path, settings: Settings) -> None:
    with duckdb.connect(settings.raw_db) as connection:
        connection.execute("create schema tiktok_ads")
        connection.execute("create table tiktok_ads.report_periods as select '77' as advertiser_id, 1 as first_day")
    path = tmp_path / "spend.csv"
    header = "platform,account_id,campaign_id,day,spend,currency\n"
    path.write_text(header + "tiktok_ads,77,c,2025-10-07,5,EUR\nradio,77,c,2025-10-07,5,EUR\n")
    report = import_file(path, "ad_spend", settings=settings)
    assert report.reasons.frame.select("column", "value").rows() == [("platform, account_id", "tiktok_ads, 77")]
    path.write_text(header + "tiktok_ads,78,c,2025-10-07,5,EUR\n")
    assert import_file(path, "ad_spend", settings=settings).status is Status.LOADED


def test_an_older_folder_s_whole_quantities_stay_when_parts_come(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "older", as_of=datetime(2026, 11, 20, 12, tzinfo=UTC))
    settings.home.mkdir()
    older_columns = tuple(
        integer("quantity") if column.name == "quantity" else column
        for column in ORDERS.columns
        if column.name not in ("line_total", "line_tax_rate")
    )
    older = replace(ORDERS, columns=older_columns, merge_key=())
    row = dict.fromkeys(c.name for c in older_columns) | {
        "store_id": "web",
        "order_id": "1",
        "line_number": 1,
        "quantity": 2,
    }
    frame = pl.DataFrame([row], schema_overrides={"quantity": pl.Int64})
    run_source(fixed_source("files", (older, LOADED_FILES), {older: frame}), settings)
    path = tmp_path / "orders.csv"
    path.write_text(orders_csv(order_line(order_id="2", quantity="0.35")))
    assert import_file(path, "orders", settings=settings).status is Status.LOADED
    stored = landed(settings, "files", ORDERS).sort("order_id")["quantity"].to_list()
    assert stored == [2, Decimal("0.35")]


KILLED_WHEN_IT_WRITES = """
import os, signal, sys, threading, time
from pathlib import Path
from ingestion.sources.files.importer import import_file
from shophouse.settings import Settings

settings = Settings(home=Path(sys.argv[1]))
log = Path(str(settings.raw_db) + ".wal")

def kill_when_the_log_grows():
    while not (log.exists() and log.stat().st_size > int(sys.argv[3])):
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGKILL)

def progress(what, rows):
    if what.startswith("loading"):
        if sys.argv[3] == "0":
            os.kill(os.getpid(), signal.SIGKILL)
        threading.Thread(target=kill_when_the_log_grows, daemon=True).start()

import_file(Path(sys.argv[2]), "orders", settings=settings, progress=progress)
"""


@pytest.mark.slow
@pytest.mark.parametrize("log_bytes", [0, 40_000, 400_000])
def test_a_killed_import_leaves_all_or_nothing_and_the_next_one_completes(
    tmp_path: Path, settings: Settings, log_bytes: int
) -> None:
    count = 20_000
    path = tmp_path / "orders.csv"
    path.write_text(orders_csv(*(order_line(order_id=str(n)) for n in range(count))))
    import_file(suppliers(tmp_path, "before.csv", "S1,Acme,DE,EUR,14,,"), "suppliers", settings=settings)
    killed = [sys.executable, "-c", KILLED_WHEN_IT_WRITES, str(settings.home), str(path), str(log_bytes)]
    assert subprocess.run(killed, check=False, timeout=120).returncode == -signal.SIGKILL

    assert_whole(settings, count)
    report: ImportReport = import_file(path, "orders", settings=settings)
    assert report.status in (Status.LOADED, Status.ALREADY_LOADED)
    assert assert_whole(settings, count) == count


def assert_whole(settings: Settings, count: int) -> int:
    """Rows and registry agree, and are all there or not at all."""
    rows = landed(settings, "files", ORDERS).height
    registered = landed(settings, "files", LOADED_FILES).filter(pl.col("template") == "orders").height
    assert (rows, registered) in ((0, 0), (count, 1))
    return rows
