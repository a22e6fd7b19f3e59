"""The demo merchant in a state folder: made once for its parameters, served, and its spreadsheets dropped."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from ingestion.demo.server.run import Server, serve
from ingestion.settings import Settings


@dataclass(frozen=True)
class DemoParameters:
    """What names a simulated merchant: the same parameters give the same rows."""

    scale: float
    days: int
    seed: int
    as_of: str


class NotADemoHomeError(Exception):
    """The state folder holds a shop's data; the demo must not mix with it."""


def prepare_merchant(settings: Settings, parameters: DemoParameters, progress: Callable[[str, int], None]) -> Path:
    """Makes the merchant unless it is there; other parameters than before start the state folder anew.

    Args:
        settings: the state folder.
        parameters: of the merchant.
        progress: told (what, rows).

    Returns:
        the merchant's folder.

    Raises:
        NotADemoHomeError: the folder's database is not a demo's.
    """
    # Imported here: polars and numpy work that `--help` should not pay for.
    from ingestion.demo.simulation import simulate

    folder = settings.home / "demo" / "merchant"
    record = settings.home / "demo" / "parameters.json"
    if _recorded(record) == asdict(parameters):
        return folder
    if settings.raw_db.exists() and not (settings.home / "demo").exists():
        raise NotADemoHomeError(
            f"{settings.home} holds a shop's own data; set SHOPHOUSE_HOME to another folder for the demo"
        )
    _reset(settings)
    simulate(
        folder,
        as_of=settings.instant(),
        scale=parameters.scale,
        days=parameters.days,
        seed=parameters.seed,
        truth=settings.home / "demo" / "truth",
        progress=progress,
    )
    record.write_text(json.dumps(asdict(parameters)))
    return folder


def drop_spreadsheets(merchant: Path, inbox: Path) -> None:
    """Puts the merchant's spreadsheets into the inbox, as its staff would."""
    inbox.mkdir(parents=True, exist_ok=True)
    for file in sorted((merchant / "files").glob("*.csv")):
        shutil.copyfile(file, inbox / file.name)


@contextmanager
def served(merchant: Path, settings: Settings) -> Iterator[Server]:
    """Serves the merchant and points every connector of this process at it."""
    log = settings.home / "demo" / "server.log"
    with serve(merchant, as_of=settings.instant(), log=log) as server, _environment(server.configuration()):
        yield server


def _recorded(record: Path) -> Mapping[str, object] | None:
    try:
        return dict(json.loads(record.read_text()))
    except (FileNotFoundError, ValueError):
        return None


def _reset(settings: Settings) -> None:
    for name in ("demo", "dlt", "inbox", "published"):
        shutil.rmtree(settings.home / name, ignore_errors=True)
    for file in (settings.raw_db, settings.build_db, settings.warehouse_db, settings.home / "audit.json"):
        file.unlink(missing_ok=True)
        file.with_name(file.name + ".wal").unlink(missing_ok=True)
    (settings.home / "demo").mkdir(parents=True)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
