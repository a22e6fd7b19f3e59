"""The one way into ``raw.duckdb``: a source's extraction through dlt, committed as a whole or not at all.

``raw.duckdb`` is the only truth between runs. dlt's working folder holds the packages of the load in progress and
nothing else: it is emptied before a run (a package that a killed run left behind is discarded; what it held is read
again, because the cursor that would skip it was not committed) and after it. State and schema come from the database.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import dlt
import pyarrow as pa
import pyarrow.compute as pc
from dlt.common.schema.exceptions import DataValidationError
from dlt.common.schema.typing import TSchemaContractDict
from dlt.extract import DltSource
from dlt.pipeline.exceptions import PipelineStepFailed
from filelock import FileLock, Timeout

from ingestion.contract import RawTable, Write
from ingestion.kit.ahead import read_ahead
from ingestion.load.empty_tables import VALID_FROM, VALID_TO, Columns, create_empty_tables
from ingestion.load.held import held_rows
from ingestion.load.landing import Landing
from ingestion.load.raw_db import explain, open_raw
from ingestion.load.report import LoadReport
from ingestion.load.seams import destination
from ingestion.source import Batch, ExtractRequest, Gap, ScopesRead, SlicesRead, Source, SourceError, tables_by_name
from shophouse.settings import Settings

_CONTRACT: TSchemaContractDict = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}
_INSTANT = pa.timestamp("us", tz="UTC")


def run_source(
    source: Source,
    settings: Settings,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    full_refresh: bool = False,
    progress: Callable[[str, int], None] | None = None,
) -> LoadReport:
    """Reads a source and commits what it sent, its state and the load's row in one transaction.

    Args:
        source: what to read; its tables are created if they are not there.
        settings: where ``raw.duckdb`` is, and ``as_of``.
        since: start of a backfill (UTC); None: from the cursor.
        until: end of a backfill, exclusive (UTC); None: ``as_of``.
        full_refresh: ignore cursors, read everything; tables declared ``replaced_by_full_refresh`` are replaced.
        progress: called with (what, rows so far).

    Returns:
        What was loaded.

    Raises:
        SourceError: the vendor refused or failed, a column changed its type, a replacing load is too small, or the
            database is held by another process; nothing of the load is kept. Or a step after the commit failed
            (a rejected file of the inbox): the load is kept.
    """
    known = create_empty_tables([source], settings)[source.name]
    as_of = settings.instant()
    after_commit: list[Callable[[], None]] = []
    gaps: list[Gap] = []
    asked = {
        "since": since,
        "until": until,
        "full_refresh": full_refresh,
        "progress": progress or _silent,
        "after_commit": after_commit,
        "held": held_rows(source, settings),
        "gaps": gaps,
    }

    def batches(landing: Landing) -> Iterator[Batch]:
        state = dlt.current.source_state()
        request = ExtractRequest(settings=settings, as_of=as_of, state=state, **cast(Any, asked))
        # Requests and parsing go on while dlt writes what came before.
        yield from read_ahead(source.extract(request))

    replaces = full_refresh and since is None
    landing = Landing(source.name, tables_by_name(source.tables), as_of, replaces, settings.smallest_share)
    report = _load(source, settings, landing, batches, known)
    for step in after_commit:
        step()
    return replace(report, gaps=tuple(gaps))


def _load(
    source: Source, settings: Settings, landing: Landing, batches: Callable[[Landing], Iterator[Batch]], known: Columns
) -> LoadReport:
    started = time.perf_counter()
    rows: dict[str, int] = {}
    found: dict[str, tuple[str, ...]] = {}

    def read() -> Iterator[Any]:
        # A load that brought nothing is a success that freshness must see: it is committed like any other.
        yield _marked(source.tables[0], source.tables[0].empty(), landing)
        for batch in batches(landing):
            table = batch.table
            landing.touched.add(table.name)
            if isinstance(batch, SlicesRead | ScopesRead):
                named = landing.slices if isinstance(batch, SlicesRead) else landing.scopes
                named.setdefault(table.name, []).append(batch.keys)
                continue
            _check(source, table, batch.data)
            rows[table.name] = rows.get(table.name, 0) + batch.data.num_rows
            seen = known[table.name].union(found.get(table.name, ()))
            if fresh := tuple(column for column in batch.data.schema.names if column not in seen):
                found[table.name] = found.get(table.name, ()) + fresh
            yield _marked(table, batch.data, landing)

    with _workspace(source, settings):
        try:
            load_id = _through_dlt(source, settings, landing, read)
        except PipelineStepFailed as failure:
            cause = _cause(failure, source, settings)
            if cause is failure:
                raise
            raise cause from failure
    return LoadReport(source.name, load_id, rows, time.perf_counter() - started, found)


def _through_dlt(source: Source, settings: Settings, landing: Landing, read: Callable[[], Iterator[Any]]) -> str:
    pipeline = dlt.pipeline(
        pipeline_name=source.name,
        pipelines_dir=settings.dlt_dir.as_posix(),
        destination=destination(settings.raw_db, landing),
        dataset_name=source.name,
    )
    pipeline.sync_destination()
    resource = dlt.resource(read, name="extract", write_disposition="append", schema_contract=_CONTRACT)
    reading = DltSource(dlt.Schema(source.name), source.name, [resource])
    pipeline.extract(reading, loader_file_format="parquet")
    pipeline.normalize()
    # Held open so that dlt's many short connections share one database instance, and nobody slips in between.
    with open_raw(settings, source.name):
        info = pipeline.load(workers=1)
    return str(info.loads_ids[0])


def _marked(table: RawTable, data: pa.Table, landing: Landing) -> Any:
    """The rows with the columns that the pipeline adds, addressed to their table."""
    if table.write is Write.VERSIONED:
        count = data.num_rows
        data = data.append_column(
            pa.field(VALID_FROM, _INSTANT), pa.repeat(pa.scalar(landing.as_of, _INSTANT), count)
        ).append_column(pa.field(VALID_TO, _INSTANT), pa.nulls(count, _INSTANT))
    return dlt.mark.with_table_name(_nullable_as_stored(table, data), table.name)


def _nullable_as_stored(table: RawTable, data: pa.Table) -> pa.Table:
    """The rows as dlt knows its table: it would take a column that has joined the key since for a changed type.

    What it knows as whole numbers and the database holds as decimals by now is told to it.
    """
    stored = dlt.current.source_schema().tables.get(table.name, {}).get("columns", {})
    for field in data.schema:
        column = stored.get(field.name, {})
        if pa.types.is_decimal(field.type) and column.get("data_type") == "bigint":
            column |= {"data_type": "decimal", "precision": field.type.precision, "scale": field.type.scale}
    fields = [f.with_nullable(f.nullable or stored.get(f.name, {}).get("nullable", False)) for f in data.schema]
    return data.cast(pa.schema(fields))


def _check(source: Source, table: RawTable, data: pa.Table) -> None:
    """Rows must be in the table's contract: every declared column, of its type, with no null in the key."""
    for expected in table.schema:
        place = f"table {table.name}, column {expected.name}"
        index = data.schema.get_field_index(expected.name)
        if index < 0:
            raise SourceError(source.name, f"{place}: missing from the rows read")
        actual = data.schema.field(index).type
        if actual != expected.type:
            raise SourceError(
                source.name,
                f"{place}: the type changed from {expected.type} to {actual}",
                "the load was refused and nothing was changed; adapt the table's declaration and the stored column",
            )
        if not expected.nullable and data.column(index).null_count:
            row = pc.index(pc.is_null(data.column(index)), True).as_py()  # type: ignore[attr-defined]
            raise SourceError(source.name, f"{place}: null in a key, row {row} of a batch of {data.num_rows}")


@contextmanager
def _workspace(source: Source, settings: Settings) -> Iterator[None]:
    """dlt's folder for one load: empty before, gone after, and used by one process at a time."""
    _configure_dlt(settings)
    folder = settings.dlt_dir / source.name
    owner = settings.dlt_dir / f"{source.name}.pid"
    lock = FileLock(settings.dlt_dir / f"{source.name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        holder = owner.read_text() if owner.exists() else "unknown"
        raise SourceError(
            source.name, f"another load of this source is running (PID {holder})", "wait for it to finish"
        ) from None
    try:
        owner.write_text(str(os.getpid()))
        shutil.rmtree(folder, ignore_errors=True)
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        owner.unlink(missing_ok=True)
        lock.release()


def _configure_dlt(settings: Settings) -> None:
    """dlt reports to nobody, keeps everything in this home, and stamps every row with its load."""
    settings.dlt_dir.mkdir(parents=True, exist_ok=True)
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID"] = "true"
    os.environ["DLT_DATA_DIR"] = settings.dlt_dir.as_posix()


def _cause(failure: BaseException, source: Source, settings: Settings) -> BaseException:
    """The error that a person can act on, from the chain of dlt's own."""
    error: BaseException | None = failure
    while error is not None:
        if isinstance(error, SourceError):
            return error
        if isinstance(error, DataValidationError):
            return SourceError(
                source.name,
                str(error),
                "the load was refused and nothing was changed; adapt the table's declaration and the stored column",
            )
        if explained := explain(error, source.name, settings.raw_db):
            return explained
        error = error.__cause__ or error.__context__
    return failure


def _silent(what: str, rows: int) -> None:
    return None
