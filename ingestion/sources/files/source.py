"""The file inbox as a source: good files are loaded once, refused ones are named loudly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ingestion.source import Batch, ExtractRequest, Source, SourceError
from ingestion.sources.files.importer import Candidate, ImportReport, Known, Status, examine, import_file, mapping_for
from ingestion.sources.files.inbox import REJECTED, Dropped, dropped_files, write_rejections
from ingestion.sources.files.mapping import MappingError
from ingestion.sources.files.reasons import Reasons
from ingestion.sources.files.tables import TABLES
from ingestion.sources.files.templates import TEMPLATES
from shophouse.settings import Settings

NAME = "files"


def extract(request: ExtractRequest) -> Iterator[Batch]:
    """Rows of every new file of the inbox, with their registry rows.

    Files for another source's tables are imported once this load is committed, because a load has one schema. Then
    the source fails if a file was refused: everything good is in place by then.
    """
    if not request.settings.scan_inbox:
        return
    known = Known.of(request.settings)
    if request.full_refresh:
        known = replace(known, file_ids=frozenset())
    rejected: list[ImportReport] = []
    foreign: list[Dropped] = []
    for dropped, candidate in _examined(known, request.settings):
        if candidate.report.status is Status.REJECTED:
            rejected.append(candidate.report)
        elif candidate.report.status is Status.VALID and _is_foreign(dropped):
            foreign.append(dropped)
        elif candidate.report.status is Status.VALID:
            request.progress(f"inbox: {dropped.path.name}", candidate.report.rows)
            yield from candidate.batches(request.as_of)

    def finish() -> None:
        rejected.extend(_import_foreign(foreign, request))
        write_rejections(request.settings.inbox, [(report.path, report.reasons) for report in rejected])
        if rejected:
            raise _refusal(rejected, request.settings)

    request.after_commit.append(finish)


def scan(settings: Settings) -> list[ImportReport]:
    """What a run would do with each file of the inbox; nothing is loaded.

    Raises:
        SourceError: another process holds the database.
    """
    return [candidate.report for _, candidate in _examined(Known.of(settings), settings)]


def _examined(known: Known, settings: Settings) -> Iterator[tuple[Dropped, Candidate]]:
    """Every file of the inbox, each held to what is stored and to the good files before it."""
    for dropped in dropped_files(settings.inbox):
        candidate = _examine(dropped, known, settings)
        if candidate.report.status is Status.VALID:
            known = _and(known, candidate)
        yield dropped, candidate


def _is_foreign(dropped: Dropped) -> bool:
    return dropped.template is not None and dropped.template.source != NAME


def _examine(dropped: Dropped, known: Known, settings: Settings) -> Candidate:
    if dropped.template is None:
        names = ", ".join(TEMPLATES)
        return _refused(dropped, f"a name that begins with a template's, or a folder named so ({names})")
    try:
        mapping = mapping_for(dropped.template, dropped.mapping)
    except MappingError as error:
        return _refused(dropped, f"a mapping without error: {error}")
    try:
        return examine(dropped.path, dropped.template, mapping, known, settings)
    except OSError as error:
        return _refused(dropped, f"a file that may be read: {error.strerror}")


def _refused(dropped: Dropped, expected: str) -> Candidate:
    chosen = dropped.template.name if dropped.template else ""
    reasons = Reasons.one(expected, value=dropped.path.name)
    report = ImportReport(dropped.path, chosen, Status.REJECTED, "", 0, reasons)
    return Candidate(report, TABLES[0].empty())


def _and(known: Known, candidate: Candidate) -> Known:
    """What is known once the candidate is loaded too: two files of one run are held to each other."""
    rows, currencies = candidate.rows, dict(known.currencies)
    if {"store_id", "currency"} <= set(rows.schema.names) and TEMPLATES[candidate.report.template].one_currency_per:
        pairs = rows.select(["store_id", "currency"]).group_by(["store_id", "currency"]).aggregate([]).to_pylist()
        currencies |= {pair["store_id"]: pair["currency"] for pair in pairs}
    return Known(known.file_ids | {candidate.report.file_id}, currencies)


def _import_foreign(foreign: list[Dropped], request: ExtractRequest) -> list[ImportReport]:
    """Imports files for other sources' tables; returns the refused ones."""
    reports = [
        import_file(d.path, d.template.name, d.mapping, settings=request.settings, progress=request.progress)
        for d in foreign
        if d.template is not None
    ]
    return [report for report in reports if report.status is Status.REJECTED]


def _refusal(rejected: list[ImportReport], settings: Settings) -> SourceError:
    told = "\n".join(line for report in rejected for line in report.lines(limit=5))
    return SourceError(
        NAME,
        f"{len(rejected)} files of the inbox were refused (the others are loaded):\n{told}",
        f"every reason is in {settings.inbox / REJECTED}; mend the file in place and run again, or take it away",
    )


SOURCE = Source(
    name=NAME,
    title="File inbox",
    tables=TABLES,
    missing_settings=lambda: (),
    extract=extract,
    warn_after=None,
    error_after=None,
    job="commerce",
    reads="`.shophouse/inbox` and `shophouse import`: a template for each kind of file",
    rereads="each file once",
)
