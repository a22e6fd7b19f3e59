"""Mappings: what their SQL makes of rows, what it is refused, and how a mapping names its own errors."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ingestion.sources.files.mapping import MappingError, find_mapping, read_mapping, shipped_mappings
from ingestion.sources.files.sandbox import Reading, SandboxError, run_select
from ingestion.sources.files.templates import template
from ingestion.sources.files.validate import validate
from shophouse.settings import PROJECT_ROOT
from tests.support.files import TODAY, check, reasons

RECEIPTS = """\
/*
template: purchase_order_receipts
*/
select
    "Beleg" as receipt_id,
    regexp_extract("Bestellung", '^PO-(\\d+)$', 1) as purchase_order_id,
    row_number() over (partition by "Beleg" order by file_line) as line_number,
    local_time("Datum", '%d.%m.%Y %H:%M') as received_at,
    case "Art" when 'Storno' then -number("Menge") else number("Menge") end as received_quantity,
    file_line
from rows
"""
RECEIPT_FILE = (
    "Beleg;Bestellung;Datum;Menge;Art\nB1;PO-7;01.02.2026 09:00;5;Zugang\nB1;PO-8;01.02.2026 09:00;-3;Storno\n"
)
PRICES = """\
/*
template: competitor_prices
file:
  decimal: ","
  thousands: "."
  null_values: k.A.
*/
select
    "Wer" as competitor, "Artikel" as sku, "Tag" as observed_on, "Preis" as price, 'EUR' as currency, "Link" as url,
    file_line
from rows
"""
SUPPLIERS = "/*\ntemplate: suppliers\n*/\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "file.mapping.sql"
    path.write_text(text)
    return path


def test_what_a_select_yields_are_the_template_s_rows(tmp_path: Path) -> None:
    validated = check(RECEIPT_FILE, "purchase_order_receipts", written(tmp_path, RECEIPTS))
    assert not validated.reasons, list(validated.reasons.lines())
    rows = pl.DataFrame(validated.rows)
    assert rows.select("receipt_id", "purchase_order_id", "line_number", "received_quantity", "_row_number").rows() == [
        ("B1", "7", 1, 5, 2),
        ("B1", "8", 2, 3, 3),
    ]
    assert rows["received_at"].unique().to_list() == [datetime(2026, 2, 1, 9)]


def test_texts_are_read_with_the_marks_of_the_file(tmp_path: Path) -> None:
    file = "Wer;Artikel;Tag;Preis;Link\nX;M1;2026-01-02;1.234,50;k.A.\n"
    row = pl.DataFrame(check(file, "competitor_prices", written(tmp_path, PRICES)).rows).row(0, named=True)
    assert (row["price"], row["url"]) == (Decimal("1234.5"), None)
    summed = PRICES.replace('"Preis" as price', 'number("Preis") / 4 as price')
    row = pl.DataFrame(check(file, "competitor_prices", written(tmp_path, summed)).rows).row(0, named=True)
    assert row["price"] == Decimal("308.625")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.234,50", "1234.5"),
        ("€ 12,50", "12.5"),
        ("12,50 EUR", "12.5"),
        ("(3,00)", "-3"),
        ("3,00-", "-3"),
        ("-3", "-3"),
        ("1\u00a0234,5", "1234.5"),
    ],
)
def test_money_is_read_as_programs_write_it(cell: str, value: str) -> None:
    rows = pl.DataFrame({"v": [cell]})
    table, refused = run_select("select number(v) as v from rows", {"rows": rows}, Reading(",", "."))
    assert (table["v"][0].as_py(), refused.values) == (Decimal(value), {})


@pytest.mark.parametrize("cell", ["", "abc", "1.23,5", "12.50", "5 kg", "-", "1,2,3", "1e3", "9999999999999,5"])
def test_what_number_cannot_read_is_told(cell: str) -> None:
    rows = pl.DataFrame({"v": [cell]})
    table, refused = run_select("select number(v) as v from rows", {"rows": rows}, Reading(",", "."))
    assert table["v"][0].as_py() is None
    assert [value for value, _ in refused.values] == [cell]


def test_an_instant_is_told_in_the_zone_of_the_mapping() -> None:
    rows = pl.DataFrame({"v": ["2025-10-07 09:50:26 +0200", "2025-10-07T23:50Z", "2025-10-07 10:00"]})
    select = "select local_time(v) as v from rows"
    table, refused = run_select(select, {"rows": rows}, Reading(settings={"timezone": "Europe/Paris"}))
    assert table["v"].to_pylist() == [
        datetime(2025, 10, 7, 9, 50, 26),
        datetime(2025, 10, 8, 1, 50),
        datetime(2025, 10, 7, 10),
    ]
    _, refused = run_select(select, {"rows": rows}, Reading())
    assert len(refused.values) == 2


def test_a_day_needs_its_form_unless_it_is_iso() -> None:
    rows = pl.DataFrame({"v": ["2026-04-03", "03/04/2026"]})
    select = "select day(v) as iso, day(v, '%d/%m/%Y') as form from rows"
    table, refused = run_select(select, {"rows": rows}, Reading())
    assert table["iso"].to_pylist() == [date(2026, 4, 3), None]
    assert table["form"].to_pylist() == [None, date(2026, 4, 3)]
    assert [value for value, _ in refused.values] == ["03/04/2026", "2026-04-03"]


def test_what_a_function_cannot_read_is_a_finding_with_line_and_column(tmp_path: Path) -> None:
    file = RECEIPT_FILE.replace("-3", "drei").replace("01.02.2026 09:00;5", "31.02.2026 09:00;5")
    validated = check(file, "purchase_order_receipts", written(tmp_path, RECEIPTS))
    assert reasons(validated) == [(2, "Datum", "31.02.2026 09:00"), (3, "Menge", "drei")]


def test_a_row_that_no_branch_places_says_so(tmp_path: Path) -> None:
    mapping = written(
        tmp_path,
        SUPPLIERS
        + "select id as supplier_id, case kind when 'A' then 'first' else refuse(kind, 'kind A') end as name, "
        "file_line from rows",
    )
    assert not check("id,kind\n1,A\n", "suppliers", mapping).reasons
    bad = check("id,kind\n1,A\n2,C\n3,\n", "suppliers", mapping)
    assert reasons(bad) == [(3, "kind", "C"), (4, "kind", None)]
    assert next(bad.reasons.lines()) == "line 3, kind: found 'C', expected kind A"


def test_rules_of_the_template_name_the_file_s_column(tmp_path: Path) -> None:
    file = "Wer;Artikel;Tag;Preis;Link\nX;M1;2026-01-02;-1;\n"
    [line] = check(file, "competitor_prices", written(tmp_path, PRICES)).reasons.lines()
    assert line == "line 2, price (column 'Preis' of the file): found '-1', expected at least 0"


@pytest.mark.parametrize(
    ("select", "told"),
    [
        ("select nr as supplier_id, a as name, file_line from rows", 'Referenced column "nr" not found'),
        ("select a as supplier_id, a as name from rows", "file_line among the columns of file.mapping.sql"),
        ("select a as supplier_id, file_line from rows", "name among the columns of file.mapping.sql"),
        ("select a as supplier_id, a as name, a as city, file_line from rows", "not 'city'"),
        ("select a as supplier_id, a as name, file_line from rows where a = '9'", "yields none of this file"),
        ("select a as supplier_id, cast(a as int) as name, file_line from rows", "Could not convert string 'x'"),
    ],
)
def test_sql_that_does_not_fit_the_file_refuses_it(tmp_path: Path, select: str, told: str) -> None:
    [line] = check("a,b\nx,1\n", "suppliers", written(tmp_path, SUPPLIERS + select)).reasons.lines()
    assert told in line


@pytest.mark.parametrize(
    "select",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('/*')",
        "select getenv('HOME')",
        "select * from rows, query('attach ''x.duckdb''')",
        "select * from sniff_csv('/etc/passwd')",
    ],
)
def test_sql_reaches_nothing_outside(select: str) -> None:
    with pytest.raises(SandboxError):
        run_select(select, {"rows": pl.DataFrame({"a": ["1"]})}, Reading())


def test_sql_that_does_not_end_is_ended() -> None:
    endless = "with recursive n as (select 1 as i union all select i + 1 from n) select count(*) from n"
    with pytest.raises(SandboxError, match="ends within 1 seconds"):
        run_select(endless, {"rows": pl.DataFrame({"a": ["1"]})}, Reading(), seconds=1)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "expected a comment"),
        ("select 1", 1, "expected a comment"),
        ("/* template: [ */ select 1", 1, "not YAML"),
        ("/*\ntemplate: orderz\n*/\nselect 1", 2, "unknown template 'orderz'; expected one of orders, payments"),
        ("/*\ndescription: x\n*/\nselect 1", 1, "template: Field required"),
        ("/*\ntemplate: suppliers\ncolumns: {}\n*/\nselect 1", 3, "columns: Extra inputs are not permitted"),
        ("/*\ntemplate: suppliers\nfile:\n  quote: single\n*/\nselect 1", 4, "file.quote"),
        ("/*\ntemplate: suppliers\nfile: {decimal: '.', thousands: '.'}\n*/\nselect 1", 3, "different characters"),
        ("/*\ntemplate: suppliers\nfile:\n  leave_out: {a: '(b'}\n*/\nselect 1", 4, "not a regular expression"),
        ("/*\ntemplate: suppliers\nsettings:\n  timezone: Berlin\n*/\nselect 1", 4, "unknown time zone 'Berlin'"),
        ("/*\ntemplate: suppliers\nsettings:\n  shop:\n*/\nselect 1", 4, "say --set shop=..."),
        (
            "/*\ntemplate: suppliers\n*/\nselect setting('shop') from rows",
            1,
            "setting('shop') needs shop under settings:",
        ),
        ("/*\ntemplate: suppliers\nfiles: {a: {}, b: {}}\n*/\nselect 1", 1, "each of several files needs names"),
        ("/*\ntemplate: suppliers\n*/\nselect 1 form rows where", 4, "Parser Error"),
        ("/*\ntemplate: suppliers\n*/\ndrop table rows", 4, "expected one select"),
        ("/*\ntemplate: suppliers\n*/\nselect 1; select 2", 4, "expected one select"),
        ("/*\ntemplate: suppliers\n*/\n", 1, "expected one select"),
    ],
)
def test_errors_of_a_mapping_name_file_line_and_what_is_allowed(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(MappingError) as raised:
        read_mapping(path)
    assert f"{path}, line {line}: " in str(raised.value)
    assert message in str(raised.value)


def test_settings_are_given_or_stand_in_the_mapping(tmp_path: Path) -> None:
    text = "/*\ntemplate: suppliers\nsettings:\n  shop:\n  zone: x\n*/\nselect 1"
    path = written(tmp_path, text)
    assert read_mapping(path, {"shop": "web"}).settings == {"shop": "web", "zone": "x"}
    assert read_mapping(path, {"shop": "web"}).content != read_mapping(path, {"shop": "pos"}).content
    with pytest.raises(MappingError, match="no setting shp; it has shop, zone"):
        read_mapping(path, {"shp": "web"})


def test_shipped_mappings_are_found_by_name() -> None:
    assert {"online_retail", "census_mrts"} <= set(shipped_mappings())
    with pytest.raises(FileNotFoundError, match="none ships under that name"):
        find_mapping("no-such-mapping")


SHOWN = {
    "Datum;Beleg;Art;Artikel;Menge;Umsatz;Notiz\n07.10.2025 10:00;B1;Verkauf;MUG;2;1.234,50;\n": "rows",
    "id,placed\n1,2025-10-07 10:00\n": "orders",
    "order_id,position,sku,quantity,price\n1,1,MUG,2,10\n": "lines",
}


def test_the_mappings_that_the_readme_shows_are_mappings(tmp_path: Path) -> None:
    shown = re.findall(r"```sql\n(.*?)```", (PROJECT_ROOT / "ingestion/sources/files/README.md").read_text(), re.DOTALL)
    whole, joined, as_it_is = (read_mapping(written(tmp_path, text)) for text in shown)
    options = whole.inputs["rows"].options
    assert (options.delimiter, options.header, options.decimal, options.optional) == (";", 3, ",", ("Notiz",))
    file, orders, lines = SHOWN
    one = {"rows": (Path("sales.csv"), b"Report\n\n" + file.encode())}
    two = {"orders": (Path("orders.csv"), orders.encode()), "lines": (Path("order_lines.csv"), lines.encode())}
    for mapping, contents, total in ((whole, one, Decimal("1234.5")), (joined, two, None)):
        validated = validate(contents, template("orders"), mapping, {}, TODAY)
        assert not validated.reasons, list(validated.reasons.lines())
        assert validated.rows["line_total"].to_pylist() == [total]
    assert as_it_is.select == "select * from rows"
