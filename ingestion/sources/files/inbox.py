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

from ingestion.sources.files.inputs import age, matches
from ingestion.sources.files.mapping import SHIPPED, SUFFIX, FileMapping, MappingError, read_mapping
from ingestion.sources.files.readers import bare_name
from ingestion.sources.files.reasons import Reasons
from ingestion.sources.files.templates import TEMPLATES, Template

REJECTED = "rejected"
_MAPPING = f".mapping{SUFFIX}"
_UNFINISHED = (".part", ".tmp", ".crdownload")


@dataclass(frozen=True)
class Dropped:
    """A file of the inbox, or the files that a mapping reads together.

    Attributes:
        paths: of the files.
        template: told by the mapping, the folder or the name; None: nothing names one.
        mapping: the mapping file that reads them, if there is one.
        problem: why they cannot be read at all; empty: nothing is known against them.
    """

    paths: tuple[Path, ...]
    template: Template | None
    mapping: Path | None
    problem: str = ""

    @property
    def path(self) -> Path:
        """The first file."""
        return self.paths[0]


def dropped_files(inbox: Path) -> Iterator[Dropped]:
    """Files of the inbox from the oldest to the newest; later ones replace rows of earlier ones.

    Hidden files, unfinished copies, mappings and the folder of refusals are not files of data.
    """
    files = [path for path in inbox.rglob("*") if _is_visible(path, inbox)] if inbox.is_dir() else []
    mappings = {path: _read(path) for path in files if path.name.endswith(_MAPPING)}
    data = [path for path in files if path not in mappings]
    found: dict[Path | None, list[Path]] = {}
    for path in data:
        found.setdefault(_mapping_of(path, mappings), []).append(path)
    dropped = [item for mapping, paths in found.items() for item in _together(mapping, paths, mappings, inbox)]
    unused = [
        Dropped((path,), None, path, f"a mapping without error: {read}")
        for path, read in mappings.items()
        if isinstance(read, MappingError) and path not in found
    ]
    yield from sorted([*dropped, *unused], key=lambda item: age(item.path.relative_to(inbox)))


def _is_visible(path: Path, inbox: Path) -> bool:
    parts = path.relative_to(inbox).parts
    hidden = parts[0] == REJECTED or any(part.startswith((".", "~$")) for part in parts)
    return path.is_file() and not hidden and not path.name.lower().endswith(_UNFINISHED)


def _read(path: Path) -> FileMapping | MappingError:
    try:
        return read_mapping(path)
    except MappingError as error:
        return error


def _mapping_of(path: Path, mappings: dict[Path, FileMapping | MappingError]) -> Path | None:
    """The mapping beside a file: under its name, or one whose patterns its name matches; or one that ships."""
    beside = path.with_name(bare_name(path) + _MAPPING)
    if beside in mappings:
        return beside
    for candidate, read in sorted(mappings.items()):
        kinds = read.inputs.values() if isinstance(read, FileMapping) and candidate.parent == path.parent else ()
        if any(kind.names and matches(path, kind) for kind in kinds):
            return candidate
    shipped = SHIPPED / f"{path.parent.name}{SUFFIX}"
    return shipped if path.parent.name and shipped.is_file() else None


def _together(
    mapping: Path | None, paths: list[Path], mappings: dict[Path, FileMapping | MappingError], inbox: Path
) -> Iterator[Dropped]:
    """The imports that files of one mapping make: one each, or the first of each kind, the second of each kind ..."""
    read = (mappings.get(mapping) or _read(mapping)) if mapping else None
    if isinstance(read, MappingError):
        yield from (Dropped((path,), None, mapping, f"a mapping without error: {read}") for path in paths)
        return
    if isinstance(read, FileMapping) and len(read.inputs) > 1:
        kinds = [sorted((path for path in paths if matches(path, k)), key=age) for k in read.inputs.values()]
        if len({len(kind) for kind in kinds}) == 1:
            yield from (Dropped(group, TEMPLATES[read.template], mapping) for group in zip(*kinds, strict=True))
        else:
            counts = ", ".join(f"{len(kind)} for {name}" for kind, name in zip(kinds, read.inputs, strict=True))
            yield Dropped(tuple(paths), None, mapping, f"as many files of each kind ({counts})")
        return
    for path in paths:
        template = TEMPLATES[read.template] if read else _template_of(path.relative_to(inbox).parts)
        yield Dropped((path,), template, mapping)


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
