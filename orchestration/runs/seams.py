"""Private parts of Dagster, which an upgrade may move: here and nowhere else, and a test names each."""

from __future__ import annotations

from dagster._config import UserConfigSchema
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION
from dagster._core.events import JobFailureData
from dagster._core.execution.plan.active import logger as plan_log
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from dagster._utils.error import SerializableErrorInfo

__all__ = [
    "SQLITE_BUSY_TIMEOUT_SECONDS",
    "SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION",
    "ConfigurableClassData",
    "DagsterSqliteStorage",
    "InstanceRef",
    "JobFailureData",
    "SerializableErrorInfo",
    "SqliteEventLogStorage",
    "UserConfigSchema",
    "plan_log",
]
