"""One merchant for every end-to-end test: made and brought to publication once, in no test's way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from demo.home import drop_spreadsheets
from demo.serve import Server, serve
from ingestion.registry import SOURCES
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
    return _new_home(finished, tmp_path / "home")


@pytest.fixture(scope="session")
def ingested(finished: Home, connected: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A state folder after ingestion alone, to be read and copied: no test writes in it."""

    def ingest(folder: Path) -> None:
        home = _new_home(finished, folder)
        done = home.shophouse("run", "--select", INGESTION, environment=connected)
        assert done.returncode == 0, done.stdout + done.stderr

    return Home(once(tmp_path_factory, "ingested", ingest))


def _new_home(finished: Home, folder: Path) -> Home:
    home = Home(folder)
    drop_spreadsheets(finished.merchant, home.settings.inbox)
    return home
