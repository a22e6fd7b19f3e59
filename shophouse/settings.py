"""Every setting of Shophouse that is not a source's credential, in one place.

Read from the environment (``SHOPHOUSE_`` prefix). Credentials and base URLs of sources are dlt configuration:
``.dlt/secrets.toml``, ``.dlt/config.toml`` or ``SOURCES__...`` environment variables.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from pydantic import Field, ModelWrapValidatorHandler, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shophouse.currencies import CURRENCY_CODES

PROJECT_ROOT = Path(__file__).resolve().parent.parent
_PREFIX = "SHOPHOUSE_"


class InvalidSettingsError(Exception):
    """Settings that nothing can work with; the message names each variable, its value and what was expected."""


class Settings(BaseSettings):
    """Where state lives, what "now" is, and how money is reported.

    Attributes:
        home: state folder; deleting it resets everything.
        as_of: the instant that the run takes as the present (UTC). A bare date means 12:00 UTC of that day,
            so the date itself is a partial day in every shop's time zone.
        reporting_currency: ISO 4217 code of every ``_reporting`` amount; empty: the stores' most common currency.
        scan_inbox: whether a run loads new files of the inbox first.
        schedules: whether the schedules of a newly opened Dagster are running; the one switch for all of them.
        smallest_share: a load that replaces rows must bring at least this share of them, or it is refused; 0: any.
        strict_audit: whether a source that stays unexplained past its limit keeps the run from publishing.
        memory: what the build of the models may hold in memory; what is more lies on the disk meanwhile.
        hash_key: key of the hashes of personal data; empty: made once for this home and kept in ``raw.duckdb``.

    Raises:
        InvalidSettingsError: a setting has a value that is not what its field describes.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="ignore")

    # What is described is what an error expects; what has no repr is secret.
    home: Path = Field(default=Path(".shophouse"), description="the path of a folder")
    as_of: datetime | None = Field(
        default=None, description="a UTC date or instant, such as 2026-11-20 or 2026-11-20T12:00Z"
    )
    reporting_currency: str = Field(default="", description="an ISO 4217 code, such as USD")
    scan_inbox: bool = Field(default=True, description="true or false")
    schedules: bool = Field(default=False, description="true or false")
    smallest_share: float = Field(default=0.8, ge=0, le=1, description="a share, 0 to 1")
    strict_audit: bool = Field(default=False, description="true or false")
    memory: str = Field(default="2GB", pattern=r"^\d+(\.\d+)?(MB|GB)$", description="a size, such as 2GB or 800MB")
    hash_key: str = Field(default="", description="text", repr=False)

    @model_validator(mode="wrap")
    @classmethod
    def _explained(cls, values: Any, validate: ModelWrapValidatorHandler[Settings]) -> Settings:
        try:
            return validate(values)
        except ValidationError as error:
            raise InvalidSettingsError("; ".join(_explain(problem) for problem in error.errors())) from None

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        try:
            return value.expanduser().absolute()
        except RuntimeError as error:
            # Of a user who is not there; pydantic takes the values of a ValueError only for invalid.
            raise ValueError(str(error)) from None

    @field_validator("as_of", mode="before")
    @classmethod
    def _noon_of_a_bare_date(cls, value: object) -> object:
        if isinstance(value, str) and value.strip().isdigit():
            raise ValueError("a number would be taken for seconds since 1970")
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

    @field_validator("reporting_currency")
    @classmethod
    def _of_iso_4217(cls, value: str) -> str:
        if value and value not in CURRENCY_CODES:
            raise ValueError("no rate would ever be found for it")
        return value

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
    def webhooks(self) -> Path:
        """Folder into which a receiver puts webhooks, by source and store."""
        return self.home / "webhooks"

    @property
    def inbox(self) -> Path:
        """Drop folder for files."""
        return self.home / "inbox"

    @property
    def dlt_dir(self) -> Path:
        """dlt's working folder (pipeline state, load packages)."""
        return self.home / "dlt"


def _explain(problem: Any) -> str:
    """A sentence on one of pydantic's error details; it never holds the value of a secret."""
    name = str(problem["loc"][0])
    field = Settings.model_fields[name]
    value = f"is {str(problem['input'])!r}" if field.repr else "is not valid"
    return f"{_PREFIX}{name.upper()} {value}; expected {field.description}, or leave it unset"
