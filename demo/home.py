"""The demo merchant in a state folder: made once for its parameters, served, and its spreadsheets dropped."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from demo.foreign_data import refuse_foreign_data, staff_files
from demo.serve import Server, serve
from shophouse.settings import Settings
from shophouse.state_version import refuse_later_state

_RECORD = "parameters.json"


@dataclass(frozen=True)
class DemoParameters:
    """What names a simulated merchant: the same parameters give the same rows."""

    scale: float
    days: int
    seed: int
    as_of: str


def prepare_merchant(settings: Settings, parameters: DemoParameters, progress: Callable[[str, int], None]) -> Path:
    """Makes the merchant unless it is there; other parameters than before start the state folder anew.

    Args:
        settings: the state folder.
        parameters: of the merchant.
        progress: told (what, rows).

    Returns:
        the merchant's folder.

    Raises:
        NotADemoHomeError: the folder holds what the demo did not put there.
        SourceError: another process holds the raw database.
        LaterStateError: a later version of Shophouse has written the folder.
    """
    refuse_later_state(settings)
    place = settings.home / "demo"
    if _recorded(place) == asdict(parameters):
        return place / "merchant"
    refuse_foreign_data(settings, place / "merchant")
    _reset(settings)
    # Imported here: it brings the connectors, which `--help` should not pay for.
    from demo.earlier_syncs import earlier_syncs

    return _simulated(place, settings, parameters, progress, earlier_syncs(settings.instant()))


def prepare_served_merchant(
    settings: Settings, parameters: DemoParameters, progress: Callable[[str, int], None]
) -> Path:
    """Makes a merchant for the API server alone: in a folder of its own, so that nothing else in the home changes.

    Args:
        settings: the state folder.
        parameters: of the merchant.
        progress: told (what, rows).

    Returns:
        the merchant's folder.
    """
    name = f"scale_{parameters.scale}-days_{parameters.days}-seed_{parameters.seed}-{parameters.as_of[:10]}"
    place = settings.home / "served" / name
    if _recorded(place) == asdict(parameters):
        return place / "merchant"
    shutil.rmtree(place, ignore_errors=True)
    return _simulated(place, settings, parameters, progress)


def _simulated(
    place: Path,
    settings: Settings,
    parameters: DemoParameters,
    progress: Callable[[str, int], None],
    earlier: Mapping[datetime, Sequence[str]] = MappingProxyType({}),
) -> Path:
    # Imported here: polars and numpy work that `--help` should not pay for.
    from demo.simulate import simulate

    place.mkdir(parents=True, exist_ok=True)
    simulate(
        place / "merchant",
        as_of=settings.instant(),
        scale=parameters.scale,
        days=parameters.days,
        seed=parameters.seed,
        truth=place / "truth",
        earlier=earlier,
        progress=progress,
    )
    # Last, because it says that the rest is whole.
    (place / _RECORD).write_text(json.dumps(asdict(parameters)))
    return place / "merchant"


def drop_spreadsheets(merchant: Path, inbox: Path) -> None:
    """Puts the merchant's files into the inbox, as its staff would."""
    place = merchant / "files"
    for file in staff_files(merchant):
        target = inbox / file.relative_to(place)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


@contextmanager
def served(merchant: Path, settings: Settings) -> Iterator[Server]:
    """Serves the merchant and points every connector of this process at it."""
    log = settings.home / "demo" / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with serve(merchant, as_of=settings.instant(), log=log) as server, _environment(server.configuration()):
        yield server


def _recorded(place: Path) -> Mapping[str, object] | None:
    try:
        return dict(json.loads((place / _RECORD).read_text()))
    except (FileNotFoundError, ValueError):
        return None


def _reset(settings: Settings) -> None:
    for file in (settings.raw_db, settings.build_db, settings.warehouse_db, settings.home / "audit.json"):
        file.unlink(missing_ok=True)
        file.with_name(file.name + ".wal").unlink(missing_ok=True)
    # The merchant goes last: by it a demo that was cut short here knows its own data.
    for name in ("dlt", "inbox", "published", "demo"):
        shutil.rmtree(settings.home / name, ignore_errors=True)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
