"""Webhooks as a receiver spools them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path

from ingestion.kit.webhooks import Signed


def spool(folder: Path, name: str, signed: Signed, secret: str, topic: str, body: str, delivery_id: str = "") -> Path:
    """Puts a delivery into a folder.

    Args:
        folder: made where it is missing.
        name: of the file, without its suffix; also the delivery's id where none is given.
        signed: how the vendor delivers.
        secret: that it signs with.
        topic: of the delivery.
        body: as sent.
        delivery_id: the vendor's.
    """
    signature = base64.b64encode(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()).decode()
    headers = {signed.signature: signature, signed.topic: topic, signed.delivery: delivery_id or name}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"headers": headers, "body": body}))
    return file
