"""Settings from the environment: what is refused, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shophouse.settings import InvalidSettingsError, Settings


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("SHOPHOUSE_AS_OF", "yesterday", "a UTC date or instant, such as 2026-11-20 or 2026-11-20T12:00Z"),
        ("SHOPHOUSE_AS_OF", "2026-02-30", "a UTC date or instant, such as 2026-11-20 or 2026-11-20T12:00Z"),
        ("SHOPHOUSE_AS_OF", "20261120", "a UTC date or instant, such as 2026-11-20 or 2026-11-20T12:00Z"),
        ("SHOPHOUSE_REPORTING_CURRENCY", "EURO", "an ISO 4217 code, such as USD"),
        ("SHOPHOUSE_REPORTING_CURRENCY", "usd", "an ISO 4217 code, such as USD"),
        ("SHOPHOUSE_SCHEDULES", "maybe", "true or false"),
        ("SHOPHOUSE_MEMORY", "plenty", "a size, such as 2GB or 800MB"),
        ("SHOPHOUSE_SCAN_INBOX", "", "true or false"),
        ("SHOPHOUSE_HOME", "~nobody-of-this-name/home", "the path of a folder"),
    ],
)
def test_an_invalid_setting_is_named_with_its_value(
    variable: str, value: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidSettingsError) as refused:
        Settings()
    assert str(refused.value) == f"{variable} is {value!r}; expected {expected}, or leave it unset"


def test_every_invalid_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPHOUSE_AS_OF", "yesterday")
    monkeypatch.setenv("SHOPHOUSE_SCHEDULES", "maybe")
    with pytest.raises(InvalidSettingsError, match=r"SHOPHOUSE_AS_OF .*; SHOPHOUSE_SCHEDULES "):
        Settings()


def test_the_hash_key_is_never_shown() -> None:
    assert "s3cret" not in repr(Settings(hash_key="s3cret"))
    with pytest.raises(InvalidSettingsError) as refused:
        Settings(hash_key=["s3cret"])  # type: ignore[arg-type]
    assert str(refused.value) == "SHOPHOUSE_HASH_KEY is not valid; expected text, or leave it unset"


def test_every_setting_says_what_it_expects() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_valid_settings_are_read_as_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHOPHOUSE_HOME", str(tmp_path))
    monkeypatch.setenv("SHOPHOUSE_AS_OF", "2026-11-20")
    settings = Settings()
    assert (settings.home, settings.as_of) == (tmp_path, datetime(2026, 11, 20, 12, tzinfo=UTC))
