"""A run builds only what its input touched, and what stands after several of them is what one build of everything makes."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from demo.serve import serve
from orchestration.building.models import build_models
from orchestration.publication.verification import verify
from shophouse.settings import Settings
from tests.end_to_end.home import AS_OF, RUN_SETTINGS, Home
from tests.support.raw_changes import RawChanges

pytestmark = pytest.mark.slow

_SYNCS = 3
_CHANGES_A_SYNC = 4
_VERSION = "the same in every run"


def test_several_syncs_leave_what_one_build_of_everything_makes(finished: Home, tmp_path: Path) -> None:
    home = finished.copy(tmp_path / "home")
    settings = _settings(home.folder)
    rng = random.Random(20261120)
    _build(settings, AS_OF)
    made: list[list[str]] = []
    for number in range(1, _SYNCS + 1):
        # The second sync comes after midnight.
        at = AS_OF + timedelta(hours=9 * number)
        changes = RawChanges(settings.raw_db, at, rng)
        changes.make(*rng.sample(sorted(changes.all), _CHANGES_A_SYNC))
        made.append(changes.made)
        _build(settings, at)
    assert verify(settings).differences == (), made


def test_what_nothing_has_changed_for_stays_as_it_was_built(finished: Home, tmp_path: Path) -> None:
    home = finished.copy(tmp_path / "home")
    settings = _settings(home.folder)
    _build(settings, AS_OF)
    before = _invocations(settings)
    RawChanges(settings.raw_db, AS_OF, random.Random(1)).make("orders come again as they were")
    _build(settings, AS_OF)
    after = _invocations(settings)
    assert after.keys() == before.keys()
    kept = {table for table, invocation in after.items() if invocation == before[table]}
    assert '"build"."intermediate"."int_orders"' not in kept
    assert {'"shophouse"."metrics"."metric_inventory_days"', '"shophouse"."marts"."fct_prices_paid_daily"'} <= kept


def test_a_sync_that_brings_nothing_new_leaves_the_publication(finished: Home, tmp_path: Path) -> None:
    home = finished.copy(tmp_path / "home")
    published = home.settings.published_db.stat().st_ino
    later = AS_OF + timedelta(hours=1)
    with serve(home.merchant, as_of=later) as server:
        environment = RUN_SETTINGS | server.configuration() | {"SHOPHOUSE_AS_OF": later.isoformat()}
        done = home.shophouse("sync", "shopify", environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing has changed since the last publication, which stays" in done.stdout
    assert "asset check" not in done.stderr
    assert home.settings.published_db.stat().st_ino == published
    assert home.published_as_of() == AS_OF.isoformat()


def test_a_table_that_is_not_what_its_input_makes_is_named(finished: Home, tmp_path: Path) -> None:
    home = finished.copy(tmp_path / "home")
    with duckdb.connect(home.settings.warehouse_db) as warehouse:
        warehouse.execute(
            "delete from marts.dim_channel where channel_id = (select min(channel_id) from marts.dim_channel)"
        )
    done = home.shophouse("verify", environment=RUN_SETTINGS)
    assert done.returncode == 3, done.stdout + done.stderr
    assert [line for line in done.stdout.splitlines() if " differs: " in line] == [
        line for line in done.stdout.splitlines() if line.startswith("marts.dim_channel differs: ")
    ]


def _settings(folder: Path) -> Settings:
    return Settings(home=folder, reporting_currency=RUN_SETTINGS["SHOPHOUSE_REPORTING_CURRENCY"])


def _build(settings: Settings, as_of: datetime) -> None:
    build_models(settings, as_of, version=_VERSION)
    audit = settings.home / "audit.json"
    steps = json.loads(audit.read_text())
    audit.write_text(json.dumps({step: facts | {"as_of": as_of.isoformat()} for step, facts in steps.items()}))


def _invocations(settings: Settings) -> dict[str, str]:
    with duckdb.connect(settings.build_db, read_only=True) as build:
        query = "select relation, invocation_id from state.builds where made_of is not null"
        return dict(build.execute(query).fetchall())
