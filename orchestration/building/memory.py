"""What each table was made of, kept in the build database: only what something has changed for is built again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

import duckdb

from orchestration.building.plan import Relation

_BUILDS = """
    create schema if not exists build.state;
    create table if not exists build.state.builds (
        relation varchar not null,
        made_of varchar,
        content varchar not null,
        invocation_id varchar not null,
        version varchar,
        code varchar,
        inputs varchar,
        content_before varchar
    );
    create table if not exists build.state.raw_contents (relation varchar, loads varchar, content varchar);
    create table if not exists build.state.checks (
        test varchar not null, made_of varchar not null, failure_count bigint not null
    );
    delete from build.state.builds where made_of is null;
"""


@dataclass(frozen=True)
class MadeOf:
    """What a table is made of.

    Attributes:
        version: of the project.
        code: hash of its SQL and that of the views below it.
        inputs: content of each table that it reads, by relation.
        hash: of all of it.
    """

    version: str
    code: str
    inputs: Mapping[str, str]
    hash: str


@dataclass(frozen=True)
class Build:
    """A build of a table.

    Attributes:
        made_of: what it was made of.
        content: number and hash of its rows.
        content_before: of the rows that it took the place of; None where they do not compare.
    """

    made_of: MadeOf
    content: str
    content_before: str | None


class Memory:
    """What is known of the builds. A build is forgotten before its table changes and kept after, so that no table that
    a killed run has left is taken for finished.

    Args:
        connection: to the build database; nobody else uses it.
        invocation: name of this run of the builds.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, invocation: str) -> None:
        self._connection = connection
        self._invocation = invocation
        self._lock = Lock()
        connection.execute(_BUILDS)
        self._builds = {
            relation: Build(MadeOf(version, code, json.loads(inputs), made_of), content, before)
            for relation, made_of, content, version, code, inputs, before in connection.execute(
                "select relation, made_of, content, version, code, inputs, content_before from build.state.builds"
            ).fetchall()
            if version is not None
        }
        self._raw = {
            (relation, loads): content
            for relation, loads, content in connection.execute("from build.state.raw_contents").fetchall()
        }
        self._checks: dict[str, tuple[str, int]] = {
            test: (made_of, count) for test, made_of, count in connection.execute("from build.state.checks").fetchall()
        }
        self._seen: dict[str, str] = {}

    def last(self, relation: Relation) -> Build | None:
        """The last build of a table; None where it is not known."""
        return self._builds.get(str(relation))

    def content(self, relation: Relation) -> str | None:
        """The content of a table that was built, or that this run has looked at; None where it is not known."""
        build = self._builds.get(str(relation))
        return build.content if build else self._seen.get(str(relation))

    def see(self, relation: Relation, content: str) -> None:
        """Notes, for this run, the content of a table that others write."""
        self._seen[str(relation)] = content

    def raw_content(self, relation: Relation, loads: str) -> str | None:
        """The content of a raw table that holds these loads, where a run has looked which rows came as they were."""
        return self._raw.get((str(relation), loads))

    def forget(self, relation: Relation) -> None:
        """Notes that a table is about to change."""
        with self._lock:
            self._builds.pop(str(relation), None)
            self._connection.execute("delete from build.state.builds where relation = ?", [str(relation)])

    def keep(self, relation: Relation, build: Build) -> None:
        """Notes that a table is built."""
        made_of = build.made_of
        row = [
            str(relation), made_of.hash, build.content, self._invocation,
            made_of.version, made_of.code, json.dumps(dict(made_of.inputs)), build.content_before,
        ]  # fmt: skip
        with self._lock:
            self._builds[str(relation)] = build
            self._connection.execute("insert into build.state.builds values (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def last_check(self, test: str, made_of: str) -> int | None:
        """How many rows a test found in what it reads as it is; None where it has not looked at that."""
        known, count = self._checks.get(test, ("", 0))
        return count if known == made_of else None

    def keep_check(self, test: str, made_of: str, count: int) -> None:
        """Notes what a test has found."""
        with self._lock:
            self._checks[test] = (made_of, count)
            self._connection.execute("delete from build.state.checks where test = ?", [test])
            self._connection.execute("insert into build.state.checks values (?, ?, ?)", [test, made_of, count])
