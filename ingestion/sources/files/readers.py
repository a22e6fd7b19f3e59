"""Files to rows of text: CSV, XLSX, Parquet and JSONL, plain or gzipped.

Everything downstream sees one shape, a frame of text cells with the line each row came from, so a rule is written
once and a finding can quote what the file holds.
"""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

import duckdb
import fastexcel
import polars as pl

from ingestion.sources.files.delimited import LINE, UnreadableFileError, decode, header_names, parse_csv
from ingestion.sources.files.reasons import REASON_SCHEMA, Reasons

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".jsonl", ".ndjson")
_WHOLE_NUMBERS_BELOW = 2.0**53


@dataclass(frozen=True)
class ReadOptions:
    """How a file is read, where it cannot tell itself.

    Attributes:
        delimiter: of CSV; None: found out from the header.
        encoding: Python codec name; None: byte order mark, else UTF-8, else Windows-1252.
        sheet: of a workbook; None: the first.
        decimal: mark between units and decimals in numbers.
        thousands: mark between groups of three digits; empty: none.
        null_values: cells that mean nothing, beside the empty one.
    """

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    decimal: str = "."
    thousands: str = ""
    null_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """What a file holds.

    Attributes:
        frame: one text column per column of the file, trimmed, empty cells null; and ``_row_number``.
        binary_numbers: numbers came as doubles (workbook, Parquet): digits beyond what the file's author saw are
            rounding noise, not information.
    """

    frame: pl.DataFrame
    binary_numbers: bool

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
        raise UnreadableFileError(
            Reasons.one(f"a file name that ends in one of {known}, or that and .gz", value=path.name)
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


def read_rows(path: Path, content: bytes, options: ReadOptions) -> Rows:
    """Rows of a file.

    Args:
        path: tells the format by its name.
        content: the file's bytes, decompressed.
        options: how to read it.

    Raises:
        UnreadableFileError: the file is not in the format that its name says; all structural findings are told.
    """
    suffix = file_format(path)
    if suffix == ".xlsx":
        frame = _read_workbook(content, options.sheet)
    elif suffix == ".parquet":
        frame = _read_parquet(content)
    elif suffix in (".jsonl", ".ndjson"):
        frame = _read_json_lines(decode(content, options.encoding))
    else:
        frame = parse_csv(decode(content, options.encoding), options.delimiter)
    return Rows(_trimmed(frame, options.null_values), suffix in (".xlsx", ".parquet"))


def _trimmed(frame: pl.DataFrame, null_values: tuple[str, ...]) -> pl.DataFrame:
    """Cells without blanks around them; empty cells null; rows without any cell left out."""
    names = [name for name in frame.columns if name != LINE]
    cells = [pl.col(name).str.strip_chars() for name in names]
    nothing = ["", *null_values]
    trimmed = frame.with_columns(
        pl.when(cell.is_in(nothing)).then(None).otherwise(cell).alias(name)
        for name, cell in zip(names, cells, strict=True)
    )
    return trimmed.filter(pl.any_horizontal(pl.col(names).is_not_null()))


def _read_workbook(content: bytes, sheet: str | None) -> pl.DataFrame:
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
    names = header_names([*cells.row(0)], 1)
    return numbered.slice(1).rename(dict(zip(cells.columns, names, strict=True)))


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
        select {LINE} as line, null::varchar as "column", null::varchar as source_column, record[:120] as value,
            'a JSON object, {{"column": value, ...}}' as expected
        from lines
        where not json_valid(record) or json_type(case when json_valid(record) then record end) <> 'OBJECT'
        order by line
        """
    ).pl()
    if broken.height:
        raise UnreadableFileError(Reasons(broken.match_to_schema(REASON_SCHEMA)))
