"""CSV text: encodings, delimiters, the line of every record, and structure that is refused instead of guessed."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.sources.files.delimited import LINE, Layout, UnreadableFileError, decode, parse_csv, sniff_delimiter

CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], include_characters='",;\n\t|'), max_size=12
).map(lambda text: text.replace("\x01", ""))


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8), st.sampled_from([",", ";", "\t", "|"]))
def test_whatever_a_spreadsheet_writes_is_read_back(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *rows])
    read = parse_csv(written.getvalue(), Layout(delimiter)).frame
    assert [row[:3] for row in read.rows()] == rows


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_every_record_knows_the_line_it_starts_on(breaks: list[int]) -> None:
    """Line breaks inside a quoted cell and blank lines between records move the records after them."""
    text, expected, line = "a,b\n", [], 2
    for count in breaks:
        text += '1,"' + "x\n" * count + 'y"\n\n'
        expected.append(line)
        line += count + 2
    assert parse_csv(text, Layout()).frame[LINE].to_list() == expected


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(delimiter: str) -> None:
    assert sniff_delimiter(delimiter.join(["id", '"name, or; other"', "price"])) == delimiter


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("größe".encode(), "größe"),
        ("größe".encode("utf-8-sig"), "größe"),
        ("größe £".encode("cp1252"), "größe £"),
        ("größe".encode("utf-16"), "größe"),
    ],
)
def test_encodings_are_found_out(content: bytes, text: str) -> None:
    assert decode(content, None) == text


def test_bytes_of_no_known_encoding_are_named_with_their_line() -> None:
    with pytest.raises(UnreadableFileError, match="line 2: found 'byte 0x81'"):
        decode(b"a\n\x81\xff", None)


def test_windows_line_ends_and_a_missing_last_one() -> None:
    assert parse_csv("a,b\r\n1,2\r\n3,4", Layout()).frame.rows() == [("1", "2", 2), ("3", "4", 3)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: expected a header line"),
        ("\n\n", "line 1: expected a header line"),
        ("a,b\n1\n1,2\n1,2,3\n", "line 2: found '1 fields', expected 2 fields.*line 4: found '3 fields'"),
        ('a,b\n1,5" nail\n', "line 2: .* double quotes only around a whole field"),
        ("a,,c\n1,2,3\n", "nothing in column 2"),
        ("a,b,a\n1,2,3\n", "expected every column name once"),
    ],
)
def test_broken_structure_is_refused_with_every_line(text: str, message: str) -> None:
    with pytest.raises(UnreadableFileError, match=message):
        parse_csv(text, Layout())


def test_an_empty_quoted_cell_and_an_empty_one() -> None:
    assert isinstance(read := parse_csv('a,b\n"",\n', Layout()).frame, pl.DataFrame)
    assert read.rows()[0][0] in (None, "")
