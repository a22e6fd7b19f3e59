"""Importing one file: held to its template, then loaded once, with its registry row in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import pyarrow as pa

from ingestion.contract import RawTable
from ingestion.load.pipeline import run_source
from ingestion.source import Batch, ExtractRequest, Rows, Source
from ingestion.sources.census.tables import TABLES as CENSUS_TABLES
from ingestion.sources.files.countries import unmatched_countries
from ingestion.sources.files.delimited import UnreadableFileError
from ingestion.sources.files.figures import figures_of
from ingestion.sources.files.inputs import age, assigned
from ingestion.sources.files.loaded import (
    accounts_of_connectors,
    loaded_files,
    replaced_rows,
    slices_of_the_api,
    store_currencies,
)
from ingestion.sources.files.mapping import FileMapping, MappingError, find_mapping
from ingestion.sources.files.readers import read_content
from ingestion.sources.files.reasons import Reasons
from ingestion.sources.files.tables import AD_SPEND, LOADED_FILES
from ingestion.sources.files.tables import TABLES as FILE_TABLES
from ingestion.sources.files.templates import Template, template
from ingestion.sources.files.validate import Contents, Validated, file_id, validate
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
        path: of the file, or of the first of several that are one import.
        name: the files' names, for people and the registry.
        template: name of the template.
        status: what became of it.
        file_id: identity of the content with template and mapping; empty where the file could not be read.
        rows: rows of the file that are (or would be) loaded; 0 unless loaded or valid.
        reasons: why the file was refused.
        notes: what was left out of the file and what it replaces.
        figures: what the rows come to: orders, gross, net, tax, days, currencies.
        load_id: of the load that took it; empty unless loaded.
    """

    path: Path
    name: str
    template: str
    status: Status
    file_id: str
    rows: int
    reasons: Reasons
    notes: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    load_id: str = ""

    def lines(self, limit: int = 20) -> Iterator[str]:
        """The report as text: what happened, then the first reasons."""
        if self.status is Status.REJECTED:
            yield f"{self.name}: rejected as {self.template}, nothing was loaded; {len(self.reasons):,} findings"
            yield from self.reasons.lines(limit)
            return
        if self.status is Status.ALREADY_LOADED:
            yield f"{self.name}: loaded before with this content, template and mapping; nothing to do"
            return
        if self.status is Status.VALID:
            yield f"{self.name}: {self.rows:,} good rows of {self.template}; nothing was loaded (dry run)"
        else:
            yield f"{self.name}: loaded {self.rows:,} rows of {self.template}"
        yield from (f"  {line}" for line in (*self.notes, *self.figures))


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
            "file_name": self.report.name,
            "template": chosen.name,
            "row_count": self.report.rows,
            "loaded_at": as_of,
        }
        yield Rows(chosen.table, self.rows)
        yield Rows(LOADED_FILES, pa.Table.from_pylist([row], schema=LOADED_FILES.schema))


def examine(
    paths: Sequence[Path], chosen: Template, mapping: FileMapping | None, known: Known, settings: Settings
) -> Candidate:
    """Reads a file, or the files of one import, and holds them to their template, unless they were loaded before.

    Args:
        paths: of the files.
        chosen: what they are to hold.
        mapping: makes the template's rows of theirs; None: columns are found by name.
        known: what is stored already.
        settings: names the database.

    Raises:
        OSError: a file is not there or may not be read.
        SourceError: another process holds the database.
    """
    try:
        contents = {name: (path, read_content(path)) for name, path in assigned(paths, mapping).items()}
    except UnreadableFileError as unreadable:
        return _candidate(paths, chosen, "", Validated(chosen.table.empty(), unreadable.reasons))
    identity = file_id((content for _, content in contents.values()), chosen, mapping)
    if identity in known.file_ids:
        known_report = _report(paths, chosen, Status.ALREADY_LOADED, identity)
        return Candidate(known_report, chosen.table.empty())
    return _candidate(paths, chosen, identity, _validated(contents, chosen, mapping, known, settings))


def _validated(
    contents: Contents, chosen: Template, mapping: FileMapping | None, known: Known, settings: Settings
) -> Validated:
    validated = validate(contents, chosen, mapping, known.currencies, settings.instant().date())
    if validated.reasons:
        return validated
    if chosen.source != "files":
        return _leaving_the_api_alone(validated, chosen, settings)
    if chosen.name == AD_SPEND.name and (read := accounts_of_connectors(settings, validated.rows)):
        expected = "an account that the platform's connector does not read: in both its money would count twice"
        findings = Reasons.all_of(Reasons.one(expected, column="platform, account_id", value=name) for name in read)
        return Validated(chosen.table.empty(), findings)
    if replaced := replaced_rows(settings, chosen, validated.rows):
        return replace(validated, notes=(*validated.notes, replaced))
    return validated


def import_file(
    paths: Path | Sequence[Path],
    template_name: str | None,
    mapping: str | Path | None = None,
    *,
    settings: Settings,
    given: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Loads a file, or files that a mapping reads together, into a template's table, or says all that is wrong.

    Args:
        paths: CSV, XLSX, Parquet or JSONL, plain or ``.gz``.
        template_name: which template the file fills; None: the mapping's.
        mapping: a mapping file, or the name of a shipped one; None: columns are found by name.
        settings: names the home; ``as_of`` dates the registry row.
        given: values of the mapping's settings.
        dry_run: only look.
        progress: called with (what, rows so far).

    Raises:
        UnknownTemplateError: no such template.
        MappingError: the mapping has an error, or is for another template.
        OSError: the file or the mapping is not there or may not be read.
        SourceError: the load failed; nothing of it is kept.
    """
    say = progress or (lambda what, rows: None)
    files = [paths] if isinstance(paths, Path) else list(paths)
    file_mapping = find_mapping(mapping, given or {}) if mapping is not None else None
    chosen = template(template_name or (file_mapping.template if file_mapping else ""))
    _refuse_another_template(file_mapping, chosen)
    say(f"reading {files[0].name}", 0)
    candidate = examine(files, chosen, file_mapping, Known.of(settings), settings)
    report = candidate.report
    if report.status is not Status.VALID or dry_run:
        return report
    say(f"loading {report.name}", report.rows)
    load = run_source(_source_of(candidate, chosen), settings, progress=progress)
    return replace(report, status=Status.LOADED, load_id=load.load_id)


def imports_of(paths: Sequence[Path], mapping: str | Path | None, given: Mapping[str, str]) -> list[tuple[Path, ...]]:
    """The imports that some files make: together where the mapping reads several kinds, else one each, oldest first.

    Raises:
        MappingError: the mapping has an error.
        FileNotFoundError: neither a file nor a shipped mapping.
    """
    if mapping is not None and len(find_mapping(mapping, given).inputs) > 1:
        return [tuple(paths)]
    return [(path,) for path in sorted(paths, key=age)]


def mapping_for(chosen: Template, name: Path | None) -> FileMapping | None:
    """The mapping of that name, if it is for the template.

    Raises:
        MappingError: it has an error, or is for another template.
        FileNotFoundError: neither a file nor a shipped mapping.
    """
    if name is None:
        return None
    mapping = find_mapping(name)
    _refuse_another_template(mapping, chosen)
    return mapping


def _refuse_another_template(mapping: FileMapping | None, chosen: Template) -> None:
    if mapping is not None and mapping.template != chosen.name:
        raise MappingError(mapping.path, 1, f"the mapping is for {mapping.template}, the file is to be {chosen.name}")


def _source_of(candidate: Candidate, chosen: Template) -> Source:
    def extract(request: ExtractRequest) -> Iterator[Batch]:
        yield from candidate.batches(request.as_of)

    return Source(
        name=chosen.source,
        title=f"File {candidate.report.name}",
        tables=_TABLES[chosen.source],
        missing_settings=lambda: (),
        extract=extract,
        warn_after=None,
        error_after=None,
    )


def _candidate(paths: Sequence[Path], chosen: Template, identity: str, validated: Validated) -> Candidate:
    status = Status.REJECTED if validated.reasons else Status.VALID
    report = _report(paths, chosen, status, identity)
    figures = () if validated.reasons else figures_of(chosen, validated.rows)
    report = replace(
        report,
        rows=validated.rows.num_rows,
        reasons=validated.reasons,
        notes=(*validated.notes, *unmatched_countries(validated.rows)),
        figures=figures,
    )
    return Candidate(report, validated.rows)


def _report(paths: Sequence[Path], chosen: Template, status: Status, identity: str) -> ImportReport:
    name = " + ".join(path.name for path in paths)
    return ImportReport(paths[0], name, chosen.name, status, identity, 0, Reasons.none())


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
