"""Importing one file: held to its template, then loaded once, with its registry row in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import pyarrow as pa

from ingestion.contract import RawTable
from ingestion.load.pipeline import run_source
from ingestion.source import Batch, ExtractRequest, Rows, Source
from ingestion.sources.census.tables import TABLES as CENSUS_TABLES
from ingestion.sources.files.delimited import UnreadableFileError
from ingestion.sources.files.loaded import loaded_files, slices_of_the_api, store_currencies
from ingestion.sources.files.mapping import FileMapping, MappingError, find_mapping
from ingestion.sources.files.readers import read_content
from ingestion.sources.files.reasons import Reasons
from ingestion.sources.files.tables import LOADED_FILES
from ingestion.sources.files.tables import TABLES as FILE_TABLES
from ingestion.sources.files.templates import Template, template
from ingestion.sources.files.validate import Validated, file_id, validate
from shophouse.settings import Settings

Progress = Callable[[str, int], None]

_TABLES: Mapping[str, tuple[RawTable, ...]] = {"files": FILE_TABLES, "census": (*CENSUS_TABLES, LOADED_FILES)}
"""Tables of a load by source: the registry lies in the schema of the rows, so both are committed together."""


class Status(StrEnum):
    """What became of a file."""

    LOADED = "loaded"
    ALREADY_LOADED = "already loaded"
    VALID = "valid"
    """A dry run found nothing wrong; nothing was loaded."""
    REJECTED = "rejected"
    """Refused whole; the reasons say why."""


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes:
        path: of the file.
        template: name of the template.
        status: what became of it.
        file_id: identity of the content with template and mapping; empty where the file could not be read.
        rows: rows of the file that are (or would be) loaded; 0 unless loaded or valid.
        reasons: why the file was refused.
        load_id: of the load that took it; empty unless loaded.
    """

    path: Path
    template: str
    status: Status
    file_id: str
    rows: int
    reasons: Reasons
    load_id: str = ""

    def lines(self, limit: int = 20) -> Iterator[str]:
        """The report as text: what happened, then the first reasons."""
        if self.status is Status.REJECTED:
            yield f"{self.path.name}: rejected as {self.template}, nothing was loaded; {len(self.reasons):,} findings"
            yield from self.reasons.lines(limit)
        elif self.status is Status.ALREADY_LOADED:
            yield f"{self.path.name}: loaded before with this content, template and mapping; nothing to do"
        elif self.status is Status.VALID:
            yield f"{self.path.name}: {self.rows:,} good rows of {self.template}; nothing was loaded (dry run)"
        else:
            yield f"{self.path.name}: loaded {self.rows:,} rows of {self.template}"


@dataclass(frozen=True)
class Known:
    """What is stored already, read once for many files."""

    file_ids: frozenset[str]
    currencies: Mapping[str, str]

    @staticmethod
    def of(settings: Settings) -> Known:
        """What ``raw.duckdb`` holds.

        Raises:
            SourceError: another process holds the database.
        """
        return Known(loaded_files(settings), store_currencies(settings))


@dataclass(frozen=True)
class Candidate:
    """A file that was read: new and good, or known, or refused."""

    report: ImportReport
    rows: pa.Table

    def batches(self, as_of: datetime) -> Iterator[Batch]:
        """The rows, and the registry row that says they are there."""
        chosen = template(self.report.template)
        row = {
            "file_id": self.report.file_id,
            "file_name": self.report.path.name,
            "template": chosen.name,
            "row_count": self.report.rows,
            "loaded_at": as_of,
        }
        yield Rows(chosen.table, self.rows)
        yield Rows(LOADED_FILES, pa.Table.from_pylist([row], schema=LOADED_FILES.schema))


def examine(path: Path, chosen: Template, mapping: FileMapping | None, known: Known, settings: Settings) -> Candidate:
    """Reads a file and holds it to its template, unless it was loaded before.

    Args:
        path: of the file.
        chosen: what the file is to hold.
        mapping: how its columns become the template's; None: by name.
        known: what is stored already.
        settings: names the database.

    Raises:
        OSError: the file is not there or may not be read.
        SourceError: another process holds the database.
    """
    try:
        content = read_content(path)
    except UnreadableFileError as unreadable:
        return _candidate(path, chosen, "", Validated(chosen.table.empty(), unreadable.reasons))
    identity = file_id(content, chosen, mapping)
    if identity in known.file_ids:
        report = ImportReport(path, chosen.name, Status.ALREADY_LOADED, identity, 0, Reasons.none())
        return Candidate(report, chosen.table.empty())
    validated = validate(path, content, chosen, mapping, known.currencies)
    if chosen.source != "files" and not validated.reasons:
        validated = _leaving_the_api_alone(validated, chosen, settings)
    return _candidate(path, chosen, identity, validated)


def import_file(
    path: Path,
    template_name: str,
    mapping: str | Path | None = None,
    *,
    settings: Settings,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Loads a file into its template's table, or says everything that is wrong with it.

    Args:
        path: CSV, XLSX, Parquet or JSONL, plain or ``.gz``.
        template_name: which template the file fills.
        mapping: a mapping file, or the name of a shipped one; None: columns are found by name.
        settings: names the home; ``as_of`` dates the registry row.
        dry_run: only look.
        progress: called with (what, rows so far).

    Raises:
        UnknownTemplateError: no such template.
        MappingError: the mapping has an error, or is for another template.
        OSError: the file or the mapping is not there or may not be read.
        SourceError: the load failed; nothing of it is kept.
    """
    say = progress or (lambda what, rows: None)
    chosen = template(template_name)
    file_mapping = mapping_for(chosen, mapping)
    say(f"reading {path.name}", 0)
    candidate = examine(path, chosen, file_mapping, Known.of(settings), settings)
    report = candidate.report
    if report.status is not Status.VALID or dry_run:
        return report
    say(f"loading {path.name}", report.rows)
    load = run_source(_source_of(candidate, chosen), settings, progress=progress)
    return ImportReport(path, chosen.name, Status.LOADED, report.file_id, report.rows, report.reasons, load.load_id)


def mapping_for(chosen: Template, name: str | Path | None) -> FileMapping | None:
    """The mapping of that name, if it is for the template.

    Raises:
        MappingError: it has an error, or is for another template.
        FileNotFoundError: neither a file nor a shipped mapping.
    """
    if name is None:
        return None
    mapping = find_mapping(name)
    if mapping.template != chosen.name:
        raise MappingError(mapping.path, 1, f"the mapping is for {mapping.template}, the file is to be {chosen.name}")
    return mapping


def _source_of(candidate: Candidate, chosen: Template) -> Source:
    def extract(request: ExtractRequest) -> Iterator[Batch]:
        yield from candidate.batches(request.as_of)

    return Source(
        name=chosen.source,
        title=f"File {candidate.report.path.name}",
        tables=_TABLES[chosen.source],
        missing_settings=lambda: (),
        extract=extract,
        warn_after=None,
        error_after=None,
    )


def _candidate(path: Path, chosen: Template, identity: str, validated: Validated) -> Candidate:
    status = Status.REJECTED if validated.reasons else Status.VALID
    report = ImportReport(path, chosen.name, status, identity, validated.rows.num_rows, validated.reasons)
    return Candidate(report, validated.rows)


def _leaving_the_api_alone(validated: Validated, chosen: Template, settings: Settings) -> Validated:
    taken = slices_of_the_api(settings, chosen, validated.rows)
    if not taken:
        return validated
    expected = (
        f"a {', '.join(chosen.table.merge_key)} that the {chosen.source} API has not loaded: its versions are newer "
        "than a "
        f"file's, and the file would close them; load files before the first sync"
    )
    findings = Reasons.all_of(
        Reasons.one(expected, column=", ".join(chosen.table.merge_key), value=value) for value in taken
    )
    return Validated(chosen.table.empty(), findings)
