"""What a source is: its tables, the settings it needs, and a generator of typed Arrow tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import pyarrow as pa

from ingestion.contract import RawTable
from shophouse.settings import Settings


@dataclass(frozen=True)
class Rows:
    """Rows of a table.

    Attributes:
        table: where they land.
        data: in the table's declared schema; new columns may follow the declared ones.
    """

    table: RawTable
    data: pa.Table


@dataclass(frozen=True)
class SlicesRead:
    """Slices that were read, so that stored rows of a slice that came back empty go too.

    Slices of rows that are yielded need not be named again.

    Attributes:
        table: any but a replaced one.
        keys: at least the columns of its ``slice_key``, one row or more per slice.
    """

    table: RawTable
    keys: pa.Table

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", _keys(self.table, self.table.slice_key, self.keys))


@dataclass(frozen=True)
class ScopesRead:
    """Scopes that were read whole, so that a full refresh replaces one that came back empty too.

    Scopes of rows that are yielded need not be named again.

    Attributes:
        table: a table with a ``scope``.
        keys: at least the columns of the scope, one row or more per scope.
    """

    table: RawTable
    keys: pa.Table

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", _keys(self.table, self.table.scope, self.keys))


Batch = Rows | SlicesRead | ScopesRead
"""What a source yields."""


@dataclass(frozen=True)
class Setting:
    """A setting of a source."""

    key: str
    """Dotted dlt key, e.g. ``sources.shopify.stores.main.access_token``."""
    meaning: str
    """What it is and where the vendor shows it."""
    is_required: bool = True
    """Without it the source is left out."""
    instead: tuple[str, ...] = ()
    """Keys of other settings that stand in its place where all of them are set."""

    @property
    def environment_variable(self) -> str:
        """The same setting as an environment variable."""
        return self.key.replace(".", "__").upper()


@dataclass(frozen=True)
class Gap:
    """A part of a source that could not be read although the rest was.

    Attributes:
        sentence: which part, why, and what to do.
        is_missing: whether figures are missing for it; of an account that is closed none are.
    """

    sentence: str
    is_missing: bool


@dataclass
class ExtractRequest:
    """What one extraction is asked for.

    Attributes:
        settings: paths and ``as_of``.
        as_of: upper bound of every window (UTC).
        since: start of a backfill (UTC); None: incremental from the cursor, or everything the vendor keeps.
        until: end of a backfill, exclusive (UTC); None: ``as_of``.
        full_refresh: ignore cursors and read everything.
        state: the source's cursors; what is put here is committed with the load or not at all.
        progress: called with (what, rows so far) for people who watch.
        after_commit: steps that run, in order, once the load is committed. A step may raise SourceError: what could
            be read is then in place, and the source still fails with the rest named.
        held: how many rows hold now of each slice, by table that is written in slices: its merge key and ``rows``.
        gaps: what could not be read although the rest was; filled while the source is read.
    """

    settings: Settings
    as_of: datetime
    since: datetime | None = None
    until: datetime | None = None
    full_refresh: bool = False
    state: MutableMapping[str, Any] = field(default_factory=dict)
    progress: Callable[[str, int], None] = lambda what, rows: None
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    held: Mapping[str, pa.Table] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)


Job = Literal["commerce", "ads", "census"]
"""Sources that are synced together, because their data change at the same pace."""


@dataclass(frozen=True)
class Source:
    """A vendor, or the file inbox.

    Attributes:
        name: schema in ``raw.duckdb`` and first part of asset keys.
        title: the name people know.
        tables: every table it lands; all exist, empty, from the first run.
        missing_settings: what is not configured (empty: ready to run). Must not touch the network.
        extract: yields batches; raises on any failed page. Later batches of a table add to earlier ones.
        warn_after: age of the last success from which the source counts as stale; None: no age is a fault.
        error_after: age from which it fails its freshness check.
        job: whose sync it is part of.
        owner: table and column that say whose data the source brings (a store, an account); None: nobody's.
        settings: every setting, for people; of several stores or accounts, those of one.
        reads: what it reads, for people.
        rereads: what a run reads again, for people.
        has_date_range: whether ``since`` and ``until`` limit what is read; where they do not, they are wrong usage.
    """

    name: str
    title: str
    tables: tuple[RawTable, ...]
    missing_settings: Callable[[], tuple[Setting, ...]]
    extract: Callable[[ExtractRequest], Iterator[Batch]]
    warn_after: timedelta | None
    error_after: timedelta | None
    job: Job = "commerce"
    owner: tuple[str, str] | None = None
    settings: tuple[Setting, ...] = ()
    reads: str = ""
    rereads: str = ""
    has_date_range: bool = False

    def table(self, name: str) -> RawTable:
        """The table of that name.

        Raises:
            KeyError: the source has no such table.
        """
        return {t.name: t for t in self.tables}[name]

    def check_range(self, since: datetime | None, until: datetime | None) -> None:
        """Says whether the source can be asked for these dates, before it is.

        Args:
            since: start of a backfill; None: from the cursor.
            until: end of a backfill, exclusive; None: up to now.

        Raises:
            WrongRangeError: the source has no range of dates, the start is missing, or it does not lie before the end.
        """
        if not self.has_date_range and (since or until):
            raise WrongRangeError(
                f"{self.title} has no range of dates, a sync reads all of it; leave out since and until"
            )
        if until and not since:
            raise WrongRangeError(
                f"until needs since: expected both ends of the dates to read again, got only until {_minute(until)}"
            )
        if since and until and since >= until:
            raise WrongRangeError(f"since {_minute(since)} must be before until {_minute(until)}")


class WrongRangeError(ValueError):
    """Dates that a source cannot be asked for; the message says what was expected."""


class SourceError(Exception):
    """A source could not be read; the message says which source, what the vendor answered and what to do."""

    def __init__(self, source: str, problem: str, advice: str = "") -> None:
        self.source = source
        self.problem = problem
        self.advice = advice
        super().__init__(f"{source}: {problem}" + (f" -> {advice}" if advice else ""))


def counted(owner: str, request: ExtractRequest, batches: Iterable[Batch]) -> Iterator[Batch]:
    """The batches; whoever watches is told how many rows of each table have come.

    Args:
        owner: whose rows they are, e.g. an account.
        request: has the one to be told.
        batches: as they come.
    """
    rows: dict[str, int] = {}
    for batch in batches:
        if isinstance(batch, Rows):
            name = batch.table.name
            rows[name] = rows.get(name, 0) + batch.data.num_rows
            request.progress(f"{name} of {owner}", rows[name])
        yield batch


def _keys(table: RawTable, columns: tuple[str, ...], read: pa.Table) -> pa.Table:
    return read.select(list(columns)).cast(pa.schema([table.schema.field(name) for name in columns]))


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def tables_by_name(tables: tuple[RawTable, ...]) -> Mapping[str, RawTable]:
    """Index of tables by name."""
    return {t.name: t for t in tables}
