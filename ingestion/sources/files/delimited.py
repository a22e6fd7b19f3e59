"""CSV text to rows: encoding and delimiter found out, every record with the line it starts on.

CSV as in RFC 4180: a field that holds the delimiter, a quote or a line break is in double quotes, quotes inside are
doubled. Ragged records and stray quotes are findings, because a parser's guess would shift cells silently.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from ingestion.sources.files.reasons import REASON_SCHEMA, Reasons

DELIMITERS = (",", ";", "\t", "|")
LINE = "_row_number"
FILE = "_file_name"
"""Column with the file of a row, where an import has several."""
_NEVER_IN_TEXT = "\x01"
UPPER = 30
"""A title above the header is not longer."""
_NO_TEXT = (
    (b"pk\x03\x04", "a workbook or an archive: name a workbook .xlsx, unpack an archive"),
    (b"\xd0\xcf\x11\xe0", "an old binary workbook (.xls): save it as .xlsx"),
    (b"\x1f\x8b", "compressed: name it .gz"),
    (b"%pdf", "a PDF: export the table itself"),
    (b"<!doctype html", "a web page, perhaps of a session that had expired: download the export again"),
    (b"<html", "a web page: open it in a spreadsheet and save it as .xlsx"),
    (b"<?xml", "XML: export it as CSV or .xlsx"),
)
"""How files begin that are often named as text, and what helps."""
_QUOTING = (
    'double quotes only around a whole field, quotes inside it doubled (""); where a quote is a character as any '
    "other, say quote: none in a mapping"
)


class UnreadableFileError(Exception):
    """The file cannot be read as rows at all; ``reasons`` says why."""

    def __init__(self, reasons: Reasons) -> None:
        self.reasons = reasons
        super().__init__("; ".join(reasons.lines()))


def decode(content: bytes, encoding: str | None) -> str:
    """Bytes to text.

    Args:
        content: the file.
        encoding: a Python codec name; None: the byte order mark if there is one, else UTF-16 where every other byte of
            the beginning is zero, else UTF-8, else Windows-1252.

    Raises:
        UnreadableFileError: the bytes are not text in that encoding, or of a file that is no text at all.
    """
    if encoding is not None:
        return _decode_as(content, encoding)
    if told := next((told for start, told in _NO_TEXT if content[:400].lstrip().lower().startswith(start)), None):
        raise UnreadableFileError(Reasons.one(f"text; the file is {told}", line=1))
    if content.startswith(codecs.BOM_UTF8):
        return _decode_as(content, "utf-8-sig")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode_as(content, "utf-16")
    for zeros, name in ((content[1:64:2], "utf-16-le"), (content[0:64:2], "utf-16-be")):
        if zeros and not any(zeros):
            return _decode_as(content, name)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_as(content, "cp1252")


def _decode_as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except LookupError:
        raise UnreadableFileError(Reasons.one(f"a known text encoding, not {encoding!r}")) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = content[error.start : error.start + 1].hex()
        raise UnreadableFileError(Reasons.one(f"text in {encoding}", line=line, value=f"byte 0x{found}")) from None


def sniff_delimiter(header: str) -> str:
    """The delimiter that divides the header into most fields; a comma where none does."""
    unquoted = re.sub(r'"[^"]*"', "", header)
    return max(DELIMITERS, key=unquoted.count)


@dataclass(frozen=True)
class Layout:
    """How CSV text is laid out, where it cannot tell itself.

    Attributes:
        delimiter: one character; None: found out from a ``sep=`` line or the header.
        quoted: whether double quotes enclose cells; else a quote is a character as any other.
        header: line of the header; None: found out.
        left_out: pattern of lines that are not rows (a title, a sum below); empty: none.
        wanted: names that the header holds (lower case, blanks as ``_``): the first of the upper lines that holds all
            of them is the header; empty: the first line is.
    """

    delimiter: str | None = None
    quoted: bool = True
    header: int | None = None
    left_out: str = ""
    wanted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Parsed:
    """CSV text as rows.

    Attributes:
        frame: the file's columns (text, null where empty), then ``_row_number``: the line on which the record starts.
        delimiter: that divides its cells.
        notes: what was left out, as sentences.
    """

    frame: pl.DataFrame
    delimiter: str
    notes: tuple[str, ...]


def plain_name(name: str | None) -> str:
    """A column's name as names are compared: case, blanks and hyphens aside."""
    return re.sub(r"[\s-]+", "_", (name or "").strip().lower())


def header_position(rows: Sequence[Sequence[str | None]], lines: Sequence[int], layout: Layout) -> int:
    """Which of the upper rows is the header.

    Args:
        rows: cells of the upper rows.
        lines: their lines in the file.
        layout: says it, or what the header holds.

    Raises:
        UnreadableFileError: no row stands on the line that is stated.
    """
    if layout.header is not None:
        if layout.header not in lines:
            raise UnreadableFileError(Reasons.one("the header, as the mapping states (header:)", line=layout.header))
        return lines.index(layout.header)
    if layout.wanted:
        for position, row in enumerate(rows):
            if layout.wanted <= {plain_name(cell) for cell in row}:
                return position
    return 0


def parse_csv(text: str, layout: Layout) -> Parsed:
    """Rows of CSV text, every cell as text, blank lines left out.

    Args:
        text: the whole file.
        layout: how it is laid out.

    Raises:
        UnreadableFileError: no header, a repeated column name, ragged records or stray quotes; all of them are told.
    """
    records = _records(text, layout.quoted)
    notes = []
    stated = re.fullmatch(r'"?sep=(.)"?', records.item(0, "record").strip()) if records.height else None
    if stated:
        notes.append("line 1 (sep=) is not a row: it names the delimiter")
        records = records.slice(1)
    is_out = pl.col("record").str.contains(layout.left_out) if layout.left_out else pl.lit(False)
    if gone := records.filter(is_out)[LINE].to_list():
        notes.append(f"{line_list(gone)} left out: like {layout.left_out}")
        records = records.filter(~is_out)
    if records.is_empty():
        raise UnreadableFileError(Reasons.one("a header line with column names; the file is empty", line=1))
    separator = layout.delimiter or (stated.group(1) if stated else None)
    records, separator, above = _from_header(records, separator, layout)
    if above:
        notes.append(f"{line_list(above)} above the header, left out")
    structure = _structure(records, separator, layout.quoted)
    if structure:
        raise UnreadableFileError(structure)
    cells = _cells(records["record"], separator, layout.quoted)
    if _ends_in_nothing(cells):
        notes.append("the delimiter at the end of every line opens no column")
    while _ends_in_nothing(cells):
        cells = cells.drop(cells.columns[-1])
    names = header_names(list(cells.row(0)), records.item(0, LINE))
    lines = records[LINE].slice(1)
    frame = cells.slice(1).rename(dict(zip(cells.columns, names, strict=True))).with_columns(lines.alias(LINE))
    return Parsed(frame, separator, tuple(notes))


def line_list(numbers: Sequence[int]) -> str:
    """Line numbers for people: the first ten."""
    shown = ", ".join(str(number) for number in numbers[:10])
    return f"line{'s' if len(numbers) > 1 else ''} {shown}" + (", ..." if len(numbers) > 10 else "")


def _from_header(records: pl.DataFrame, separator: str | None, layout: Layout) -> tuple[pl.DataFrame, str, list[int]]:
    """The records from the header on, the delimiter, and the lines that stand above."""
    upper = records.head(UPPER)
    lines = upper[LINE].to_list()
    if layout.header is None and not layout.wanted:
        return records, separator or sniff_delimiter(records.item(0, "record")), []
    split = [
        list(_cells(pl.Series([record]), separator or sniff_delimiter(record), layout.quoted).row(0))
        for record in upper["record"]
    ]
    position = header_position(split, lines, layout)
    header = records.item(position, "record")
    return records.slice(position), separator or sniff_delimiter(header), lines[:position]


def _cells(records: pl.Series, separator: str, quoted: bool) -> pl.DataFrame:
    joined = "\n".join(records)
    return pl.read_csv(
        io.BytesIO(joined.encode()),
        has_header=False,
        infer_schema=False,
        separator=separator,
        quote_char='"' if quoted else None,
    )


def _ends_in_nothing(cells: pl.DataFrame) -> bool:
    """Whether the last column has neither a name nor a value: each line ends in a delimiter."""
    last = cells.to_series(cells.width - 1)
    return cells.width > 1 and bool((last.is_null() | (last.str.strip_chars() == "")).all())


def header_names(cells: list[str | None], line: int) -> list[str]:
    """Column names of a header row.

    Raises:
        UnreadableFileError: a column without a name, or two with the same.
    """
    names = [(cell or "").strip() for cell in cells]
    problems = [
        Reasons.one("a column name", line=line, value=f"nothing in column {position}")
        for position, name in enumerate(names, start=1)
        if not name
    ]
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    problems += [Reasons.one("every column name once", line=line, column=name, value=name) for name in repeated]
    if problems:
        raise UnreadableFileError(Reasons.all_of(problems))
    return names


def _records(text: str, quoted: bool) -> pl.DataFrame:
    """Records (``record``) with their first line (``_row_number``): lines joined while a quoted field is open."""
    if not text.strip():
        return pl.DataFrame(schema={"record": pl.String, LINE: pl.Int64})
    lines = pl.read_csv(
        io.BytesIO(text.replace("\r\n", "\n").replace("\r", "\n").encode()),
        has_header=False,
        infer_schema=False,
        separator=_NEVER_IN_TEXT,
        quote_char=None,
        new_columns=["record"],
        truncate_ragged_lines=True,
    ).with_row_index(LINE, offset=1)
    lines = lines.with_columns(pl.col(LINE).cast(pl.Int64), pl.col("record").fill_null(""))
    if quoted and '"' in text:
        quotes = pl.col("record").str.count_matches('"', literal=True).cast(pl.Int64)
        starts = (quotes.cum_sum().shift(1, fill_value=0) % 2) == 0
        numbered = lines.with_columns(starts.alias("_starts"))
        if not numbered["_starts"].all():
            lines = numbered.group_by(pl.col("_starts").cum_sum().alias("_record"), maintain_order=True).agg(
                pl.col(LINE).first(), pl.col("record").str.join("\n")
            )
    return lines.filter(pl.col("record").str.strip_chars() != "").select("record", LINE)


def _structure(records: pl.DataFrame, separator: str, quoted: bool) -> Reasons:
    """Records with stray quotes, or with more or fewer fields than the header."""
    mark = re.escape(separator)
    enclosed = rf'(^|{mark})"(?:[^"]|"")*"' if quoted else _NEVER_IN_TEXT
    bare = records.with_columns(pl.col("record").str.replace_all(enclosed, "$1").alias("bare"))
    stray = pl.col("bare").str.contains('"', literal=True) if quoted else pl.lit(False)
    fields = pl.col("bare").str.count_matches(separator, literal=True).cast(pl.Int64) + 1
    width = bare.select(fields.first()).item()
    counted = bare.with_columns(fields.alias("fields"), stray.alias("stray")).filter(
        pl.col("stray") | (pl.col("fields") != width)
    )
    expected = (
        pl.when("stray")
        .then(pl.lit(_QUOTING))
        .otherwise(pl.lit(f"{width} fields, as in the header; check the delimiter {separator!r} and quoting"))
    )
    value = pl.when("stray").then(pl.col("record").str.head(120)).otherwise(pl.format("{} fields", "fields"))
    found = counted.select(
        file=pl.lit(None, pl.String),
        line=pl.col(LINE),
        column=pl.lit(None, pl.String),
        source_column=pl.lit(None, pl.String),
        value=value,
        expected=expected,
    )
    return Reasons(found.match_to_schema(REASON_SCHEMA)) if found.height else Reasons.none()
