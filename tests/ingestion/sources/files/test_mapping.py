"""The mapping language: what it does to rows, and how it names its own errors."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ingestion.sources.files.mapping import MappingError, find_mapping, read_mapping, shipped_mappings
from tests.support.files import check, reasons

RECEIPTS = """\
template: purchase_order_receipts
columns:
  receipt_id: Beleg
  purchase_order_id: {from: Bestellung, extract: '^PO-(\\d+)$'}
  line_number: {number_within: Beleg}
  received_at: {from: Datum, date_format: "%d.%m.%Y %H:%M"}
  received_quantity: {from: Menge, sign: [{when: {Art: "^Storno$"}, be: flipped}, {otherwise: kept}]}
"""
RECEIPT_FILE = (
    "Beleg;Bestellung;Datum;Menge;Art\nB1;PO-7;01.02.2026 09:00;5;Zugang\nB1;PO-8;01.02.2026 09:00;-3;Storno\n"
)


def written(folder: Path, text: str) -> Path:
    path = folder / "file.mapping.yml"
    path.write_text(text)
    return path


def test_rename_extract_number_date_and_sign(tmp_path: Path) -> None:
    validated = check(RECEIPT_FILE, "purchase_order_receipts", written(tmp_path, RECEIPTS))
    assert not validated.reasons, list(validated.reasons.lines())
    rows = pl.DataFrame(validated.rows)
    assert rows.select("receipt_id", "purchase_order_id", "line_number", "received_quantity").rows() == [
        ("B1", "7", 1, 5),
        ("B1", "8", 2, 3),
    ]
    assert rows["received_at"].dt.to_string("%Y-%m-%d %H:%M").unique().to_list() == ["2026-02-01 09:00"]


def test_a_prefix_sets_the_numbers_of_two_systems_apart(tmp_path: Path) -> None:
    mapping = written(
        tmp_path,
        """\
template: landed_costs
columns:
  landed_cost_id: {from: id, prefix: "EU-"}
  purchase_order_id: {from: order, extract: '^No (\\d+)$', prefix: "EU-"}
  cost_type: {constant: freight}
  amount: amount
  currency: {constant: EUR}
  incurred_on: {from: day, prefix: "2026-"}
""",
    )
    validated = check("id,order,amount,day\nF1,No 7,12.50,02-01\nF2,No 8,1,\n", "landed_costs", mapping)
    assert not validated.reasons, list(validated.reasons.lines())
    rows = pl.DataFrame(validated.rows)
    assert rows.select("landed_cost_id", "purchase_order_id", "incurred_on").rows() == [
        ("EU-F1", "EU-7", date(2026, 2, 1)),
        ("EU-F2", "EU-8", None),
    ]


@pytest.mark.parametrize(
    ("sign", "result"), [("negative", [-5, -3]), ("positive", [5, 3]), ("flipped", [-5, 3]), ("kept", [5, -3])]
)
def test_signs(tmp_path: Path, sign: str, result: list[int]) -> None:
    mapping = written(
        tmp_path,
        f"""\
template: stock_counts
columns:
  count_id: Beleg
  store_id: {{constant: berlin}}
  location: {{constant: Berlin}}
  sku: Bestellung
  counted_at: {{constant: 2026-02-01}}
  counted_quantity: {{constant: 1}}
  system_quantity: {{from: Menge, sign: [{{otherwise: {sign}}}]}}
ignore: [Datum, Art]
""",
    )
    validated = check(RECEIPT_FILE, "stock_counts", mapping)
    assert pl.DataFrame(validated.rows)["system_quantity"].to_list() == result


def test_the_first_rule_that_matches_wins_and_a_row_without_one_refuses_the_file(tmp_path: Path) -> None:
    mapping = written(
        tmp_path,
        """\
template: suppliers
columns:
  supplier_id: id
  name:
    rules:
      - {when: {kind: "^A"}, value: first}
      - {when: {kind: "^AB"}, value: never reached}
      - {when: {kind: "^B", note: "^$"}, value: blank note}
      - {when: {kind: "^B"}, from: note}
""",
    )
    good = check("id,kind,note\n1,AB,\n2,B,\n3,B,hello\n", "suppliers", mapping)
    assert pl.DataFrame(good.rows)["name"].to_list() == ["first", "blank note", "hello"]
    bad = check("id,kind,note\n1,AB,\n2,C,x\n", "suppliers", mapping)
    assert (3, "name", "kind=C, note=x") in reasons(bad)
    assert "line 5 of the mapping" in next(bad.reasons.lines())


def test_a_pattern_that_finds_nothing_is_a_finding(tmp_path: Path) -> None:
    bad = check(RECEIPT_FILE.replace("PO-8", "8"), "purchase_order_receipts", written(tmp_path, RECEIPTS))
    assert reasons(bad)[0] == (3, "purchase_order_id", "8")


def test_decimal_comma_and_null_values(tmp_path: Path) -> None:
    mapping = written(
        tmp_path,
        """\
template: competitor_prices
file: {decimal: ",", thousands: ".", null_values: ["k.A."]}
columns: {competitor: Wer, sku: Artikel, observed_on: Tag, price: Preis, currency: {constant: EUR}, url: Link}
""",
    )
    validated = check("Wer;Artikel;Tag;Preis;Link\nX;M1;2026-01-02;1.234,50;k.A.\n", "competitor_prices", mapping)
    row = pl.DataFrame(validated.rows).row(0, named=True)
    assert (str(row["price"]), row["url"]) == ("1234.500000", None)


def test_a_column_the_file_lacks_and_one_the_mapping_does_not_name(tmp_path: Path) -> None:
    file = RECEIPT_FILE.replace("Menge", "Anzahl")
    validated = check(file, "purchase_order_receipts", written(tmp_path, RECEIPTS))
    assert reasons(validated) == [(None, "Menge", None), (None, "Anzahl", None)]
    assert "file.mapping.yml, line 7" in next(validated.reasons.lines())


def test_unknown_columns_are_skipped_only_on_request(tmp_path: Path) -> None:
    mapping = written(tmp_path, RECEIPTS + "unknown_columns: skip\n")
    file = RECEIPT_FILE.replace(";Art\n", ";Art;Lager\n").replace("Zugang", "Zugang;N").replace("Storno", "Storno;S")
    assert not check(file, "purchase_order_receipts", mapping).reasons


def test_what_the_mapping_declares_is_held_against_every_row(tmp_path: Path) -> None:
    mapping = written(tmp_path, RECEIPTS + "expect: {Art: Zugang}\n")
    validated = check(RECEIPT_FILE, "purchase_order_receipts", mapping)
    assert reasons(validated) == [(3, "Art", "Storno")]
    assert "as the mapping declares in line 8" in next(validated.reasons.lines())


def test_a_wrong_constant_is_told_once(tmp_path: Path) -> None:
    mapping = written(
        tmp_path,
        """\
template: competitor_prices
columns: {competitor: Wer, sku: Artikel, observed_on: Tag, price: Preis, currency: {constant: EURO}}
""",
    )
    validated = check("Wer,Artikel,Tag,Preis\nX,M1,2026-01-02,1\nX,M2,2026-01-02,1\n", "competitor_prices", mapping)
    assert [line for line in validated.reasons.lines()] == [
        "file, currency: found 'EURO', expected in the mapping: a currency code of ISO 4217, e.g. EUR"
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the file is empty"),
        ("template: [", 1, "not YAML"),
        ("template: orderz\ncolumns: {}\n", 1, "unknown template 'orderz'; expected one of orders, products"),
        ("template: suppliers\n", 1, "missing columns"),
        ("template: suppliers\ncolumnz: {}\ncolumns: {}\n", 2, "unknown key 'columnz'"),
        ("template: suppliers\ncolumns:\n  supplier_id: a\n  nam: b\n", 4, "has no column 'nam'; it has supplier_id"),
        ("template: suppliers\ncolumns:\n  supplier_id: a\n", 3, "needs name"),
        ("template: suppliers\ncolumns:\n  name: a\n  name: b\n", 4, "'name' stands here twice"),
        ("template: suppliers\ncolumns:\n  name: {from: a, constant: b}\n", 3, "exactly one of from, constant"),
        ("template: suppliers\ncolumns:\n  name: {extract: '(a)'}\n", 3, "exactly one of from, constant"),
        ("template: suppliers\ncolumns:\n  name: {from: a, extract: '(a'}\n", 3, "not a regular expression"),
        ("template: suppliers\ncolumns:\n  name: {from: a, extract: '(?:a)'}\n", 3, "needs a group"),
        ("template: suppliers\ncolumns:\n  name: {from: a, sign: [{otherwise: up}]}\n", 3, "not 'up'"),
        ("template: suppliers\ncolumns:\n  name: {rules: []}\n", 3, "at least one rule"),
        (
            "template: suppliers\ncolumns:\n  name: {rules: [{otherwise: a}, {when: {x: y}, value: b}]}\n",
            3,
            "last rule",
        ),
        ("template: suppliers\ncolumns:\n  name: {rules: [{when: {x: y}}]}\n", 3, "'value' and 'from'"),
        ("template: suppliers\nfile: {decimal: '.', thousands: '.'}\ncolumns: {}\n", 2, "different characters"),
        ("template: suppliers\nunknown_columns: keep\ncolumns: {}\n", 2, "one of deny, skip, not 'keep'"),
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


def test_shipped_mappings_are_found_by_name_and_read() -> None:
    assert {"online_retail", "census_mrts"} <= set(shipped_mappings())
    for name in shipped_mappings():
        assert find_mapping(name).columns
    with pytest.raises(FileNotFoundError, match="none ships under that name"):
        find_mapping("no-such-mapping")
