"""Webhooks: what a vendor tells by itself, received by whoever has an address on the internet and read by the next run.

The receiver puts each delivery into a folder of the state home as it came: a JSON file of its ``headers`` and of its
``body``, the text that was signed. A run checks the signature, lands what is new with everything else that it read, and
takes the files away once that is committed. Vendors deliver more than once and in any order.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from ingestion.source import ExtractRequest, SourceError

REMEMBERED = timedelta(days=30)
"""How long the ids of deliveries are kept; no vendor repeats one for longer than some days."""


@dataclass(frozen=True)
class Signed:
    """How a vendor delivers: base64 of the body's HMAC-SHA256, and headers that say what it is.

    Attributes:
        signature: header of the signature.
        topic: header of the topic.
        delivery: header of the delivery's id, the same in every repetition.
        members: by topic that is used, the member of the body that must be there.
    """

    signature: str
    topic: str
    delivery: str
    members: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """A delivery whose signature was right.

    Attributes:
        delivery_id: the vendor's.
        topic: what it tells of.
        payload: the body.
    """

    delivery_id: str
    topic: str
    payload: Mapping[str, Any]


def new_deliveries(
    request: ExtractRequest, source: str, folder: Path, signed: Signed, secret: str | None, setting: str
) -> list[Delivery]:
    """The deliveries in a folder that no run has landed yet.

    Files that were read are deleted once the load is committed; those that are refused stay, and are told then.

    Args:
        request: of the run; remembers the deliveries in its state.
        source: name of the source.
        folder: of the files; need not exist.
        signed: how the vendor delivers.
        secret: that the vendor signs with; None: not configured.
        setting: key of the secret, for people.
    """
    read: dict[Path, Delivery] = {}
    refused: list[str] = []
    for file in sorted(folder.glob("*.json")):
        try:
            read[file] = _delivery(file, signed, secret)
        except ValueError as error:
            refused.append(f"{file}: {error}")
    if read or refused:
        request.after_commit.append(partial(_finish, source, tuple(read), tuple(refused), setting))
    return _unseen(request, read.values())


def _unseen(request: ExtractRequest, deliveries: Iterable[Delivery]) -> list[Delivery]:
    oldest = (request.as_of - REMEMBERED).isoformat()
    seen: dict[str, str] = {k: at for k, at in request.state.get("webhooks", {}).items() if at >= oldest}
    new = {one.delivery_id: one for one in deliveries if one.delivery_id not in seen}
    if new or "webhooks" in request.state:
        request.state["webhooks"] = seen | dict.fromkeys(new, request.as_of.isoformat())
    return list(new.values())


def _delivery(file: Path, signed: Signed, secret: str | None) -> Delivery:
    """A file's delivery.

    Raises:
        ValueError: it is none, or nobody can tell that the vendor sent it.
    """
    if not secret:
        raise ValueError("nobody can tell who sent it, because the secret of its signature is not set")
    spooled = json.loads(file.read_bytes())
    if (
        not isinstance(spooled, dict)
        or not isinstance(spooled.get("headers"), dict)
        or not isinstance(spooled.get("body"), str)
    ):
        raise ValueError('expected {"headers": {...}, "body": "the text as it was sent"}')
    headers = {str(name).lower(): str(value) for name, value in spooled["headers"].items()}
    signature, topic, delivery_id = (
        headers.get(name.lower(), "") for name in (signed.signature, signed.topic, signed.delivery)
    )
    wanted = base64.b64encode(hmac.new(secret.encode(), spooled["body"].encode(), hashlib.sha256).digest())
    if not hmac.compare_digest(wanted, signature.encode()):
        raise ValueError(f"{signed.signature} is not the signature of its body")
    if not topic or not delivery_id:
        raise ValueError(f"expected the headers {signed.topic} and {signed.delivery}")
    payload = json.loads(spooled["body"])
    member = signed.members.get(topic)
    if member and not (isinstance(payload, dict) and payload.get(member)):
        raise ValueError(f"the body of {topic} has no {member}")
    return Delivery(delivery_id, topic, payload if isinstance(payload, dict) else {})


def _finish(source: str, read: tuple[Path, ...], refused: tuple[str, ...], setting: str) -> None:
    """Takes away what is landed.

    Raises:
        SourceError: files were refused; all else is in place.
    """
    for file in read:
        file.unlink(missing_ok=True)
    if refused:
        more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
        raise SourceError(
            source,
            f"webhook {refused[0]}{more}",
            f"set {setting} to the secret that the vendor signs with, or delete what it did not send",
        )
