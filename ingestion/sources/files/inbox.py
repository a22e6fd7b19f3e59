"""The drop folder: which file is for which template, with which mapping, and where refusals are written.

A file is named after its template (``orders.csv``, ``orders-2026-01.xlsx``, ``price_lists_eu.csv.gz``) or lies in a
folder named so (``orders/january.csv``). ``<name>.mapping.yml`` beside it is its mapping. Copy under a name that ends
in ``.part`` and rename when done: a half-copied file must not look whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.sources.files.readers import bare_name
from ingestion.sources.files.reasons import Reasons
from ingestion.sources.files.templates import TEMPLATES, Template

REJECTED = "rejected"
_MAPPING = ".mapping.yml"
_UNFINISHED = (".part", ".tmp", ".crdownload")


@dataclass(frozen=True)
class Dropped:
    """A file of the inbox.

    Attributes:
        path: of the file.
        template: told by its folder or its name; None: neither names one.
        mapping: the mapping file beside it, if there is one.
    """

    path: Path
    template: Template | None
    mapping: Path | None


def dropped_files(inbox: Path) -> Iterator[Dropped]:
    """Files of the inbox in the order of their names; later ones replace rows of earlier ones.

    Hidden files, unfinished copies, mappings and the folder of refusals are not files of data.
    """
    for path in sorted(inbox.rglob("*")) if inbox.is_dir() else ():
        parts = path.relative_to(inbox).parts
        if not path.is_file() or parts[0] == REJECTED or any(part.startswith((".", "~$")) for part in parts):
            continue
        if path.name.endswith(_MAPPING) or path.name.lower().endswith(_UNFINISHED):
            continue
        beside = path.with_name(bare_name(path) + _MAPPING)
        yield Dropped(path, _template_of(parts), beside if beside.is_file() else None)


def write_rejections(inbox: Path, rejected: Iterable[tuple[Path, Reasons]]) -> None:
    """Writes ``rejected/<name>.reasons.csv`` for each refused file; reports of files that are good now or gone go.

    The refused files themselves stay where they are: mended in place they are taken by the next run.
    """
    folder = inbox / REJECTED
    current = {folder / _report_name(inbox, path): reasons for path, reasons in rejected}
    for path, reasons in current.items():
        reasons.write(path)
    for stale in set(folder.glob("*.reasons.csv")) - set(current):
        stale.unlink()


def _report_name(inbox: Path, path: Path) -> str:
    return "__".join(path.relative_to(inbox).parts) + ".reasons.csv"


def _template_of(parts: tuple[str, ...]) -> Template | None:
    if len(parts) > 1:
        return TEMPLATES.get(parts[-2])
    matching = [name for name in TEMPLATES if re.match(rf"{name}(?![a-z])", parts[0].lower())]
    return TEMPLATES[max(matching, key=len)] if matching else None
