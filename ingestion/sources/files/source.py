"""The file inbox as a source: good files are loaded once, refused ones are named loudly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from ingestion.source import Batch, ExtractRequest, Source, SourceError
from ingestion.sources.files.checks import APART
from ingestion.sources.files.importer import Candidate, ImportReport, Known, Status, examine, import_file, mapping_for
from ingestion.sources.files.inbox import REJECTED, Dropped, dropped_files, write_rejections
from ingestion.sources.files.loaded import newer_keys
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
    examined = list(_examined(known, request.settings))
    for position, (dropped, candidate) in enumerate(examined):
        if candidate.report.status is Status.REJECTED:
            rejected.append(candidate.report)
        elif candidate.report.status is Status.VALID and _is_foreign(dropped):
            foreign.append(dropped)
        elif candidate.report.status is Status.VALID:
            request.progress(f"inbox: {candidate.report.name}", candidate.report.rows)
            later = [other for _, other in examined[position + 1 :]]
            yield from _of_its_own(candidate, later, request.settings).batches(request.as_of)

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


def _of_its_own(candidate: Candidate, later: Sequence[Candidate], settings: Settings) -> Candidate:
    """The rows whose keys (or documents) no newer file brings, be it loaded with this one or long ago."""
    chosen = TEMPLATES[candidate.report.template]
    key = list(chosen.table.merge_key or chosen.table.key)
    same = [other for other in later if other.report.template == chosen.name]
    stored = newer_keys(settings, chosen, [o.report.file_id for o in same if o.report.status is Status.ALREADY_LOADED])
    newer = [other.rows.select(key) for other in same if other.rows.num_rows] + ([stored] if stored else [])
    if not newer:
        return candidate
    rows = pl.DataFrame(candidate.rows)
    taken = pl.concat([pl.DataFrame(keys).match_to_schema(rows.select(key).schema) for keys in newer])
    return replace(
        candidate, rows=rows.join(taken, on=key, how="anti", nulls_equal=True).to_arrow().cast(candidate.rows.schema)
    )


def _is_foreign(dropped: Dropped) -> bool:
    return dropped.template is not None and dropped.template.source != NAME


def _examine(dropped: Dropped, known: Known, settings: Settings) -> Candidate:
    if dropped.problem:
        return _refused(dropped, dropped.problem)
    if dropped.template is None:
        names = ", ".join(TEMPLATES)
        return _refused(dropped, f"a name that begins with a template's, or a folder named so ({names})")
    try:
        mapping = mapping_for(dropped.template, dropped.mapping)
        return examine(dropped.paths, dropped.template, mapping, known, settings)
    except OSError as error:
        return _refused(dropped, f"a file that may be read: {error.strerror}")


def _refused(dropped: Dropped, expected: str) -> Candidate:
    chosen = dropped.template.name if dropped.template else ""
    name = " + ".join(path.name for path in dropped.paths)
    reasons = Reasons.one(expected, value=name)
    report = ImportReport(dropped.path, name, chosen, Status.REJECTED, "", 0, reasons)
    return Candidate(report, TABLES[0].empty())


def _and(known: Known, candidate: Candidate) -> Known:
    """What is known once the candidate is loaded too: two files of one run are held to each other."""
    rows, currencies = candidate.rows, dict(known.currencies)
    if within := TEMPLATES[candidate.report.template].one_currency_per:
        pairs = pl.DataFrame(rows).select(pl.concat_str(within, separator=APART), "currency").unique()
        currencies |= dict(pairs.iter_rows())
    return Known(known.file_ids | {candidate.report.file_id}, currencies)


def _import_foreign(foreign: list[Dropped], request: ExtractRequest) -> list[ImportReport]:
    """Imports files for other sources' tables; returns the refused ones."""
    reports = [
        import_file(d.paths, d.template.name, d.mapping, settings=request.settings, progress=request.progress)
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
