"""One writer at a time: a DuckDB file has one writing process, and a run writes several files in turn."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from filelock import FileLock, Timeout

from shophouse.settings import Settings
from shophouse.state_version import carry_state_on, refuse_later_state


class WriterBusyError(Exception):
    """Another run is writing the warehouse; the message says which."""


@contextmanager
def writer_lock(settings: Settings, what: str, *, patience: float = 10.0) -> Iterator[None]:
    """Holds the right to write the warehouse's files.

    The lock is the operating system's, so a killed run holds nothing.

    Args:
        settings: the state folder.
        what: who asks, for the message that the next one reads.
        patience: seconds to wait for a run that is about to end.

    Raises:
        WriterBusyError: another process holds it.
        LaterStateError: a later version of Shophouse has written the folder.
    """
    refuse_later_state(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    holder = settings.home / "writer.json"
    try:
        with FileLock(settings.home / "writer.lock", timeout=patience):
            carry_state_on(settings)
            since = datetime.now(UTC).isoformat(timespec="seconds")
            holder.write_text(json.dumps({"what": what, "pid": os.getpid(), "since": since}))
            try:
                yield
            finally:
                holder.unlink(missing_ok=True)
    except Timeout:
        raise WriterBusyError(
            f"{settings.home} is being written by {_describe(holder)}; wait for it to end, then run again"
        ) from None


def _describe(holder: os.PathLike[str]) -> str:
    try:
        with open(holder) as file:
            facts = json.load(file)
    except (OSError, ValueError):
        return "another process"
    return f"{facts['what']} (PID {facts['pid']}, since {facts['since']})"
