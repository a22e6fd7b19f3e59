"""Updates that come late, twice and out of order: what is published is what one clean load of the end would publish."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from demo.changes import touch_orders
from demo.faults import Fault, FaultPlan
from demo.merchant import Merchant
from demo.serve import Server, serve
from tests.end_to_end.home import AS_OF, RUN_SETTINGS, Home, differing

pytestmark = pytest.mark.slow

SYNCED = AS_OF + timedelta(hours=1)
END = AS_OF + timedelta(hours=2)
FIRST_CHANGE = AS_OF + timedelta(minutes=30)
LATE_CHANGE = SYNCED - timedelta(minutes=5)
"""Before the sync, which does not see it: the vendor's index lags."""

_LAST_RUN = "run_id = (select max_by(run_id, as_of) from forecast.forecast_run)"
MEMORIES = {
    # A forecast is kept for as long as there is something to hold against it, and the first home made one more.
    "forecast.forecast_run": f"select * exclude (duration_seconds) from forecast.forecast_run where {_LAST_RUN}",
    "forecast.fct_forecast_series": f"from forecast.fct_forecast_series where {_LAST_RUN}",
    "forecast.fct_forecast": f"from forecast.fct_forecast where {_LAST_RUN}",
    "forecast.fct_forecast_cumulative": f"from forecast.fct_forecast_cumulative where {_LAST_RUN}",
    "forecast.fct_forecast_difference": f"from forecast.fct_forecast_difference where {_LAST_RUN}",
    "forecast.fct_forecast_backtest": f"from forecast.fct_forecast_backtest where {_LAST_RUN}",
    "forecast.fct_forecast_accuracy": f"from forecast.fct_forecast_accuracy where {_LAST_RUN}",
    # Versions of what vendors restate say since when they are known here; the key of one is made of that.
    "marts.fct_ad_performance_revisions": """
        select * exclude (known_from_at, known_until_at, ad_performance_revision_key)
        from marts.fct_ad_performance_revisions
    """,
    "marts.fct_market_retail_monthly": """
        select * exclude (known_from_at, known_until_at) from marts.fct_market_retail_monthly
    """,
}
"""Tables that by design tell when something was first seen, and what of them must be equal all the same."""

REPEATS = FaultPlan(rate=0.5, seed=1, kinds=(Fault.DUPLICATE,))


def test_steps_out_of_order_publish_what_one_load_of_the_end_does(finished: Home, begun: Home, tmp_path: Path) -> None:
    """The first home syncs a changed shop, reads a stale copy of it, and sees late changes; the second loads the end."""
    changed = touch_orders(Merchant(finished.merchant), tmp_path / "changed", orders=200, at=FIRST_CHANGE, seed=1)
    end = touch_orders(changed, tmp_path / "end", orders=200, at=LATE_CHANGE, seed=2)
    home = finished.copy(tmp_path / "steps")
    with serve(changed.folder, faults=REPEATS, as_of=SYNCED) as server:
        for _ in range(2):
            _run(home, server, SYNCED, "run", "--select", "group:raw_shopify")
        server.swap(finished.merchant)
        since, until = f"{AS_OF - timedelta(days=3):%Y-%m-%d}", f"{AS_OF + timedelta(days=1):%Y-%m-%d}"
        _run(home, server, SYNCED, "sync", "shopify", "--since", since, "--until", until)
    with serve(end.folder, faults=REPEATS, as_of=END) as server:
        _run(home, server, END, "run")
        _run(begun, server, END, "run")
    assert differing(home.hashes(), begun.hashes()) == MEMORIES.keys()
    for table, query in MEMORIES.items():
        assert _content(home, query) == _content(begun, query), table


def _content(home: Home, query: str) -> list[tuple[object, ...]]:
    return home.rows(f"select count(*), sum(hash(content)::hugeint) from ({query}) as content")


def _run(home: Home, server: Server, as_of: datetime, *command: str) -> None:
    environment = RUN_SETTINGS | server.configuration() | {"SHOPHOUSE_AS_OF": as_of.isoformat()}
    done = home.shophouse(*command, environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
