"""The syncs of earlier days: what a merchant's warehouse holds that one load of today cannot bring.

Ad platforms restate days, the Census its months, and a shop tells only the stock of now. Of nearly all else a sync
leaves what the last one brings, so of earlier days only these are read, by the real connectors, from the merchant as it
was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.serve import Server
from demo.simulate import WRITTEN
from ingestion.load.pipeline import run_source
from ingestion.registry import SOURCES
from ingestion.source import Batch, ExtractRequest, Source
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.full_read import read_inventory
from ingestion.sources.shopify.settings import read_settings
from shophouse.settings import Settings

_SHOP = "shopify"
_SYNCS = {35: ("census", _SHOP), 5: ("meta_ads", "google_ads", _SHOP), 2: ("meta_ads", _SHOP)}
"""Sources by days before today, oldest first; of a shop the stock alone. A survey's month lies between the first and
today, an ad's claims come in for a week, and each more costs the demo a second."""

Told = Callable[[str, datetime, int], None]


def earlier_syncs(as_of: datetime) -> dict[datetime, tuple[str, ...]]:
    """The sources of each earlier sync by its instant (UTC), oldest first.

    Args:
        as_of: today's instant.
    """
    return {as_of.astimezone(UTC) - timedelta(days=days): sources for days, sources in _SYNCS.items()}


def sync_earlier_days(merchant: Path, settings: Settings, server: Server, told: Told) -> None:
    """Loads what is missing of the earlier syncs; the server then serves the merchant of today again.

    Args:
        merchant: folder of the merchant; those of earlier days lie beside it, or it has none.
        settings: the state folder, with today's instant.
        server: of the merchant.
        told: called with (source, instant, rows) after each load.

    Raises:
        SourceError: a source could not be read.
    """
    record = settings.home / "demo" / "earlier_syncs.json"
    done: list[list[str]] = json.loads(record.read_text()) if record.exists() else []
    as_of = settings.instant()
    for folder, moment, source in _loads(merchant.parent / "earlier", as_of):
        if [source.name, moment.isoformat()] in done:
            continue
        server.swap(folder, moment)
        report = run_source(source, settings.model_copy(update={"as_of": moment}))
        done.append([source.name, moment.isoformat()])
        record.write_text(json.dumps(done))
        told(source.title, moment, report.total_rows)
    server.swap(merchant, as_of)


def _loads(earlier: Path, as_of: datetime) -> Iterator[tuple[Path, datetime, Source]]:
    for moment, names in earlier_syncs(as_of).items():
        folder = earlier / f"{moment:{WRITTEN}}"
        if folder.exists():
            yield from ((folder, moment, _source(name)) for name in names)


def _source(name: str) -> Source:
    return replace(SOURCES[name], extract=_stock_alone) if name == _SHOP else SOURCES[name]


def _stock_alone(request: ExtractRequest) -> Iterator[Batch]:
    """Every store's stock, as the day's sync reads it among all else."""
    folder = request.settings.dlt_dir / _SHOP / "bulk"
    for store in read_settings():
        client = ShopifyClient(store)
        yield from read_inventory(client, folder, client.execute("shop")["shop"]["ianaTimezone"], request.as_of)
