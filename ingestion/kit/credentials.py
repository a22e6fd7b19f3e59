"""Reads a source's settings from dlt's configuration: environment, ``.dlt/secrets.toml``, ``.dlt/config.toml``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import dlt

from ingestion.source import Setting, SourceError


def setting(key: str) -> str | None:
    """A setting as text; None where it is not set or blank.

    Args:
        key: dotted, e.g. ``sources.census.api_key``.

    Raises:
        SourceError: the value cannot be sent to a vendor; the message names the setting and not its value.
    """
    value: object = dlt.config.get(key)
    return _sendable(key, str(value).strip()) or None if value is not None else None


def setting_list(key: str) -> tuple[str, ...] | None:
    """A setting of several values: a TOML list, or text with commas; None where it is not set or names none.

    Raises:
        SourceError: as of :func:`setting`.
    """
    value: object = dlt.config.get(key)
    if value is None:
        return None
    items = value if isinstance(value, list | tuple) else str(value).strip("[] ").split(",")
    texts = (str(item).strip(" '\"") for item in items)
    return tuple(_sendable(key, text) for text in texts if text) or None


def missing(declared: Iterable[Setting]) -> tuple[Setting, ...]:
    """Required settings that are not set, nor what may stand in their place."""
    return tuple(item for item in declared if item.is_required and not (is_set(item.key) or _has_others(item)))


def is_set(key: str) -> bool:
    """Whether a setting is there and not blank, whatever it holds."""
    value: object = dlt.config.get(key)
    return value is not None and bool(str(value).strip())


def leave_out(key: str) -> str:
    """What to do about an account that cannot be read, by whether the setting that lists accounts is set.

    Args:
        key: of the setting that says which accounts are read; left out, all that can be reached are.
    """
    return f"take it out of {key}" if is_set(key) else f"name the accounts to read in {key}, without this one"


def _has_others(item: Setting) -> bool:
    return bool(item.instead) and all(is_set(key) for key in item.instead)


def _sendable(key: str, text: str) -> str:
    """The text, if an HTTP header can carry it."""
    # The latin-1 letters travel; quotes, dashes and spaces that a text processor has put in do not, nor do line breaks.
    for place, character in enumerate(text, start=1):
        if ord(character) > 0xFF or not character.isprintable():
            raise SourceError(
                key.split(".")[1],
                f"{key} holds {unicodedata.name(character, f'U+{ord(character):04X}')} as its character {place}, "
                "which cannot be sent to the vendor",
                "copy the value from the vendor's page again, as plain text without quotes",
            )
    return text
