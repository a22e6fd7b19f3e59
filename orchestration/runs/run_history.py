"""Dagster's run history in SQLite, on connections that stay open.

Dagster's own SQLite storage opens and closes a database for every event. A run of this project has some two thousand
events, most of them check results, so opening would take longer than the whole transformation of a small shop.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dagster import Field, StringSource

from orchestration.runs.seams import (
    SQLITE_BUSY_TIMEOUT_SECONDS,
    ConfigurableClassData,
    DagsterSqliteStorage,
    SqliteEventLogStorage,
    UserConfigSchema,
)
from shophouse.settings import Settings

_OPEN_DATABASES = 8


class OpenEventLog(SqliteEventLogStorage):
    """Dagster's event log: the same files and tables, each database opened once.

    The index and the latest runs stay open; a server that shows many runs does not hold a file for each.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, sa.Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def dispose(self) -> None:
        """Closes every database."""
        super().dispose()
        while self._engines:
            self._engines.popitem()[1].dispose()

    def _engine(self, shard: str) -> sa.Engine:
        if shard not in self._engines:
            timeout = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            engine = sa.create_engine(self.conn_string_for_shard(shard), connect_args=timeout)
            sa.event.listen(engine, "connect", _sync_at_checkpoints)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        if len(self._engines) > _OPEN_DATABASES:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[shard]


class RunHistory(DagsterSqliteStorage):
    """Dagster's SQLite storage with :class:`OpenEventLog`, in the state folder; ``dagster.yaml`` names it."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = OpenEventLog(str(Path(base_dir, "history", "runs")))

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """``base_dir``, which may be left out."""
        return {"base_dir": Field(StringSource, is_required=False)}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> RunHistory:
        """The storage in the folder that ``base_dir`` names; without one, in the environment's state folder."""
        return cls(str(config_value.get("base_dir") or history_folder(Settings())), inst_data)


def history_folder(settings: Settings) -> Path:
    """Where a state folder keeps its runs."""
    return settings.home / "dagster"


def _sync_at_checkpoints(connection: Any, record: Any) -> None:
    # With a write-ahead log a crash loses the last events at most, never the database.
    connection.execute("pragma synchronous = normal")
