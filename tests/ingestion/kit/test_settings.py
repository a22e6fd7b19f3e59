"""Settings that are declared once: read, checked, and told to people."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ingestion.kit.settings import Settings, address, listed, optional, required, required_list, whole_number
from ingestion.source import SourceError


@dataclass(frozen=True)
class Form:
    """A vendor's settings."""

    token: str = required("the token")
    accounts: tuple[str, ...] = required_list("accounts to read", lambda text: text.removeprefix("act_"))
    others: tuple[str, ...] | None = listed("others")
    days: int = optional("days", 28, whole_number(1, 90, "days"))
    api_url: str = address("https://vendor.example")


SETTINGS = Settings("vendor", Form)


def test_what_is_set_is_read_and_the_rest_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__VENDOR__TOKEN", " t ")
    monkeypatch.setenv("SOURCES__VENDOR__ACCOUNTS", "act_1, 2")
    monkeypatch.setenv("SOURCES__VENDOR__API_URL", "http://127.0.0.1/")
    assert SETTINGS.read() == Form("t", ("1", "2"), None, 28, "http://127.0.0.1")


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [missing.environment_variable for missing in SETTINGS.missing()] == [
        "SOURCES__VENDOR__TOKEN",
        "SOURCES__VENDOR__ACCOUNTS",
    ]
    with pytest.raises(SourceError, match=r"sources\.vendor\.token, sources\.vendor\.accounts are not set"):
        SETTINGS.read()
    monkeypatch.setenv("SOURCES__VENDOR__ACCOUNTS", "1")
    with pytest.raises(SourceError, match=r"sources\.vendor\.token is not set -> the token"):
        SETTINGS.read()


@pytest.mark.parametrize("days", ["0", "91", "many"])
def test_a_value_that_does_not_fit_says_what_would(days: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__VENDOR__TOKEN", "t")
    monkeypatch.setenv("SOURCES__VENDOR__ACCOUNTS", "1")
    monkeypatch.setenv("SOURCES__VENDOR__DAYS", days)
    with pytest.raises(SourceError, match=rf"sources\.vendor\.days is '{days}' -> set it to a number of days from 1"):
        SETTINGS.read()
