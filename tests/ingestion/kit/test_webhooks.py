"""Webhooks: what the vendor signed is landed once, and all else is refused by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.kit.webhooks import REMEMBERED, Delivery, Signed, new_deliveries
from ingestion.source import ExtractRequest, SourceError
from shophouse.settings import Settings
from tests.support.webhooks import spool

SIGNED = Signed("X-Signature", "X-Topic", "X-Id", members={"thing/gone": "id"})
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def request_at_noon(tmp_path: Path) -> ExtractRequest:
    return ExtractRequest(settings=Settings(home=tmp_path / "home"), as_of=NOON)


def _read(request: ExtractRequest, folder: Path, secret: str | None = "key") -> list[Delivery]:
    return new_deliveries(request, "vendor", folder, SIGNED, secret, "sources.vendor.secret")


def _committed(request: ExtractRequest) -> None:
    for step in request.after_commit:
        step()


def test_a_delivery_is_read_and_taken_away_once_it_is_committed(
    request_at_noon: ExtractRequest, tmp_path: Path
) -> None:
    file = spool(tmp_path, "a", SIGNED, "key", "thing/gone", '{"id": 7}')
    assert _read(request_at_noon, tmp_path) == [Delivery("a", "thing/gone", {"id": 7})]
    assert file.exists()
    _committed(request_at_noon)
    assert not file.exists()


def test_a_repeated_delivery_is_landed_once(request_at_noon: ExtractRequest, tmp_path: Path) -> None:
    for name in ("a", "b"):
        spool(tmp_path, name, SIGNED, "key", "thing/gone", '{"id": 7}', delivery_id="one")
    assert len(_read(request_at_noon, tmp_path)) == 1
    later = ExtractRequest(settings=request_at_noon.settings, as_of=NOON, state=request_at_noon.state)
    assert _read(later, tmp_path) == []


def test_ids_are_forgotten_when_nobody_repeats_them_any_more(request_at_noon: ExtractRequest, tmp_path: Path) -> None:
    spool(tmp_path, "a", SIGNED, "key", "thing/gone", '{"id": 7}')
    _read(request_at_noon, tmp_path)
    after = NOON + REMEMBERED + timedelta(seconds=1)
    later = ExtractRequest(settings=request_at_noon.settings, as_of=after, state=request_at_noon.state)
    _read(later, tmp_path / "empty")
    assert later.state == {"webhooks": {}}


REFUSED = [
    pytest.param("signed by somebody else", "X-Signature is not the signature of its body", id="another's signature"),
    pytest.param("no file of ours", 'expected {"headers"', id="another file"),
    pytest.param("cut short", "char", id="half a file"),
    pytest.param("without id", "expected the headers X-Topic and X-Id", id="without its id"),
    pytest.param("without member", "the body of thing/gone has no id", id="without what it tells of"),
]


@pytest.mark.parametrize(("kind", "said"), REFUSED)
def test_what_the_vendor_did_not_send_stays_and_is_told(
    kind: str, said: str, request_at_noon: ExtractRequest, tmp_path: Path
) -> None:
    body = "{}" if kind == "without member" else '{"id": 7}'
    file = spool(tmp_path, "bad", SIGNED, "other" if "somebody" in kind else "key", "thing/gone", body)
    if kind == "no file of ours":
        file.write_text("[]")
    if kind == "cut short":
        file.write_text('{"headers": {')
    if kind == "without id":
        file.write_text(file.read_text().replace("X-Id", "X-Other"))
    good = spool(tmp_path, "good", SIGNED, "key", "thing/gone", '{"id": 8}')
    assert [one.delivery_id for one in _read(request_at_noon, tmp_path)] == ["good"]
    with pytest.raises(SourceError) as error:
        _committed(request_at_noon)
    assert f"webhook {file}: " in str(error.value) and said in str(error.value)
    assert "sources.vendor.secret" in str(error.value)
    assert file.exists() and not good.exists()


def test_without_a_secret_nobody_can_tell_who_sent_it(request_at_noon: ExtractRequest, tmp_path: Path) -> None:
    spool(tmp_path, "a", SIGNED, "key", "thing/gone", '{"id": 7}')
    assert _read(request_at_noon, tmp_path, secret=None) == []
    with pytest.raises(SourceError, match="the secret of its signature is not set"):
        _committed(request_at_noon)
