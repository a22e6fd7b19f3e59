"""Which version of Shophouse a state folder is of: an older one is carried on, a later one is left alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

from shophouse.settings import Settings

STATE_VERSION = 2
"""One more for each change that the version before cannot read. Folders without a record are of version 1."""


class LaterStateError(Exception):
    """The state folder was written by a later version, which may keep things in ways that this one would break."""


def refuse_later_state(settings: Settings) -> None:
    """Looks at the state folder before anything in it is touched.

    Raises:
        LaterStateError: a later version has written it.
    """
    found = _recorded(_record(settings.home))
    if found > STATE_VERSION:
        raise LaterStateError(
            f"{settings.home} was written by a later version of Shophouse (state {found}, this one knows "
            f"{STATE_VERSION}): update Shophouse, or set SHOPHOUSE_HOME to another folder"
        )


def record_state(settings: Settings) -> None:
    """Notes that this version writes the state folder now."""
    record = _record(settings.home)
    if not record.exists() or _recorded(record) < STATE_VERSION:
        incoming = record.with_suffix(".incoming")
        incoming.write_text(json.dumps({"version": STATE_VERSION}), encoding="utf-8")
        os.replace(incoming, record)


def _record(home: Path) -> Path:
    return home / "state.json"


def _recorded(record: Path) -> int:
    try:
        return int(json.loads(record.read_text(encoding="utf-8"))["version"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return 1
