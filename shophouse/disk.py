"""A disk that is full, in the operator's words: every library says it in its own, and none says what to do."""

from __future__ import annotations

import re
import resource
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SIGNS = re.compile("no space left|not enough disk space|disk is full|file too large|quota exceeded", re.IGNORECASE)
_NO_ROOM = 1 << 20
"""Free bytes below which every error is taken for the full disk's: SQLite calls it an I/O error."""
_SQLITE = "disk I/O error"
"""All that SQLite says of a file that may not grow, whatever forbids it."""
_QUOTED = re.compile(r"[\"'](/[^\"']+)[\"']")


@dataclass(frozen=True)
class FullDisk:
    """What is full and what to do."""

    problem: str
    advice: str = (
        "free some space (or raise the limit), then run again; what the run had not finished was rolled back, and what "
        "was published before stays"
    )

    def __str__(self) -> str:
        return f"{self.problem} -> {self.advice}"


def full_disk(error: BaseException | str, folder: Path) -> FullDisk | None:
    """What is full, if that is what an error tells.

    Args:
        error: an error, whose causes are asked too; or what one said, which counts only where it says so itself.
        folder: of the state, named where the error names no file.

    Returns:
        the explanation, or None: the error tells of something else.
    """
    said = [error] if isinstance(error, str) else [str(link) for link in _chain(error)]
    lines = [line.strip() for text in said for line in text.splitlines() if line.strip()]
    free = _free_bytes(folder)
    told = next((line for line in lines if _SIGNS.search(line)), None)
    sqlite = next((line for line in lines if _SQLITE in line), None) if _files_are_limited() else None
    if told is None and sqlite is not None:
        return FullDisk(f"{folder} cannot grow: a limit of the system is reached: {sqlite}")
    if told is None and (isinstance(error, str) or free >= _NO_ROOM):
        return None
    reason = told or (lines[-1] if lines else type(error).__name__)
    # A copy names two files, and the second is the one that is written.
    file = _QUOTED.findall(reason)[-1:] or [str(folder)]
    is_limit = re.search("too large|quota", reason, re.IGNORECASE)
    cause = "a limit of the system is reached" if is_limit else f"the disk is full, {free / 1e6:,.0f} MB are free"
    return FullDisk(f"{file[0]} cannot grow: {cause}: {reason}")


def _files_are_limited() -> bool:
    return resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _free_bytes(folder: Path) -> int:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free
