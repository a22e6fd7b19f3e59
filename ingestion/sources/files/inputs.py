"""Which file of an import is which input of its mapping, and which of several is the newest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from ingestion.sources.files.delimited import UnreadableFileError
from ingestion.sources.files.mapping import ROWS, FileMapping, Input
from ingestion.sources.files.readers import ReadOptions, bare_name
from ingestion.sources.files.reasons import Reasons

_ISO_DATE = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_DOTTED_DATE = re.compile(r"(?<!\d)(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.(20\d\d)(?!\d)")
"""Of dates whose year comes last only those with points tell the day from the month."""


def assigned(paths: Sequence[Path], mapping: FileMapping | None) -> dict[str, Path]:
    """The files of one import by the name of their relation.

    Args:
        paths: of the files.
        mapping: names the inputs; None: one file, read as ``rows``.

    Raises:
        UnreadableFileError: an input without a file, or with several.
    """
    inputs = mapping.inputs if mapping else {ROWS: Input((), ReadOptions())}
    if len(inputs) == 1 and len(paths) == 1:
        return {next(iter(inputs)): paths[0]}
    found = {name: [path for path in paths if matches(path, kind)] for name, kind in inputs.items()}
    wrong = [
        Reasons.one(
            f"one file for {name} (named like {', '.join(inputs[name].names) or 'anything'})",
            value=", ".join(path.name for path in given) or ", ".join(path.name for path in paths),
        )
        for name, given in found.items()
        if len(given) != 1
    ]
    if wrong:
        raise UnreadableFileError(Reasons.all_of(wrong))
    return {name: given[0] for name, given in found.items()}


def matches(path: Path, kind: Input) -> bool:
    """Whether a file's name is like one of an input's patterns; without patterns every name is."""
    name = path.name.lower().removesuffix(".gz")
    return not kind.names or any(fnmatch(name, pattern.lower()) for pattern in kind.names)


Age = tuple[tuple[int, ...], tuple[tuple[int, int, str], ...]]


def age(path: Path) -> Age:
    """Sorts files from the oldest to the newest: by the date in the name, then the name, ``_10`` after ``_9``.

    The suffix takes no part, so that a browser's ``export (1).csv`` follows ``export.csv``.
    """
    dates = [tuple(int(part) for part in found) for found in _ISO_DATE.findall(path.name)]
    dates += [tuple(int(part) for part in reversed(found)) for found in _DOTTED_DATE.findall(path.name)]
    parts = re.findall(r"\d+|\D+", path.with_name(bare_name(path)).as_posix().lower())
    natural = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
    return (max(dates, default=()), natural)
