"""Files to rows of text: CSV, XLSX, Parquet and JSONL, plain or gzipped.

Everything downstream sees one shape, a frame of text cells with the line each row came from, so a rule is written
once and a finding can quote what the file holds.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import fastexcel
import polars as pl

from ingestion.sources.files.delimited import (
    LINE,
    UPPER,
    Layout,
    UnreadableFileError,
    decode,
    header_names,
    header_position,
    line_list,
    parse_csv,
)
from ingestion.sources.files.reasons import REASON_SCHEMA, Reasons

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".jsonl", ".ndjson")
_HELPS = {
    ".zip": "; unpack the archive",
    ".xls": "; save the workbook as .xlsx",
    ".xlsb": "; save the workbook as .xlsx",
    ".ods": "; save the workbook as .xlsx",
    ".numbers": "; export it as .xlsx or CSV",
    ".json": "; one JSON object a line is .jsonl",
}
"""What to do about formats that are often dropped."""
_WHOLE_NUMBERS_BELOW = 2.0**53


@dataclass(frozen=True)
class ReadOptions:
    """How a file is read, where it cannot tell itself.

    Attributes:
        delimiter: of CSV; None: found out from a ``sep=`` line or the header.
        encoding: Python codec name; None: byte order mark, else UTF-8, else Windows-1252.
        quoted: whether double quotes enclose cells; else a quote is a character as any other.
        header: line or row of the header; None: found out.
        leave_out_lines: pattern of lines of CSV that are not rows; empty: none.
        leave_out: (column, pattern): rows in which a column's text matches are no rows of data (totals).
        sheet: of a workbook; None: the first.
        decimal: mark between units and decimals in numbers; None: not stated, a point where the file shows it.
        thousands: mark between groups of three digits; empty: none.
        null_values: cells that mean nothing, beside the empty one.
        optional: columns that some editions of the file lack; they are there, empty.
    """

    delimiter: str | None = None
    encoding: str | None = None
    quoted: bool = True
    header: int | None = None
    leave_out_lines: str = ""
    leave_out: tuple[tuple[str, str], ...] = ()
    sheet: str | None = None
    decimal: str | None = None
    thousands: str = ""
    null_values: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """What a file holds.

    Attributes:
        frame: one text column per column of the file, trimmed, empty cells null; and ``_row_number``.
        binary_numbers: numbers came as doubles (workbook, Parquet): digits beyond what the file's author saw are
            rounding noise, not information.
        shows_points: whether a point before three digits can only be a decimal one.
        notes: what was left out, as sentences.
    """

    frame: pl.DataFrame
    binary_numbers: bool
    shows_points: bool = True
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """The file's own columns."""
        return [name for name in self.frame.columns if name != LINE]


def bare_name(path: Path) -> str:
    """The file's name without ``.gz`` and without the suffix of its format."""
    name = path.name[: -len(".gz")] if path.name.lower().endswith(".gz") else path.name
    return Path(name).stem


def file_format(path: Path) -> str:
    """The suffix that tells the format, without ``.gz``: one of ``SUFFIXES``.

    Raises:
        UnreadableFileError: another suffix.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    suffix = next((s for s in reversed(suffixes) if s != ".gz"), "")
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        helps = _HELPS.get(suffix, "")
        raise UnreadableFileError(
            Reasons.one(f"a file name that ends in one of {known}, or that and .gz{helps}", value=path.name)
        )
    return suffix


def read_content(path: Path) -> bytes:
    """The file's bytes, decompressed.

    Raises:
        UnreadableFileError: a compressed file that is cut off or damaged.
        OSError: the file is not there or may not be read.
    """
    content = path.read_bytes()
    if not path.name.lower().endswith(".gz"):
        return content
    try:
        return gzip.decompress(content)
    except EOFError:
        raise UnreadableFileError(
            Reasons.one("the end of the compressed data; the file was cut off in transfer")
        ) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFileError(Reasons.one("a gzip file without damage", value=str(error))) from None


def read_rows(path: Path, content: bytes, options: ReadOptions, wanted: frozenset[str] = frozenset()) -> Rows:
    """Rows of a file.

    Args:
        path: tells the format by its name.
        content: the file's bytes, decompressed.
        options: how to read it.
        wanted: names that tell the header's line, where none is stated.

    Raises:
        UnreadableFileError: the file is not in the format that its name says; all structural findings are told.
    """
    suffix = file_format(path)
    notes: Sequence[str] = ()
    points = suffix not in (".csv", ".tsv", ".txt")
    layout = Layout(options.delimiter, options.quoted, options.header, options.leave_out_lines, wanted)
    if suffix == ".xlsx":
        frame, notes = _read_workbook(content, options.sheet, layout)
    elif suffix == ".parquet":
        frame = _read_parquet(content)
    elif suffix in (".jsonl", ".ndjson"):
        frame = _read_json_lines(decode(content, options.encoding))
    else:
        parsed = parse_csv(decode(content, options.encoding), layout)
        # Who writes decimal commas does not part columns by commas.
        frame, notes, points = parsed.frame, parsed.notes, parsed.delimiter == ","
    trimmed = _trimmed(_completed(frame, options.optional), options.null_values)
    once, repeated = _without_headers(trimmed)
    frame, left_out = _without(once, options.leave_out)
    shows_points = points or options.decimal is not None or bool(options.thousands) or _shows_points(frame)
    return Rows(frame, suffix in (".xlsx", ".parquet"), shows_points, (*notes, *repeated, *left_out))


def _completed(frame: pl.DataFrame, optional: tuple[str, ...]) -> pl.DataFrame:
    absent = [pl.lit(None, pl.String).alias(name) for name in optional if name not in frame.columns]
    return frame.with_columns(absent)


def _without(frame: pl.DataFrame, leave_out: tuple[tuple[str, str], ...]) -> tuple[pl.DataFrame, list[str]]:
    """The rows of data, and what is said of the others."""
    notes = []
    for column, pattern in leave_out:
        if column not in frame.columns:
            raise UnreadableFileError(Reasons.one("the column by which rows are left out (leave_out:)", column=column))
        is_out = pl.col(column).fill_null("").str.contains(pattern)
        gone = frame.filter(is_out)[LINE].to_list()
        if gone:
            notes.append(f"{line_list(gone)} left out: {column} is like {pattern}")
            frame = frame.filter(~is_out)
    return frame, notes


def _without_headers(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Without rows that repeat the header (exports that were put one under the other), and what is said of them."""
    names = [name for name in frame.columns if name != LINE]
    repeats = pl.all_horizontal(pl.col(name).fill_null("") == name for name in names)
    gone = frame.filter(repeats)[LINE].to_list()
    return frame.filter(~repeats), [f"{line_list(gone)} left out: the header once more"] if gone else []


def _shows_points(frame: pl.DataFrame) -> bool:
    """Whether some number of the file has a point that can only stand before decimals (12.5, 0.125)."""
    cells = [pl.col(name) for name in frame.columns if name != LINE]
    shape = r"^[+-]?(?:\d*\.(?:\d{1,2}|\d{4,})|0\.\d{3}|\d{4,}\.\d{3})$"
    return bool(frame.select(pl.any_horizontal(cell.str.contains(shape).any() for cell in cells)).item())


def _trimmed(frame: pl.DataFrame, null_values: tuple[str, ...]) -> pl.DataFrame:
    """Cells without blanks around them and without ``="``, by which spreadsheets are kept from reading a number.

    Empty cells are null; rows without any cell are left out.
    """
    names = [name for name in frame.columns if name != LINE]
    cells = [pl.col(name).str.strip_chars().str.replace(r'^="([^"]*)"$', "${1}") for name in names]
    nothing = ["", *null_values]
    trimmed = frame.with_columns(
        pl.when(cell.is_in(nothing)).then(None).otherwise(cell).alias(name)
        for name, cell in zip(names, cells, strict=True)
    )
    return trimmed.filter(pl.any_horizontal(pl.col(names).is_not_null()))


def _read_workbook(content: bytes, sheet: str | None, layout: Layout) -> tuple[pl.DataFrame, list[str]]:
    try:
        workbook = fastexcel.read_excel(content)
    except fastexcel.FastExcelError as error:
        raise UnreadableFileError(Reasons.one("an Excel workbook (.xlsx)", value=str(error))) from None
    if sheet is not None and sheet not in workbook.sheet_names:
        raise UnreadableFileError(Reasons.one(f"one of the sheets {workbook.sheet_names}", value=sheet))
    loaded = workbook.load_sheet(sheet or 0, header_row=None, skip_rows=0, dtypes="string")
    cells = loaded.to_polars()
    if cells.is_empty():
        raise UnreadableFileError(Reasons.one("a header row with column names; the sheet is empty", line=1))
    numbered = cells.with_row_index(LINE, offset=1).with_columns(pl.col(LINE).cast(pl.Int64))
    upper = cells.head(UPPER).rows()
    position = header_position(upper, list(range(1, len(upper) + 1)), layout)
    names = header_names([*cells.row(position)], position + 1)
    notes = [f"{line_list(range(1, position + 1))} above the header, left out"] if position else []
    return numbered.slice(position + 1).rename(dict(zip(cells.columns, names, strict=True))), notes


def _read_parquet(content: bytes) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError as error:
        raise UnreadableFileError(
            Reasons.one("a Parquet file without damage", value=str(error).splitlines()[0])
        ) from None
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested()]
    if nested:
        raise UnreadableFileError(
            Reasons.all_of(Reasons.one("a column of plain values, not nested ones", column=name) for name in nested)
        )
    texts = frame.select(_as_text(name, dtype) for name, dtype in frame.schema.items())
    return texts.with_row_index(LINE, offset=1).with_columns(pl.col(LINE).cast(pl.Int64))


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A value as a person would write it: a whole double without ``.0``, the rest as polars prints it."""
    column = pl.col(name)
    if dtype.is_float():
        whole = (column == column.floor()) & (column.abs() < _WHOLE_NUMBERS_BELOW)
        return (
            pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(column.cast(pl.String))
        )
    return column.cast(pl.String)


def _read_json_lines(text: str) -> pl.DataFrame:
    """One object per line; its keys are the columns."""
    lines = pl.DataFrame({"record": text.split("\n")}).with_row_index(LINE, offset=1)
    lines = lines.with_columns(pl.col(LINE).cast(pl.Int64)).filter(pl.col("record").str.strip_chars() != "")
    if lines.is_empty():
        raise UnreadableFileError(Reasons.one("one JSON object per line; the file is empty", line=1))
    with duckdb.connect() as connection:
        connection.register("lines", lines)
        _refuse_broken_json(connection)
        keys = [
            str(key)
            for (key,) in connection.sql(
                f"select key from (select unnest(json_keys(record)) as key, {LINE} from lines) "
                f"group by key order by min({LINE}), key"
            ).fetchall()
        ]
        paths = ["/" + key.replace("~", "~0").replace("/", "~1") for key in keys]
        values = connection.sql(
            f"select json_extract_string(record, $paths) as cells, {LINE} from lines order by {LINE}",
            params={"paths": paths},
        ).pl()
    cells = [pl.col("cells").list.get(position).alias(key) for position, key in enumerate(keys)]
    return values.select(*cells, LINE)


def _refuse_broken_json(connection: duckdb.DuckDBPyConnection) -> None:
    broken = connection.sql(
        f"""
        select null::varchar as file, {LINE} as line, null::varchar as "column", null::varchar as source_column,
            record[:120] as value,
            'a JSON object, {{"column": value, ...}}' as expected
        from lines
        where not json_valid(record) or json_type(case when json_valid(record) then record end) <> 'OBJECT'
        order by line
        """
    ).pl()
    if broken.height:
        raise UnreadableFileError(Reasons(broken.match_to_schema(REASON_SCHEMA)))
