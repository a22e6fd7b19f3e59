"""Every setting of Shophouse that is not a source's credential, in one place.

Read from the environment (``SHOPHOUSE_`` prefix). Credentials and base URLs of sources are dlt configuration:
``.dlt/secrets.toml``, ``.dlt/config.toml`` or ``SOURCES__...`` environment variables.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where state lives, what "now" is, and how money is reported.

    Attributes:
        home: state folder; deleting it resets everything.
        as_of: the instant that the run takes as the present (UTC). A bare date means 12:00 UTC of that day,
            so the date itself is a partial day in every shop's time zone.
        reporting_currency: ISO 4217 code of every ``_reporting`` amount; empty: the stores' most common currency.
        scan_inbox: whether a run loads new files of the inbox first.
        schedules: whether the schedules of a newly opened Dagster are running; the one switch for all of them.
        hash_key: key of the hashes of personal data; empty: made once for this home and kept in ``raw.duckdb``.
    """

    model_config = SettingsConfigDict(env_prefix="SHOPHOUSE_", extra="ignore")

    home: Path = Path(".shophouse")
    as_of: datetime | None = None
    reporting_currency: str = ""
    scan_inbox: bool = True
    schedules: bool = False
    hash_key: str = ""

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("as_of", mode="before")
    @classmethod
    def _noon_of_a_bare_date(cls, value: object) -> object:
        if isinstance(value, str) and len(value) == len("2026-01-31"):
            return datetime.combine(date.fromisoformat(value), time(12), UTC)
        if isinstance(value, date) and not isinstance(value, datetime):
            return datetime.combine(value, time(12), UTC)
        return value

    @field_validator("as_of")
    @classmethod
    def _in_utc(cls, value: datetime | None) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def instant(self) -> datetime:
        """The run's ``as_of``; the clock is read here and nowhere else."""
        return self.as_of or datetime.now(UTC)

    @property
    def raw_db(self) -> Path:
        """What the sources sent; written by dlt only."""
        return self.home / "raw.duckdb"

    @property
    def build_db(self) -> Path:
        """Staging and intermediate models; written by dbt only."""
        return self.home / "build.duckdb"

    @property
    def warehouse_db(self) -> Path:
        """Marts, metrics and forecasts before publication."""
        return self.home / "shophouse.duckdb"

    @property
    def published_db(self) -> Path:
        """The audited, read-only copy for analysts."""
        return self.home / "published" / "shophouse.duckdb"

    @property
    def inbox(self) -> Path:
        """Drop folder for files."""
        return self.home / "inbox"

    @property
    def dlt_dir(self) -> Path:
        """dlt's working folder (pipeline state, load packages)."""
        return self.home / "dlt"
