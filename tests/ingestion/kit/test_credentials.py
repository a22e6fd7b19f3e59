"""Settings of sources: what counts as set, and what cannot be sent to a vendor."""

from __future__ import annotations

from pathlib import Path

import pytest
from requests import Request, Session

from ingestion.kit.credentials import missing, setting, setting_list
from ingestion.registry import SOURCES
from ingestion.source import Setting, SourceError
from ingestion.sources.google_ads.settings import read_settings

KEY = "sources.vendor.token"
VARIABLE = "SOURCES__VENDOR__TOKEN"


@pytest.mark.parametrize("blank", ["", " ", ",", " , ", "[]", "[ ]"])
def test_a_blank_list_is_as_if_unset(blank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, blank)
    assert setting_list(KEY) is None


def test_a_list_is_read_from_text_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "['1', \"2\", 3,]")
    assert setting_list(KEY) == ("1", "2", "3")


def test_blank_google_customers_are_every_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEVELOPER_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
        monkeypatch.setenv(f"SOURCES__GOOGLE_ADS__{name}", "demo")
    monkeypatch.setenv("SOURCES__GOOGLE_ADS__CUSTOMER_IDS", " ")
    assert read_settings().customer_ids is None


@pytest.mark.parametrize(
    ("value", "character", "place"),
    [
        ("“s3cret”", "LEFT DOUBLE QUOTATION MARK", 1),
        ("s3cret’", "RIGHT SINGLE QUOTATION MARK", 7),
        ("s3cret\u200bs3cret", "ZERO WIDTH SPACE", 7),
        ("s3cret\ns3cret", r"U\+000A", 7),
        ("s3cret\u00a0s3cret", "NO-BREAK SPACE", 7),
    ],
)
def test_what_no_header_carries_is_refused_without_showing_the_value(
    value: str, character: str, place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, value)
    for read in (setting, setting_list):
        with pytest.raises(SourceError, match=f"{KEY} holds {character} as its character {place},") as refused:
            read(KEY)
        assert refused.value.source == "vendor"
        assert "s3cret" not in str(refused.value)


def test_what_is_let_through_can_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = "".join(chr(code) for code in range(0x21, 0x100) if chr(code).isprintable())
    monkeypatch.setenv(VARIABLE, letters)
    prepared = Session().prepare_request(Request("GET", "http://127.0.0.1", headers={"Token": setting(KEY) or ""}))
    assert prepared.headers["Token"] == letters


def test_a_setting_that_cannot_be_sent_is_not_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "“s3cret”")
    assert missing([Setting(KEY, "a token")]) == ()


def test_settings_that_stand_in_for_another_do_so_together(monkeypatch: pytest.MonkeyPatch) -> None:
    token = Setting(KEY, "a token", instead=("sources.vendor.id", "sources.vendor.secret"))
    assert missing([token]) == (token,)
    monkeypatch.setenv("SOURCES__VENDOR__ID", "an app")
    assert missing([token]) == (token,)
    monkeypatch.setenv("SOURCES__VENDOR__SECRET", "s3cret")
    assert missing([token]) == ()


def test_looking_for_what_is_missing_reads_no_value(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCES__SHOPIFY__STORES__MAIN__SHOP_DOMAIN", "main.myshopify.com")
    monkeypatch.setenv("SOURCES__SHOPIFY__STORES__MAIN__ACCESS_TOKEN", "“s3cret”")
    monkeypatch.setenv("SOURCES__CENSUS__API_KEY", "“s3cret”")
    assert SOURCES["shopify"].missing_settings() == SOURCES["census"].missing_settings() == ()
