"""Templates as people meet them: the listing, the empty file, and what each refuses."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from ingestion.sources.files.tables import TEMPLATES as TEMPLATE_TABLES
from ingestion.sources.files.templates import (
    TEMPLATES,
    Rule,
    Template,
    UnknownTemplateError,
    describe_template,
    template,
    template_csv,
)
from tests.support.files import ORDERS_HEADER, check, order_line, orders_csv, reasons


def test_every_template_table_has_a_template_and_census_history_one_more() -> None:
    assert [t.name for t in TEMPLATE_TABLES] + ["census_retail"] == list(TEMPLATES)


@pytest.mark.parametrize("name", list(TEMPLATES))
def test_the_listing_and_the_empty_file_agree(name: str) -> None:
    described = describe_template(name)
    header = next(csv.reader([template_csv(name)]))
    assert [row.column for row in described] == header
    assert {row.column for row in described if row.is_key} == set(template(name).table.key)
    assert all("required" in row.rule for row in described if row.is_key)
    assert all(row.type for row in described)


@pytest.mark.parametrize("name", list(TEMPLATES))
def test_the_empty_file_is_refused_as_empty_and_for_nothing_else(name: str) -> None:
    assert [line for line in check(template_csv(name), name).reasons.lines()] == [
        "file: expected at least one row below the header"
    ]


def test_an_unknown_template_is_told_which_there_are() -> None:
    with pytest.raises(UnknownTemplateError, match="no template 'ordres'; there are: orders, payments"):
        describe_template("ordres")


def test_rules_for_columns_that_do_not_exist_are_programming_errors() -> None:
    with pytest.raises(ValueError, match="rules for columns that the table lacks"):
        Template(TEMPLATE_TABLES[0], rules={"nothing": Rule()})


def test_a_good_file_lands_in_the_contract_with_defaults_and_line_numbers() -> None:
    validated = check(orders_csv(order_line(), order_line(line_number="2", sku="MUG-2")), "orders")
    assert not validated.reasons, list(validated.reasons.lines())
    assert validated.rows.schema == template("orders").table.schema
    rows = pl.DataFrame(validated.rows)
    assert rows["_row_number"].to_list() == [2, 3]
    assert rows["line_discount_amount"].to_list() == [0, 0]
    assert rows["prices_include_tax"].to_list() == [False, False]


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"ordered_at": "2011-02-30 10:00"}, "ordered_at"),
        ({"ordered_at": "0211-02-20 10:00"}, "ordered_at"),
        ({"ordered_at": "2026-03-29 02:30"}, "ordered_at"),
        ({"timezone": "Berlin"}, "timezone"),
        ({"entry_type": "Sale"}, "entry_type"),
        ({"line_type": ""}, "line_type"),
        ({"line_number": "0"}, "line_number"),
        ({"quantity": "two"}, "quantity"),
        ({"quantity": "99999999999999999999"}, "quantity"),
        ({"quantity": "20260302"}, "quantity"),
        ({"quantity": "9000000", "unit_price": "20000"}, "quantity"),
        ({"unit_price": "4006381333931"}, "unit_price"),
        ({"line_number": "10000000"}, "line_number"),
        ({"ordered_at": "2026-11-22 10:00"}, "ordered_at"),
        ({"unit_price": "12.50 EUR"}, "unit_price"),
        ({"unit_price": "1" * 30}, "unit_price"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"order_id": ""}, "order_id"),
    ],
)
def test_one_wrong_cell_is_named_with_line_column_and_value(changed: dict[str, str], column: str) -> None:
    good = [order_line(order_id=str(n)) for n in range(3)]
    validated = check(orders_csv(*good, order_line(**changed)), "orders")
    assert reasons(validated) == [(5, column, changed[column] or None)]


def test_all_findings_are_told_sorted_by_line() -> None:
    file = orders_csv(
        order_line(currency="EURO", quantity="x"), order_line(order_id="2"), order_line(order_id="3", unit_price="-")
    )
    assert [(line, column) for line, column, _ in reasons(check(file, "orders"))] == [
        (2, "quantity"),
        (2, "currency"),
        (4, "unit_price"),
    ]


def test_a_repeated_key_names_the_line_that_has_it() -> None:
    validated = check(orders_csv(order_line(), order_line(sku="OTHER")), "orders")
    [line] = validated.reasons.lines()
    assert line == (
        "line 3, store_id, order_id, line_number: found 'north, 1001, 1', "
        "expected a key (store_id, order_id, line_number) of its own; line 2 has the same"
    )


def test_a_store_has_one_currency_within_a_file_and_with_what_is_stored() -> None:
    mixed = check(orders_csv(order_line(), order_line(order_id="2", currency="USD")), "orders")
    assert reasons(mixed) == [(3, "currency", "USD")]
    assert "EUR, as in line 2" in next(mixed.reasons.lines())
    other_store = orders_csv(order_line(), order_line(store_id="us", currency="USD"))
    assert not check(other_store, "orders").reasons
    stored = check(other_store, "orders", north="EUR", us="CAD")
    assert reasons(stored) == [(3, "currency", "USD")]
    assert "currency mismatch" in next(stored.reasons.lines())


@pytest.mark.parametrize(
    ("name", "line", "column"),
    [
        ("promotions", "P,north,Sale,percentage,,1.5,,,2026-01-01,", "discount_rate"),
        ("promotions", "P,north,Sale,percentage,,0.5,,,2026-02-01,2026-01-01", "ends_on"),
        ("exchange_rates", "EUR,USD,2026-01-01,0", "rate"),
        ("purchase_order_receipts", "R,PO,1,2026-01-01,5,6", "rejected_quantity"),
        ("competitor_prices", "X,M1,2026-01-01,-1,EUR,,", "price"),
        ("season_budgets", "S,marketing,,100,EUR", "subcategory"),
        ("census_retail", "mrts,2026-13,44000,SM,no,no,100,", "month"),
        ("census_retail", "mrts,2026-12,44000,SM,no,no,n/a,", "cell_value"),
    ],
)
def test_rules_across_columns_and_of_single_templates(name: str, line: str, column: str) -> None:
    assert [found for _, found, _ in reasons(check(template_csv(name) + line + "\n", name))] == [column]


def test_headers_are_matched_whatever_their_case_and_blanks() -> None:
    file = orders_csv(order_line()).replace(ORDERS_HEADER, ORDERS_HEADER.title().replace("_", " "))
    assert not check(file, "orders").reasons


def test_unknown_and_missing_columns_are_both_told() -> None:
    file = orders_csv(order_line()).replace("quantity", "qty")
    assert reasons(check(file, "orders")) == [(None, "qty", None), (None, "quantity", None)]


@pytest.mark.parametrize("bom", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_not_part_of_the_first_column(bom: str) -> None:
    assert not check(orders_csv(order_line()).encode(bom), "orders").reasons


def test_a_semicolon_file_with_decimal_commas_says_what_to_put_into_a_mapping() -> None:
    file = orders_csv(order_line()).replace(",", ";").replace("12.50", "12,50")
    assert "decimal: ','" in next(check(file, "orders").reasons.lines())


def test_reasons_are_capped_in_print_and_whole_in_the_file(tmp_path: Path) -> None:
    lines = [order_line(order_id=str(n), quantity="x") for n in range(200)]
    found = check(orders_csv(*lines), "orders").reasons
    printed = list(found.lines(limit=5))
    assert len(printed) == 6 and printed[-1] == "... and 195 more: 200 findings in all"
    found.write(tmp_path / "orders.csv.reasons.csv")
    assert pl.read_csv(tmp_path / "orders.csv.reasons.csv").height == 200
