"""The settings of a source, declared once as the fields of a dataclass: read, checked, and told to people.

``missing_settings``, the README's table of sources and the template of secrets follow from the declaration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from typing import Any, Generic, TypeVar

from ingestion.kit.credentials import missing, setting, setting_list
from ingestion.source import Setting, SourceError

T = TypeVar("T")
_DECLARED = "setting"


@dataclass(frozen=True)
class _Declaration:
    meaning: str
    is_required: bool = False
    is_list: bool = False
    default: Any = None
    parse: Callable[[str], Any] = str


def required(meaning: str) -> Any:
    """A setting without which the source is left out.

    Args:
        meaning: what it is and where the vendor shows it.
    """
    return _field(_Declaration(meaning, is_required=True))


def optional(meaning: str, default: Any = None, parse: Callable[[str], Any] = str) -> Any:
    """A setting that may be left out.

    Args:
        meaning: what it is.
        default: holds where it is left out.
        parse: from text; raises ValueError with what was expected ("a year of four digits").
    """
    return _field(_Declaration(meaning, default=default, parse=parse))


def listed(meaning: str, parse: Callable[[str], Any] = str) -> Any:
    """A setting of several values; None where it is left out.

    Args:
        meaning: what they are, and what holds where there are none.
        parse: of each.
    """
    return _field(_Declaration(meaning, is_list=True, parse=parse))


def required_list(meaning: str, parse: Callable[[str], Any] = str) -> Any:
    """A setting of several values without which the source is left out."""
    return _field(_Declaration(meaning, is_required=True, is_list=True, parse=parse))


def address(default: str) -> Any:
    """The vendor's base URL; another one is for tests and proxies."""
    return optional(f"the vendor's address, {default} unless set", default, lambda url: url.rstrip("/"))


def whole_number(first: int, last: int, unit: str) -> Callable[[str], int]:
    """Parses a number of units within bounds."""

    def parse(text: str) -> int:
        if not text.isdigit() or not first <= int(text) <= last:
            raise ValueError(f"a number of {unit} from {first} to {last}")
        return int(text)

    return parse


class Settings(Generic[T]):
    """A source's settings.

    Args:
        source: name of the source; its settings are ``sources.<source>.<field>``.
        form: dataclass whose fields are declared by the functions above.
    """

    def __init__(self, source: str, form: type[T]) -> None:
        self._source = source
        self._form = form

    def key(self, name: str) -> str:
        """The dotted key of a field, for messages."""
        return f"sources.{self._source}.{name}"

    @property
    def declared(self) -> tuple[Setting, ...]:
        """Every setting, in the order of the fields."""
        return tuple(
            Setting(self.key(name), declaration.meaning, declaration.is_required)
            for name, declaration in self._declarations()
        )

    def missing(self) -> tuple[Setting, ...]:
        """Required settings that are not set."""
        return missing(self.declared)

    def read(self) -> T:
        """The configuration.

        Raises:
            SourceError: a required setting is absent, or a value is not what its setting wants.
        """
        if absent := self.missing():
            raise SourceError(
                self._source,
                f"{', '.join(item.key for item in absent)} {'is' if len(absent) == 1 else 'are'} not set",
                absent[0].meaning,
            )
        return self._form(**{name: self._value(name, declaration) for name, declaration in self._declarations()})

    def _declarations(self) -> list[tuple[str, _Declaration]]:
        declared: tuple[Field[Any], ...] = fields(self._form)  # type: ignore[arg-type]
        return [(each.name, each.metadata[_DECLARED]) for each in declared]

    def _value(self, name: str, declaration: _Declaration) -> Any:
        if declaration.is_list:
            texts = setting_list(self.key(name))
            return None if texts is None else tuple(declaration.parse(text) for text in texts)
        text = setting(self.key(name))
        if text is None:
            return declaration.default
        try:
            return declaration.parse(text)
        except ValueError as expected:
            advice = f"set it to {expected}, or leave it out"
            raise SourceError(self._source, f"{self.key(name)} is {text!r}", advice) from None


def _field(declaration: _Declaration) -> Any:
    return field(metadata={_DECLARED: declaration})
