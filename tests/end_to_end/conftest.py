"""One merchant for every end-to-end test: made and brought to publication once, in no test's way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from demo.earlier_syncs import sync_earlier_days
from demo.home import drop_spreadsheets, served
from demo.serve import Server, serve
from ingestion.registry import SOURCES
from shophouse.settings import Settings
from tests.end_to_end.home import AS_OF, DEMO, RUN_SETTINGS, Home
from tests.support.once import once

INGESTION = " or ".join(f"group:raw_{source}" for source in SOURCES)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A state folder after one undisturbed run of the demo, to be read and copied: no test writes in it."""
    return Home(once(tmp_path_factory, "finished", _finish))


def _finish(folder: Path) -> None:
    home = Home(folder)
    done = home.shophouse(*DEMO, environment=RUN_SETTINGS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert str(home.settings.published_db) in done.stdout.replace("\n", "")


@pytest.fixture(scope="session")
def finished_hashes(finished: Home) -> dict[str, tuple[object, ...]]:
    """What the undisturbed run published."""
    return finished.hashes()


@pytest.fixture(scope="session")
def server(finished: Home) -> Iterator[Server]:
    """The merchant of the undisturbed run, on its vendors' APIs."""
    with serve(finished.merchant, as_of=AS_OF) as running:
        yield running


@pytest.fixture(scope="session")
def connected(server: Server) -> Mapping[str, str]:
    """Environment of a run that reads the merchant's APIs."""
    return RUN_SETTINGS | server.configuration()


@pytest.fixture
def empty(finished: Home, tmp_path: Path) -> Home:
    """A state folder with nothing but the merchant's spreadsheets in the inbox."""
    home = Home(tmp_path / "home")
    drop_spreadsheets(finished.merchant, home.settings.inbox)
    return home


@pytest.fixture
def begun(_begun: Home, tmp_path: Path) -> Home:
    """A state folder before the run of the day: spreadsheets in the inbox, and what earlier syncs have left."""
    return _begun.copy(tmp_path / "home")


@pytest.fixture(scope="session")
def _begun(finished: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    def sync(folder: Path) -> None:
        drop_spreadsheets(finished.merchant, Home(folder).settings.inbox)
        settings = Settings(home=folder, as_of=AS_OF, hash_key=RUN_SETTINGS["SHOPHOUSE_HASH_KEY"])
        with served(finished.merchant, settings) as server:
            sync_earlier_days(finished.merchant, settings, server, lambda source, instant, rows: None)

    return Home(once(tmp_path_factory, "begun", sync))


@pytest.fixture(scope="session")
def ingested(_begun: Home, connected: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A state folder after ingestion alone, to be read and copied: no test writes in it."""

    def ingest(folder: Path) -> None:
        folder.rmdir()
        home = _begun.copy(folder)
        done = home.shophouse("run", "--select", INGESTION, environment=connected)
        assert done.returncode == 0, done.stdout + done.stderr

    return Home(once(tmp_path_factory, "ingested", ingest))
