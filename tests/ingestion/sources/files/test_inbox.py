"""The drop folder as a source: good files in, bad ones named loudly, nothing twice."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ingestion.load.pipeline import run_source
from ingestion.source import SourceError
from ingestion.sources.census.tables import EITS_RETAIL
from ingestion.sources.files.importer import Status
from ingestion.sources.files.inbox import dropped_files
from ingestion.sources.files.source import SOURCE, scan
from ingestion.sources.files.tables import LOADED_FILES, ORDERS, SUPPLIERS
from ingestion.sources.files.templates import template_csv
from shophouse.settings import Settings
from tests.support.files import order_line, orders_csv
from tests.support.raw import landed

SUPPLIER = template_csv("suppliers") + "S1,Acme,DE,EUR,14,,\n"
SUPPLIER_MAPPING = """\
/*
template: suppliers
*/
select "Nr" as supplier_id, "Firma" as name, file_line from rows
"""


def drop(settings: Settings, name: str, content: str) -> Path:
    path = settings.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_files_are_told_by_name_or_folder(settings: Settings) -> None:
    for name in (
        "orders.csv",
        "Orders-2026-01.csv",
        "purchase_order_lines_jan.csv.gz",
        "purchase_orders_jan.csv",
        "suppliers/anything.xlsx",
        "notes.txt",
        "ordersheet.csv",
        ".hidden.csv",
        "~$orders.xlsx",
        "orders.csv.part",
        "online_retail/some.csv",
        "orders.mapping.sql",
        "rejected/orders.csv.reasons.csv",
    ):
        drop(settings, name, "x")
    drop(settings, "orders.mapping.sql", SUPPLIER_MAPPING)
    found = {
        dropped.path.relative_to(settings.inbox).as_posix(): (
            dropped.template and dropped.template.name,
            dropped.mapping and dropped.mapping.name,
        )
        for dropped in dropped_files(settings.inbox)
    }
    assert found == {
        "Orders-2026-01.csv": ("orders", None),
        "notes.txt": (None, None),
        "online_retail/some.csv": ("orders", "online_retail.sql"),
        "orders.csv": ("suppliers", "orders.mapping.sql"),
        "ordersheet.csv": (None, None),
        "purchase_order_lines_jan.csv.gz": ("purchase_order_lines", None),
        "purchase_orders_jan.csv": ("purchase_orders", None),
        "suppliers/anything.xlsx": ("suppliers", None),
    }


def test_good_files_load_bad_ones_fail_the_source_and_mended_ones_follow(settings: Settings) -> None:
    drop(settings, "suppliers.csv", SUPPLIER)
    bad = drop(settings, "orders/january.csv", orders_csv(order_line(currency="EURO"), order_line(quantity="x")))
    drop(settings, "promotions.csv", "a;b\n1;2\n")
    with pytest.raises(SourceError) as raised:
        run_source(SOURCE, settings)
    assert "2 files of the inbox were refused (the others are loaded)" in str(raised.value)
    assert "line 2, currency: found 'EURO'" in str(raised.value)
    assert landed(settings, "files", SUPPLIERS).height == 1
    assert landed(settings, "files", ORDERS).height == 0
    written = settings.inbox / "rejected" / "orders__january.csv.reasons.csv"
    assert pl.read_csv(written).select("line", "column").rows()[0] == (2, "currency")
    assert bad.exists()

    bad.write_text(orders_csv(order_line()))
    (settings.inbox / "promotions.csv").unlink()
    report = run_source(SOURCE, settings)
    assert report.rows == {"orders": 1, "loaded_files": 1}
    assert not list(settings.inbox.glob("rejected/*"))
    assert run_source(SOURCE, settings).total_rows == 0
    assert landed(settings, "files", LOADED_FILES)["file_name"].to_list() == ["january.csv", "suppliers.csv"]


def test_a_later_name_replaces_rows_of_an_earlier_one_in_the_same_run(settings: Settings) -> None:
    drop(settings, "suppliers-1.csv", SUPPLIER)
    drop(settings, "suppliers-2.csv", SUPPLIER.replace("Acme", "Acme AG"))
    run_source(SOURCE, settings)
    assert landed(settings, "files", SUPPLIERS)["name"].to_list() == ["Acme AG"]


def test_two_new_files_with_different_currencies_of_a_store(settings: Settings) -> None:
    drop(settings, "orders-1.csv", orders_csv(order_line()))
    drop(settings, "orders-2.csv", orders_csv(order_line(order_id="2", currency="USD")))
    statuses = [report.status for report in scan(settings)]
    assert statuses == [Status.VALID, Status.REJECTED]
    with pytest.raises(SourceError, match=r"orders-2.csv: rejected.*\n.*currency mismatch"):
        run_source(SOURCE, settings)


def test_a_mapping_beside_the_file_is_used_and_its_errors_refuse_the_file(settings: Settings) -> None:
    drop(settings, "suppliers.csv", "Nr,Firma\n7,Acme\n")
    mapping = drop(settings, "suppliers.mapping.sql", SUPPLIER_MAPPING.replace("suppliers", "vendors"))
    assert "line 2: template: unknown template 'vendors'" in "".join(scan(settings)[0].lines())
    mapping.write_text(SUPPLIER_MAPPING)
    assert scan(settings)[0].status is Status.VALID


def test_a_mapping_takes_the_files_that_its_patterns_name(settings: Settings) -> None:
    names = 'template: suppliers\nfile: {names: "Lieferanten*.csv"}'
    drop(settings, "any.mapping.sql", SUPPLIER_MAPPING.replace("template: suppliers", names))
    drop(settings, "Lieferanten_9.csv", "Nr,Firma\n7,Acme\n")
    drop(settings, "Lieferanten_10.csv", "Nr,Firma\n7,Acme AG\n")
    run_source(SOURCE, settings)
    assert landed(settings, "files", SUPPLIERS)["name"].to_list() == ["Acme AG"]


def test_a_document_sent_again_with_a_line_less_is_the_document(settings: Settings) -> None:
    long = orders_csv(order_line(), order_line(line_number="2", sku="LAMP"), order_line(order_id="2"))
    drop(settings, "orders_9.csv", long)
    drop(settings, "orders_10.csv", orders_csv(order_line()))
    run_source(SOURCE, settings)
    assert sorted(landed(settings, "files", ORDERS).select("order_id", "line_number").rows()) == [("1001", 1), ("2", 1)]


def test_an_older_export_that_comes_later_takes_nothing_from_a_newer_one(settings: Settings) -> None:
    drop(settings, "orders_10.csv", orders_csv(order_line(unit_price="5")))
    run_source(SOURCE, settings)
    drop(settings, "orders_9.csv", orders_csv(order_line(), order_line(order_id="2")))
    run_source(SOURCE, settings)
    rows = landed(settings, "files", ORDERS).sort("order_id")
    assert rows.select("order_id", "unit_price").rows() == [("1001", 5), ("2", Decimal("12.5"))]


def test_history_of_another_source_s_table_is_taken_from_the_inbox_too(settings: Settings) -> None:
    drop(settings, "census_retail.csv", template_csv("census_retail") + "mrts,2022-01,44000,SM,no,no,100,\n")
    drop(settings, "suppliers.csv", SUPPLIER)
    run_source(SOURCE, settings)
    assert landed(settings, "census", EITS_RETAIL)["cell_value"].to_list() == ["100"]
    assert run_source(SOURCE, settings).total_rows == 0


def test_the_inbox_may_be_absent_or_switched_off(settings: Settings) -> None:
    settings.inbox.rmdir()
    assert run_source(SOURCE, settings).total_rows == 0
    drop(settings, "suppliers.csv", "broken")
    off = Settings(home=settings.home, as_of=settings.as_of, scan_inbox=False)
    assert run_source(SOURCE, off).total_rows == 0
