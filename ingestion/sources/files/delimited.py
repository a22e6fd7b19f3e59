"""CSV text to rows: encoding and delimiter found out, every record with the line it starts on.

CSV as in RFC 4180: a field that holds the delimiter, a quote or a line break is in double quotes, quotes inside are
doubled. Ragged records and stray quotes are findings, because a parser's guess would shift cells silently.
"""

from __future__ import annotations

import codecs
import io
import re

import polars as pl

from ingestion.sources.files.reasons import REASON_SCHEMA, Reasons

DELIMITERS = (",", ";", "\t", "|")
LINE = "_row_number"
_NEVER_IN_TEXT = "\x01"


class UnreadableFileError(Exception):
    """The file cannot be read as rows at all; ``reasons`` says why."""

    def __init__(self, reasons: Reasons) -> None:
        self.reasons = reasons
        super().__init__("; ".join(reasons.lines()))


def decode(content: bytes, encoding: str | None) -> str:
    """Bytes to text.

    Args:
        content: the file.
        encoding: a Python codec name; None: the byte order mark if there is one, else UTF-8, else Windows-1252.

    Raises:
        UnreadableFileError: the bytes are not text in that encoding.
    """
    if encoding is not None:
        return _decode_as(content, encoding)
    if content.startswith(codecs.BOM_UTF8):
        return _decode_as(content, "utf-8-sig")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode_as(content, "utf-16")
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


def parse_csv(text: str, delimiter: str | None) -> pl.DataFrame:
    """Rows of CSV text, every cell as text, blank lines left out.

    Args:
        text: the whole file.
        delimiter: one character; None: found out from the header.

    Returns:
        The file's columns (text, null where empty), then ``_row_number``: the line on which the record starts.

    Raises:
        UnreadableFileError: no header, a repeated column name, ragged records or stray quotes; all of them are told.
    """
    records = _records(text)
    if records.is_empty():
        raise UnreadableFileError(Reasons.one("a header line with column names; the file is empty", line=1))
    header = records.item(0, "record")
    separator = delimiter or sniff_delimiter(header)
    structure = _structure(records, separator)
    if structure:
        raise UnreadableFileError(structure)
    joined = "\n".join(records["record"])
    cells = pl.read_csv(io.BytesIO(joined.encode()), has_header=False, infer_schema=False, separator=separator)
    names = header_names(list(cells.row(0)), records.item(0, LINE))
    lines = records[LINE].slice(1)
    return cells.slice(1).rename(dict(zip(cells.columns, names, strict=True))).with_columns(lines.alias(LINE))


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


def _records(text: str) -> pl.DataFrame:
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
    if '"' in text:
        quotes = pl.col("record").str.count_matches('"', literal=True).cast(pl.Int64)
        starts = (quotes.cum_sum().shift(1, fill_value=0) % 2) == 0
        numbered = lines.with_columns(starts.alias("_starts"))
        if not numbered["_starts"].all():
            lines = numbered.group_by(pl.col("_starts").cum_sum().alias("_record"), maintain_order=True).agg(
                pl.col(LINE).first(), pl.col("record").str.join("\n")
            )
    return lines.filter(pl.col("record").str.strip_chars() != "").select("record", LINE)


def _structure(records: pl.DataFrame, separator: str) -> Reasons:
    """Records with stray quotes, or with more or fewer fields than the header."""
    mark = re.escape(separator)
    quoted = rf'(^|{mark})"(?:[^"]|"")*"'
    bare = records.with_columns(pl.col("record").str.replace_all(quoted, "$1").alias("bare"))
    stray = pl.col("bare").str.contains('"', literal=True)
    fields = pl.col("bare").str.count_matches(separator, literal=True).cast(pl.Int64) + 1
    width = bare.select(fields.first()).item()
    counted = bare.with_columns(fields.alias("fields"), stray.alias("stray")).filter(
        pl.col("stray") | (pl.col("fields") != width)
    )
    expected = (
        pl.when("stray")
        .then(pl.lit('double quotes only around a whole field, quotes inside it doubled ("")'))
        .otherwise(pl.lit(f"{width} fields, as in the header; check the delimiter {separator!r} and quoting"))
    )
    value = pl.when("stray").then(pl.col("record").str.head(120)).otherwise(pl.format("{} fields", "fields"))
    found = counted.select(
        line=pl.col(LINE),
        column=pl.lit(None, pl.String),
        source_column=pl.lit(None, pl.String),
        value=value,
        expected=expected,
    )
    return Reasons(found.match_to_schema(REASON_SCHEMA)) if found.height else Reasons.none()
