"""Files of every format with the same rows, and small helpers around the importer."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import duckdb
import duckdb_extension_excel
import polars as pl

from ingestion.sources.files.mapping import ROWS, read_mapping
from ingestion.sources.files.templates import template
from ingestion.sources.files.validate import Validated, validate

_EXCEL = next(Path(duckdb_extension_excel.__file__).parent.rglob("*.duckdb_extension"))

TODAY = date(2026, 11, 20)
"""The day of the run that files are held against."""

ORDERS_HEADER = (
    "store_id,order_id,line_number,ordered_at,timezone,entry_type,line_type,sku,quantity,unit_price,currency"
)


def order_line(**changed: str) -> str:
    """A good CSV line of the orders template, with some cells changed."""
    cells = {
        "store_id": "north",
        "order_id": "1001",
        "line_number": "1",
        "ordered_at": "2026-03-02 10:15:00",
        "timezone": "Europe/Berlin",
        "entry_type": "sale",
        "line_type": "product",
        "sku": "MUG-1",
        "quantity": "2",
        "unit_price": "12.50",
        "currency": "EUR",
    }
    return ",".join((cells | changed).values())


def orders_csv(*lines: str) -> str:
    """A CSV file of the orders template."""
    return "\n".join([ORDERS_HEADER, *lines, ""])


def check(
    text: str | bytes, name: str, mapping: Path | None = None, file_name: str = "file.csv", **currencies: str
) -> Validated:
    """Holds content to a template, as if it had been dropped."""
    content = text.encode() if isinstance(text, str) else text
    read = read_mapping(mapping) if mapping else None
    relation = next(iter(read.inputs)) if read else ROWS
    return validate({relation: (Path(file_name), content)}, template(name), read, currencies, TODAY)


def reasons(validated: Validated) -> list[tuple[int | None, str | None, str | None]]:
    """Line, column and value of each reason."""
    return [row[:3] for row in validated.reasons.frame.select("line", "column", "value").iter_rows()]


def write_as(frame: pl.DataFrame, path: Path) -> Path:
    """Writes a frame in the format that the path's suffix names."""
    if path.name.endswith(".gz"):
        plain = write_as(frame, path.with_suffix(""))
        path.write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
    elif path.suffix == ".csv":
        frame.write_csv(path)
    elif path.suffix == ".parquet":
        frame.write_parquet(path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row, default=str) + "\n" for row in frame.iter_rows(named=True)))
    else:
        with duckdb.connect() as connection:
            connection.load_extension(_EXCEL.as_posix())
            connection.register("frame", frame)
            connection.execute(f"copy frame to '{path.as_posix()}' with (format xlsx, header true)")
    return path
