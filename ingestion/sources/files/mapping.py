r"""Mapping files: how a foreign file's columns become a template's.

The language (YAML):

.. code-block:: yaml

    template: orders                 # the template that the mapping fills
    description: what file this is   # optional
    file:                            # how to read it; every key optional
      delimiter: ";"                 # else found out from the header
      encoding: cp1252               # else byte order mark, UTF-8, Windows-1252
      sheet: Orders                  # else the first
      decimal: ","                   # else "."
      thousands: "."                 # else none
      null_values: ["NULL", "-"]     # cells that mean nothing
    unknown_columns: deny            # deny (default): a column that is not named here refuses the file; skip
    ignore: [RowId]                  # columns left out on purpose
    expect: {Currency: GBP}          # cells that must hold exactly this text
    columns:                         # template column: where its value comes from
      order_id: InvoiceNo            # a column, renamed; or one of from, constant, number_within, rules:
      store_id: {constant: my-shop}
      line_number: {number_within: InvoiceNo}      # 1, 2, ... in file order within equal values
      customer_id: {from: CustomerID, extract: '^(\d+)(?:\.0)?$'}   # the pattern's first group
      original_order_id: {from: CreditOf, prefix: "B-"}            # this before every value that is there
      ordered_at: {from: Date, date_format: "%d/%m/%Y %H:%M"}
      entry_type:
        rules:                       # in order, the first match wins; a blank cell is the empty text
          - {when: {InvoiceNo: "^C"}, value: cancellation}
          - {when: {Quantity: "^-", Reason: "(?i)damage"}, value: adjustment}   # all must match
          - {otherwise: sale}        # without it, a row that no rule matches refuses the file
      source_note: {rules: [{when: {Type: "^X"}, from: Remark}, {otherwise: null}]}
      quantity: {from: Qty, sign: [{when: {Type: "^RET"}, be: negative}, {otherwise: kept}]}

``sign`` sets the sign of a number: negative, positive, flipped or kept. There is no arithmetic: what a file does not
say is not made up here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import yaml

from ingestion.sources.files.readers import ReadOptions
from ingestion.sources.files.templates import TEMPLATES, Template

SHIPPED = Path(__file__).parent / "mappings"
SIGNS = ("negative", "positive", "flipped", "kept")


class MappingError(ValueError):
    """A mapping file is wrong; the message names the file, the line, what was found and what is allowed."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}, line {line}: {problem}")


@dataclass(frozen=True)
class SourceColumn:
    """A column of the file, and the mapping's line that names it."""

    name: str
    line: int


@dataclass(frozen=True)
class Condition:
    """A pattern that a column's text must match; a blank cell is the empty text."""

    column: SourceColumn
    pattern: str


@dataclass(frozen=True)
class Choice:
    """One rule: if all conditions hold, a constant, or a column's value. No conditions: always."""

    conditions: tuple[Condition, ...]
    constant: str | None = None
    column: SourceColumn | None = None


@dataclass(frozen=True)
class ColumnMapping:
    """Where one template column comes from; exactly one of the first four is given.

    Attributes:
        line: of the mapping file.
        column: the file's column.
        constant: the same text in every row.
        number_within: columns within whose equal values rows are numbered from 1.
        choices: rules, the first that matches wins.
        extract: pattern whose first group is the value.
        prefix: text before every value that is there.
        date_format: strftime pattern of dates and times.
        sign: rules whose constants are of ``SIGNS``.
    """

    line: int
    column: SourceColumn | None = None
    constant: str | None = None
    number_within: tuple[SourceColumn, ...] = ()
    choices: tuple[Choice, ...] = ()
    extract: str | None = None
    prefix: str = ""
    date_format: str | None = None
    sign: tuple[Choice, ...] = ()

    @property
    def is_constant(self) -> bool:
        """Whether every row has the same value."""
        return self.column is None and not self.number_within and not self.choices

    def source_columns(self) -> list[SourceColumn]:
        """Every column of the file that it reads."""
        found = [self.column] if self.column else []
        found += self.number_within
        for choice in (*self.choices, *self.sign):
            found += [condition.column for condition in choice.conditions]
            found += [choice.column] if choice.column else []
        return found


@dataclass(frozen=True)
class FileMapping:
    """A whole mapping.

    Attributes:
        template: name of the template it fills.
        path: where it was read.
        content: its text; part of a loaded file's identity.
        options: how to read the file.
        columns: by template column.
        skip_unknown: columns that the mapping does not name are left out instead of refused.
        ignored: columns left out on purpose.
        expected: text that a column must hold in every row.
    """

    template: str
    path: Path
    content: str
    options: ReadOptions
    columns: Mapping[str, ColumnMapping]
    skip_unknown: bool = False
    ignored: tuple[SourceColumn, ...] = ()
    expected: tuple[tuple[SourceColumn, str], ...] = ()

    def source_columns(self) -> list[SourceColumn]:
        """Every column of the file that the mapping names."""
        found = [column for mapped in self.columns.values() for column in mapped.source_columns()]
        return [*found, *self.ignored, *(column for column, _ in self.expected)]


def shipped_mappings() -> list[str]:
    """Names of the mappings that come with Shophouse."""
    return sorted(path.stem for path in SHIPPED.glob("*.yml"))


def find_mapping(name: str | Path) -> FileMapping:
    """A mapping file by path, or a shipped one by name.

    Raises:
        MappingError: the file has an error.
        FileNotFoundError: neither a file nor a shipped mapping.
    """
    path = Path(name)
    if path.is_file():
        return read_mapping(path)
    if str(name) in shipped_mappings():
        return read_mapping(SHIPPED / f"{name}.yml")
    raise FileNotFoundError(f"no mapping file {name}, and none ships under that name ({', '.join(shipped_mappings())})")


def read_mapping(path: Path) -> FileMapping:
    """Reads and checks a mapping file.

    Raises:
        MappingError: with the line, what was found and what is allowed.
    """
    content = path.read_text(encoding="utf-8")
    try:
        root = yaml.compose(content, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise MappingError(path, line, f"not YAML: {error.problem}") from None
    if root is None:
        raise MappingError(path, 1, "the file is empty; expected 'template' and 'columns'")
    return _Reader(path, content).mapping(root)


@dataclass(frozen=True)
class _Reader:
    """Reads YAML nodes, which know their lines, into a mapping."""

    path: Path
    content: str

    def mapping(self, root: yaml.Node) -> FileMapping:
        known = ("template", "description", "file", "unknown_columns", "ignore", "expect", "columns")
        parts = self._keys(root, known, required=("template", "columns"))
        name = self._text(parts["template"])
        if name not in TEMPLATES:
            raise self._error(parts["template"], f"unknown template {name!r}; expected one of {', '.join(TEMPLATES)}")
        unknown = self._one_of(parts["unknown_columns"], ("deny", "skip")) if "unknown_columns" in parts else "deny"
        expect = self._pairs(parts["expect"]) if "expect" in parts else []
        return FileMapping(
            template=name,
            path=self.path,
            content=self.content,
            options=self._options(parts.get("file")),
            columns=self._columns(parts["columns"], TEMPLATES[name]),
            skip_unknown=unknown == "skip",
            ignored=tuple(self._column(node) for node in self._items(parts["ignore"])) if "ignore" in parts else (),
            expected=tuple((SourceColumn(key, _line(node)), self._text(node)) for key, _, node in expect),
        )

    def _columns(self, node: yaml.Node, template: Template) -> dict[str, ColumnMapping]:
        mapped: dict[str, ColumnMapping] = {}
        for name, key, value in self._pairs(node):
            if name not in template.column_names:
                allowed = ", ".join(template.column_names)
                raise self._error(key, f"template {template.name} has no column {name!r}; it has {allowed}")
            mapped[name] = self._mapped(value)
        absent = [
            c
            for c in template.column_names
            if template.rule(c).required and c not in mapped and not template.rule(c).default
        ]
        if absent:
            raise self._error(node, f"template {template.name} needs {', '.join(absent)}; say where they come from")
        return mapped

    def _mapped(self, node: yaml.Node) -> ColumnMapping:
        if isinstance(node, yaml.ScalarNode):
            return ColumnMapping(_line(node), column=self._column(node))
        origins = ("from", "constant", "number_within", "rules")
        parts = self._keys(node, (*origins, "extract", "prefix", "date_format", "sign"))
        if len([origin for origin in origins if origin in parts]) != 1:
            raise self._error(node, f"expected exactly one of {', '.join(origins)}")
        numbering = parts.get("number_within")
        return ColumnMapping(
            line=_line(node),
            column=self._column(parts["from"]) if "from" in parts else None,
            constant=self._text(parts["constant"]) if "constant" in parts else None,
            number_within=tuple(self._column(item) for item in self._items(numbering)) if numbering else (),
            choices=self._choices(parts["rules"], "value", self._text) if "rules" in parts else (),
            extract=self._pattern(parts["extract"], groups=1) if "extract" in parts else None,
            prefix=self._text(parts["prefix"]) if "prefix" in parts else "",
            date_format=self._text(parts["date_format"]) if "date_format" in parts else None,
            sign=self._choices(parts["sign"], "be", lambda n: self._one_of(n, SIGNS)) if "sign" in parts else (),
        )

    def _choices(self, node: yaml.Node, result: str, read: Callable[[yaml.Node], str]) -> tuple[Choice, ...]:
        choices = []
        for position, item in enumerate(items := self._items(node)):
            parts = self._keys(item, ("when", result, "from", "otherwise"))
            if "otherwise" in parts:
                if len(parts) > 1 or position + 1 < len(items):
                    raise self._error(item, "'otherwise' stands alone, as the last rule")
                choices.append(self._otherwise(parts["otherwise"], read))
                continue
            if "when" not in parts or (result in parts) == ("from" in parts):
                raise self._error(item, f"expected 'when' and one of '{result}' and 'from'")
            conditions = tuple(
                Condition(SourceColumn(name, _line(key)), self._pattern(value))
                for name, key, value in self._pairs(parts["when"])
            )
            choices.append(
                Choice(
                    conditions,
                    constant=read(parts[result]) if result in parts else None,
                    column=self._column(parts["from"]) if "from" in parts else None,
                )
            )
        if not choices:
            raise self._error(node, "expected at least one rule")
        return tuple(choices)

    def _otherwise(self, node: yaml.Node, read: Callable[[yaml.Node], str]) -> Choice:
        if isinstance(node, yaml.MappingNode):
            return Choice((), column=self._column(self._keys(node, ("from",), required=("from",))["from"]))
        if node.tag == "tag:yaml.org,2002:null":
            return Choice(())
        return Choice((), constant=read(node))

    def _options(self, node: yaml.Node | None) -> ReadOptions:
        if node is None:
            return ReadOptions()
        parts = self._keys(node, ("delimiter", "encoding", "sheet", "decimal", "thousands", "null_values"))
        nulls = parts.pop("null_values", None)
        for name in ("delimiter", "decimal"):
            if name in parts and len(self._text(parts[name])) != 1:
                raise self._error(parts[name], f"{name} is one character")
        texts = {name: self._text(value) for name, value in parts.items()}
        options = ReadOptions(
            delimiter=texts.get("delimiter"),
            encoding=texts.get("encoding"),
            sheet=texts.get("sheet"),
            decimal=texts.get("decimal", "."),
            thousands=texts.get("thousands", ""),
            null_values=tuple(self._text(item) for item in self._items(nulls)) if nulls else (),
        )
        if options.thousands == options.decimal:
            raise self._error(node, "decimal and thousands are different characters")
        return options

    def _pattern(self, node: yaml.Node, groups: int = 0) -> str:
        pattern = self._text(node)
        try:
            pl.Series([""]).str.contains(pattern)
        except pl.exceptions.ComputeError as error:
            raise self._error(node, f"not a regular expression: {pattern!r} ({str(error).splitlines()[-1]})") from None
        if groups and not re.search(r"(?<!\\)\((?!\?[:iPmsx])", pattern):
            raise self._error(node, f"the pattern {pattern!r} needs a group (in parentheses) that is the value")
        return pattern

    def _column(self, node: yaml.Node) -> SourceColumn:
        return SourceColumn(self._text(node), _line(node))

    def _one_of(self, node: yaml.Node, allowed: tuple[str, ...]) -> str:
        value = self._text(node)
        if value not in allowed:
            raise self._error(node, f"expected one of {', '.join(allowed)}, not {value!r}")
        return value

    def _text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(node, "expected one value")
        return str(node.value)

    def _items(self, node: yaml.Node) -> list[yaml.Node]:
        return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]

    def _pairs(self, node: yaml.Node) -> list[tuple[str, yaml.Node, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            raise self._error(node, "expected 'name: value' pairs")
        seen: set[str] = set()
        pairs = []
        for key, value in node.value:
            name = self._text(key)
            if name in seen:
                raise self._error(key, f"{name!r} stands here twice")
            seen.add(name)
            pairs.append((name, key, value))
        return pairs

    def _keys(self, node: yaml.Node, allowed: tuple[str, ...], required: tuple[str, ...] = ()) -> dict[str, yaml.Node]:
        found = {}
        for name, key, value in self._pairs(node):
            if name not in allowed:
                raise self._error(key, f"unknown key {name!r}; expected {', '.join(allowed)}")
            found[name] = value
        absent = [name for name in required if name not in found]
        if absent:
            raise self._error(node, f"missing {', '.join(absent)}")
        return found

    def _error(self, node: yaml.Node, problem: str) -> MappingError:
        return MappingError(self.path, _line(node), problem)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
