"""Mapping files: SQL that makes a template's rows of a foreign file's.

A mapping is one ``.sql`` file: a block comment in YAML that says how the file is read, then one ``select`` from
``rows``, whose columns are the template's. ``README.md`` beside this module describes both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import duckdb
import polars as pl
import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingestion.sources.files.readers import ReadOptions
from ingestion.sources.files.templates import TEMPLATES

SHIPPED = Path(__file__).parent / "mappings"
SUFFIX = ".sql"
ROWS = "rows"
"""Relation of a mapping that reads one kind of file."""

_NOTHING: Mapping[str, str] = {}
_HEADER = re.compile(r"\s*/\*(.*?)\*/", re.DOTALL)


class MappingError(ValueError):
    """A mapping file is wrong; the message names the file, the line, what was found and what is allowed."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}, line {line}: {problem}")


@dataclass(frozen=True)
class Input:
    """One kind of file that a mapping reads.

    Attributes:
        names: patterns of file names (``*orders*.csv``); empty: any.
        options: how to read it.
    """

    names: tuple[str, ...]
    options: ReadOptions


@dataclass(frozen=True)
class FileMapping:
    """A whole mapping.

    Attributes:
        template: name of the template it fills.
        path: where it was read.
        content: its text; part of a loaded file's identity.
        select: its SQL.
        inputs: by the name of their relation in the SQL.
        settings: what the SQL reads by ``setting('name')``; ``timezone`` is also the zone in which instants are told.
        as_written: columns of the template whose texts may look like 4.00638E+12.
    """

    template: str
    path: Path
    content: str
    select: str
    inputs: Mapping[str, Input]
    settings: Mapping[str, str]
    as_written: frozenset[str] = frozenset()


def shipped_mappings() -> list[str]:
    """Names of the mappings that come with Shophouse."""
    return sorted(path.stem for path in SHIPPED.glob(f"*{SUFFIX}"))


def find_mapping(name: str | Path, given: Mapping[str, str] = _NOTHING) -> FileMapping:
    """A mapping file by path, or a shipped one by name.

    Args:
        name: of the mapping.
        given: values of its settings.

    Raises:
        MappingError: the file has an error, or a setting has no value.
        FileNotFoundError: neither a file nor a shipped mapping.
    """
    path = Path(name)
    if path.is_file():
        return read_mapping(path, given)
    if str(name) in shipped_mappings():
        return read_mapping(SHIPPED / f"{name}{SUFFIX}", given)
    raise FileNotFoundError(f"no mapping file {name}, and none ships under that name ({', '.join(shipped_mappings())})")


def read_mapping(path: Path, given: Mapping[str, str] = _NOTHING) -> FileMapping:
    """Reads and checks a mapping file.

    Args:
        path: of the file.
        given: values of its settings.

    Raises:
        MappingError: with the line, what was found and what is allowed.
    """
    content = path.read_text(encoding="utf-8")
    found = _HEADER.match(content)
    if found is None:
        raise MappingError(path, 1, "expected a comment /* template: ... */ in YAML, then one select from rows")
    header = _header(path, content, found)
    select = content[found.end() :].strip()
    _refuse_other_than_a_select(path, content, select)
    kinds = header.files or {ROWS: header.file}
    settings = _settings(path, content, header.settings, given)
    for name in re.findall(r"\bsetting\(\s*'([^']*)'", select):
        if name not in settings:
            raise MappingError(path, 1, f"setting('{name}') needs {name} under settings:")
    return FileMapping(
        template=header.template,
        path=path,
        content=content + "".join(f"\0{name}={value}" for name, value in sorted(given.items())),
        select=select.rstrip(";"),
        inputs={name: Input(kind.names, kind.options()) for name, kind in kinds.items()},
        settings=settings,
        as_written=frozenset(header.as_written),
    )


def _text_list(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _pattern(value: str) -> str:
    try:
        pl.Series([""]).str.contains(value)
    except pl.exceptions.ComputeError as error:
        raise ValueError(f"not a regular expression: {value!r} ({str(error).splitlines()[-1]})") from None
    return value


def _known_template(value: str) -> str:
    if value not in TEMPLATES:
        raise ValueError(f"unknown template {value!r}; expected one of {', '.join(TEMPLATES)}")
    return value


def _settings(path: Path, content: str, stated: Mapping[str, str | None], given: Mapping[str, str]) -> dict[str, str]:
    unknown = sorted(set(given) - set(stated))
    if unknown:
        raise MappingError(path, 1, f"no setting {', '.join(unknown)}; it has {', '.join(stated) or 'none'}")
    values = {**stated, **given}
    for name, value in values.items():
        line = _line_of(content, [name])
        if value is None:
            raise MappingError(path, line, f"say --set {name}=..., or write its value into a copy of the mapping")
        if name == "timezone" and value not in available_timezones():
            raise MappingError(path, line, f"unknown time zone {value!r}; expected an IANA name, e.g. Europe/London")
    return {name: str(value) for name, value in values.items()}


_Character = Annotated[str, Field(min_length=1, max_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _FileHeader(_Strict):
    names: tuple[str, ...] = ()
    delimiter: _Character | None = None
    encoding: str | None = None
    quote: Literal["double", "none"] = "double"
    header: Annotated[int, Field(ge=1)] | None = None
    leave_out_lines: Annotated[str, AfterValidator(_pattern)] = ""
    leave_out: dict[str, Annotated[str, AfterValidator(_pattern)]] = {}
    sheet: str | None = None
    decimal: _Character | None = None
    thousands: Annotated[str, Field(max_length=1)] = ""
    null_values: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_or_many(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        lists = ("names", "null_values", "optional")
        return {name: _text_list(value) if name in lists else value for name, value in values.items()}

    @model_validator(mode="after")
    def _marks_differ(self) -> _FileHeader:
        if self.thousands and self.thousands == (self.decimal or "."):
            raise ValueError("decimal and thousands are different characters")
        return self

    def options(self) -> ReadOptions:
        return ReadOptions(
            delimiter=self.delimiter,
            encoding=self.encoding,
            quoted=self.quote == "double",
            header=self.header,
            leave_out_lines=self.leave_out_lines,
            leave_out=tuple(self.leave_out.items()),
            sheet=self.sheet,
            decimal=self.decimal,
            thousands=self.thousands,
            null_values=self.null_values,
            optional=self.optional,
        )


class _Header(_Strict):
    template: Annotated[str, AfterValidator(_known_template)]
    description: str = ""
    settings: dict[str, str | None] = {}
    file: _FileHeader = _FileHeader()
    files: dict[Annotated[str, Field(pattern="^[a-z_][a-z0-9_]*$")], _FileHeader] = {}
    as_written: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _file_or_files(self) -> _Header:
        if self.files and "file" in self.model_fields_set:
            raise ValueError("either file (one kind of file, read as rows) or files (several, each under its name)")
        if len(self.files) > 1 and not all(kind.names for kind in self.files.values()):
            raise ValueError("each of several files needs names: patterns that tell it from the others")
        return self


def _header(path: Path, content: str, found: re.Match[str]) -> _Header:
    first = content.count("\n", 0, found.start(1)) + 1
    try:
        values = yaml.safe_load(found.group(1))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise MappingError(path, first + line, f"not YAML: {error.problem}") from None
    try:
        return _Header.model_validate(values or {})
    except ValidationError as error:
        problem = error.errors()[0]
        place = [str(part) for part in problem["loc"]]
        told = problem["msg"].removeprefix("Value error, ")
        where = f"{'.'.join(place)}: " if place else ""
        raise MappingError(path, _line_of(content, place), f"{where}{told}") from None


def _line_of(content: str, place: list[str]) -> int:
    """The line of the header that names the last part of a place that stands there."""
    for part in reversed(place):
        found = re.search(rf"^\s*{re.escape(part)}\s*:", content, re.MULTILINE)
        if found:
            return content.count("\n", 0, found.start()) + 1
    return 1


def _refuse_other_than_a_select(path: Path, content: str, select: str) -> None:
    above = content.count("\n", 0, content.find(select)) if select else 0
    with duckdb.connect() as connection:
        try:
            statements = connection.extract_statements(select)
        except duckdb.ParserException as error:
            line = re.search(r"^LINE (\d+):", str(error), re.MULTILINE)
            told = str(error).splitlines()[0]
            raise MappingError(path, above + int(line.group(1) if line else 1), told) from None
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise MappingError(path, above + 1, "expected one select below the comment, and nothing else")
