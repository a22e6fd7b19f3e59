"""What a load does to raw.duckdb, on the real dlt and DuckDB."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from ingestion.contract import RawTable, Write
from ingestion.load.empty_tables import create_empty_tables
from ingestion.load.pipeline import run_source
from ingestion.load.raw_db import ensure_privacy_key, open_raw
from ingestion.source import Batch, ExtractRequest, Rows, ScopesRead, SlicesRead, Source, SourceError
from shophouse.settings import PROJECT_ROOT, Settings
from shophouse.tables import columns, day, instant, integer, money, text

AS_OF = datetime(2026, 1, 10, 12, tzinfo=UTC)

ORDERS = RawTable(
    "orders",
    "One row per order.",
    columns(text("id"), money("total"), instant("updated_at")),
    key=("id",),
    version="updated_at",
    replaced_by_full_refresh=True,
)
LINES = RawTable(
    "lines",
    "One row per line of an order.",
    columns(text("order_id"), text("id"), integer("quantity")),
    key=("id",),
    merge_key=("order_id",),
    parent="orders",
)
RATES = RawTable("rates", "One row per day.", columns(day("date"), money("rate")), key=("date",), write=Write.REPLACE)
INSIGHTS = RawTable(
    "insights",
    "One row per ad and day.",
    columns(day("date"), text("ad"), money("spend"), integer("clicks")),
    key=("date", "ad"),
    write=Write.VERSIONED,
    merge_key=("date",),
)

CUSTOMERS = RawTable(
    "customers",
    "One row per customer of a store.",
    columns(text("store"), text("id")),
    key=("store", "id"),
    replaced_by_full_refresh=True,
    scope=("store",),
)


@dataclass
class Vendor:
    """A vendor whose answers a test sets; what it was asked is kept."""

    batches: list[Batch] = field(default_factory=list)
    failure: Exception | None = None
    cursor: str = ""
    asked: list[ExtractRequest] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)

    def extract(self, request: ExtractRequest) -> Iterator[Batch]:
        self.asked.append(request)
        self.states.append(dict(request.state))
        yield from self.batches
        request.state["cursor"] = self.cursor
        if self.failure:
            raise self.failure

    @property
    def source(self) -> Source:
        tables = (ORDERS, LINES, RATES, INSIGHTS, CUSTOMERS)
        return Source("vendor", "Vendor", tables, lambda: (), self.extract, timedelta(1), timedelta(2))


@dataclass
class Home:
    settings: Settings

    def at(self, as_of: datetime) -> Settings:
        return self.settings.model_copy(update={"as_of": as_of})

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.settings.raw_db.as_posix(), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(query).fetchall()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(Settings(home=tmp_path / "home", as_of=AS_OF))


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


def rows(table: RawTable, *values: tuple[Any, ...]) -> Rows:
    """A batch of literal rows in the table's column order."""
    by_column = zip(*values, strict=True) if values else [()] * len(table.schema)
    arrays = [pa.array(list(v), field.type) for v, field in zip(by_column, table.schema, strict=True)]
    return Rows(table, pa.table(arrays, schema=table.schema))


def order(order_id: str, total: str, minute: int = 0) -> tuple[Any, ...]:
    return (order_id, Decimal(total), datetime(2026, 1, 1, 0, minute, tzinfo=UTC))


def test_every_table_exists_empty_before_anything_is_read(home: Home, vendor: Vendor) -> None:
    create_empty_tables([vendor.source], home.settings)
    found = home.rows(
        "select table_name, list(column_name order by column_index) from duckdb_columns() "
        "where schema_name = 'vendor' and table_name not like '\\_dlt%' escape '\\' group by 1 order by 1"
    )
    assert found == [
        ("customers", ["store", "id", "_dlt_load_id"]),
        ("insights", ["date", "ad", "spend", "clicks", "_valid_from", "_valid_to", "_dlt_load_id"]),
        ("lines", ["order_id", "id", "quantity", "_dlt_load_id"]),
        ("orders", ["id", "total", "updated_at", "_dlt_load_id"]),
        ("rates", ["date", "rate", "_dlt_load_id"]),
    ]
    assert home.rows("select count(*) from vendor.orders") == [(0,)]
    types = home.rows("select data_type from duckdb_columns() where table_name = 'orders' order by column_index")
    assert [t for (t,) in types] == ["VARCHAR", "DECIMAL(18,6)", "TIMESTAMP WITH TIME ZONE", "VARCHAR"]
    assert vendor.asked == []


def test_rows_land_typed_with_their_load_and_the_cursor(home: Home, vendor: Vendor) -> None:
    vendor.batches, vendor.cursor = [rows(ORDERS, order("a", "1.50"))], "first"
    report = run_source(vendor.source, home.settings)
    assert report.rows == {"orders": 1}
    assert report.new_columns == {}
    assert home.rows("select id, total, _dlt_load_id from vendor.orders") == [
        ("a", Decimal("1.500000"), report.load_id)
    ]
    assert home.rows(f"select status from vendor._dlt_loads where load_id = '{report.load_id}'") == [(0,)]
    run_source(vendor.source, home.settings)
    assert vendor.states == [{}, {"cursor": "first"}]


def test_a_load_without_rows_is_a_success_that_freshness_sees(home: Home, vendor: Vendor) -> None:
    loads = [run_source(vendor.source, home.settings).load_id for _ in range(2)]
    assert {load for (load,) in home.rows("select load_id from vendor._dlt_loads")} >= set(loads)


def test_the_newest_load_wins_and_others_stay(home: Home, vendor: Vendor) -> None:
    vendor.batches = [rows(ORDERS, order("a", "1"), order("b", "2"))]
    run_source(vendor.source, home.settings)
    vendor.batches = [rows(ORDERS, order("b", "3", 1), order("c", "4", 1))]
    run_source(vendor.source, home.settings)
    assert home.rows("select id, total::int from vendor.orders order by id") == [("a", 1), ("b", 3), ("c", 4)]


def test_within_a_load_the_greatest_version_wins_else_the_last(home: Home, vendor: Vendor) -> None:
    vendor.batches = [
        rows(ORDERS, order("a", "1", 5), order("b", "1", 1)),
        rows(ORDERS, order("a", "2", 4), order("b", "2", 1)),
        rows(LINES, ("a", "l1", 1)),
        rows(LINES, ("a", "l1", 2), ("a", "l2", 7)),
    ]
    run_source(vendor.source, home.settings)
    assert home.rows("select id, total::int from vendor.orders order by id") == [("a", 1), ("b", 2)]
    assert home.rows("select id, quantity from vendor.lines order by id") == [("l1", 2), ("l2", 7)]


def test_a_changed_order_replaces_its_children_also_with_none(home: Home, vendor: Vendor) -> None:
    vendor.batches = [rows(LINES, ("a", "l1", 1), ("a", "l2", 1), ("b", "l3", 1), ("c", "l4", 1))]
    run_source(vendor.source, home.settings)
    vendor.batches = [
        SlicesRead(LINES, pa.table({"order_id": ["a", "b"]})),
        rows(LINES, ("a", "l2", 5)),
    ]
    run_source(vendor.source, home.settings)
    assert home.rows("select order_id, id, quantity from vendor.lines order by id") == [("a", "l2", 5), ("c", "l4", 1)]


def test_an_older_version_read_later_changes_neither_the_row_nor_its_children(home: Home, vendor: Vendor) -> None:
    vendor.batches = [rows(ORDERS, order("a", "2", 5), order("b", "2", 5)), rows(LINES, ("a", "l1", 2), ("b", "l2", 2))]
    run_source(vendor.source, home.settings)
    vendor.batches = [
        SlicesRead(LINES, pa.table({"order_id": ["a", "b", "c"]})),
        rows(ORDERS, order("a", "1", 4), order("b", "3", 5), order("c", "3", 1)),
        rows(LINES, ("a", "l0", 1), ("a", "l1", 1), ("b", "l3", 3), ("c", "l4", 3)),
    ]
    run_source(vendor.source, home.settings)
    assert home.rows("select id, total::int from vendor.orders order by id") == [("a", 2), ("b", 3), ("c", 3)]
    assert home.rows("select id, quantity from vendor.lines order by id") == [("l1", 2), ("l3", 3), ("l4", 3)]


def test_a_full_refresh_takes_what_the_vendor_holds_however_old(home: Home, vendor: Vendor) -> None:
    vendor.batches = [rows(ORDERS, order("a", "2", 5))]
    run_source(vendor.source, home.settings)
    vendor.batches = [rows(ORDERS, order("a", "1", 4))]
    run_source(vendor.source, home.settings, full_refresh=True)
    assert home.rows("select id, total::int from vendor.orders") == [("a", 1)]


def test_a_replaced_table_holds_the_load_only(home: Home, vendor: Vendor) -> None:
    days = [date(2026, 1, n) for n in range(1, 11)]
    vendor.batches = [rows(RATES, *((d, Decimal(1)) for d in days))]
    run_source(vendor.source, home.settings)
    vendor.batches = [rows(RATES, *((d, Decimal(2)) for d in days[:8]))]
    run_source(vendor.source, home.settings)
    assert home.rows("select count(*), min(rate)::int from vendor.rates") == [(8, 2)]
    vendor.batches = []
    run_source(vendor.source, home.settings)
    assert home.rows("select count(*) from vendor.rates") == [(8,)]


def test_a_replace_that_shrinks_a_table_below_four_fifths_is_refused(home: Home, vendor: Vendor) -> None:
    days = [date(2026, 1, n) for n in range(1, 11)]
    vendor.batches = [rows(RATES, *((d, Decimal(1)) for d in days))]
    run_source(vendor.source, home.settings)
    vendor.batches = [rows(ORDERS, order("a", "1")), rows(RATES, *((d, Decimal(2)) for d in days[:7]))]
    with pytest.raises(SourceError, match=r"table rates would shrink from 10 to 7 rows, below 80%"):
        run_source(vendor.source, home.settings)
    assert home.rows("select count(*) from vendor.rates") == [(10,)]
    assert home.rows("select count(*) from vendor.orders") == [(0,)]


def test_a_full_refresh_replaces_what_is_declared_so_and_ignores_since(home: Home, vendor: Vendor) -> None:
    vendor.batches = [rows(ORDERS, *(order(str(n), "1") for n in range(5))), rows(LINES, ("9", "l", 1))]
    run_source(vendor.source, home.settings)
    vendor.batches = [rows(ORDERS, *(order(str(n), "2") for n in range(4)))]
    run_source(vendor.source, home.settings, full_refresh=True)
    assert vendor.asked[-1].full_refresh
    assert home.rows("select count(*), max(total)::int from vendor.orders") == [(4, 2)]
    assert home.rows("select count(*) from vendor.lines") == [(1,)]
    vendor.batches = [rows(ORDERS, order("9", "3"))]
    run_source(vendor.source, home.settings, since=AS_OF, full_refresh=True)
    assert home.rows("select count(*) from vendor.orders") == [(5,)]


def customers(**stores: int) -> Rows:
    return rows(CUSTOMERS, *((store, str(n)) for store, count in stores.items() for n in range(count)))


def customers_by_store(home: Home) -> dict[str, int]:
    return dict(home.rows("select store, count(*) from vendor.customers group by all"))


def test_a_full_refresh_leaves_the_rows_of_a_store_that_was_not_read(home: Home, vendor: Vendor) -> None:
    vendor.batches = [customers(eu=10, us=2)]
    run_source(vendor.source, home.settings)
    vendor.batches = [customers(us=3)]
    run_source(vendor.source, home.settings, full_refresh=True)
    assert customers_by_store(home) == {"eu": 10, "us": 3}


def test_the_shrinkage_of_a_small_store_is_refused_beside_a_large_one(home: Home, vendor: Vendor) -> None:
    vendor.batches = [customers(eu=90, us=10)]
    run_source(vendor.source, home.settings)
    vendor.batches = [customers(eu=90, us=7)]
    said = r"table customers, store us would shrink from 10 to 7 rows, below 80%.*SHOPHOUSE_SMALLEST_SHARE=0"
    with pytest.raises(SourceError, match=said):
        run_source(vendor.source, home.settings, full_refresh=True)
    assert customers_by_store(home) == {"eu": 90, "us": 10}


def test_a_store_that_came_back_empty_is_refused_until_its_owner_says_so(
    home: Home, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor.batches = [customers(eu=5, us=5)]
    run_source(vendor.source, home.settings)
    vendor.batches = [ScopesRead(CUSTOMERS, pa.table({"store": ["us"]}))]
    with pytest.raises(SourceError, match="store us would shrink from 5 to 0 rows"):
        run_source(vendor.source, home.settings, full_refresh=True)
    run_source(vendor.source, home.settings)
    assert customers_by_store(home) == {"eu": 5, "us": 5}
    monkeypatch.setenv("SHOPHOUSE_SMALLEST_SHARE", "0")
    run_source(vendor.source, Settings(home=home.settings.home, as_of=AS_OF), full_refresh=True)
    assert customers_by_store(home) == {"eu": 5}


def insight(day_of_month: int, ad: str, spend: str, clicks: int = 1) -> tuple[Any, ...]:
    return (date(2026, 1, day_of_month), ad, Decimal(spend), clicks)


def test_versions_are_kept_and_vanished_rows_are_closed_within_the_days_read(home: Home, vendor: Vendor) -> None:
    later = AS_OF + timedelta(days=1)
    vendor.batches = [rows(INSIGHTS, *(insight(d, ad, "1") for d in (1, 2, 3) for ad in ("x", "y")))]
    run_source(vendor.source, home.settings)
    vendor.batches = [
        SlicesRead(INSIGHTS, pa.table({"date": pa.array([date(2026, 1, 2), date(2026, 1, 3)])})),
        rows(INSIGHTS, insight(2, "x", "1"), insight(2, "y", "5"), insight(2, "z", "9")),
    ]
    run_source(vendor.source, home.at(later))
    found = home.rows("select day(date), ad, spend::int, _valid_from, _valid_to from vendor.insights order by all")
    first, second = AS_OF, later
    assert [(d, a, s, f.astimezone(UTC), t and t.astimezone(UTC)) for d, a, s, f, t in found] == [
        (1, "x", 1, first, None),
        (1, "y", 1, first, None),
        (2, "x", 1, first, None),
        (2, "y", 1, first, second),
        (2, "y", 5, second, None),
        (2, "z", 9, second, None),
        (3, "x", 1, first, second),
        (3, "y", 1, first, second),
    ]


def test_versions_of_the_same_instant_replace_each_other(home: Home, vendor: Vendor) -> None:
    for spend in ("1", "2", "2"):
        vendor.batches = [rows(INSIGHTS, insight(1, "x", spend), insight(1, "y", "7"))]
        run_source(vendor.source, home.settings)
    assert home.rows("select ad, spend::int, _valid_to from vendor.insights order by ad") == [
        ("x", 2, None),
        ("y", 7, None),
    ]


def test_a_version_that_comes_back_is_a_new_version(home: Home, vendor: Vendor) -> None:
    for days, spend in enumerate(("1", "2", "1")):
        vendor.batches = [rows(INSIGHTS, insight(1, "x", spend))]
        run_source(vendor.source, home.at(AS_OF + timedelta(days=days)))
    found = home.rows("select spend::int, _valid_to is null from vendor.insights order by _valid_from")
    assert found == [(1, False), (2, False), (1, True)]


def test_new_columns_evolve_and_are_reported_once(home: Home, vendor: Vendor) -> None:
    vendor.batches = [rows(ORDERS, order("a", "1"))]
    run_source(vendor.source, home.settings)
    data = rows(ORDERS, order("b", "1")).data
    vendor.batches = [Rows(ORDERS, data.append_column("loyalty_tier", pa.array(["gold"])))]
    assert run_source(vendor.source, home.settings).new_columns == {"orders": ("loyalty_tier",)}
    assert run_source(vendor.source, home.settings).new_columns == {}
    vendor.batches = [rows(ORDERS, order("c", "1"))]
    run_source(vendor.source, home.settings)
    assert home.rows("select id, loyalty_tier from vendor.orders order by id") == [
        ("a", None),
        ("b", "gold"),
        ("c", None),
    ]


@pytest.mark.parametrize("declared", [True, False], ids=["declared column", "evolved column"])
def test_a_changed_type_stops_the_source_and_names_both_types(home: Home, vendor: Vendor, declared: bool) -> None:
    data = rows(ORDERS, order("a", "1")).data
    vendor.batches = [Rows(ORDERS, data.append_column("tier", pa.array(["gold"])))]
    run_source(vendor.source, home.settings)
    if declared:
        changed = data.set_column(1, "total", pa.array([1.5]))
        named = r"column total: the type changed from decimal128\(18, 6\) to double"
    else:
        changed = data.append_column("tier", pa.array([3]))
        named = r"(?s)tier.*(text.*bigint|bigint.*text)"
    vendor.batches = [Rows(ORDERS, changed)]
    with pytest.raises(SourceError, match=named):
        run_source(vendor.source, home.settings)
    assert home.rows("select total::int, tier from vendor.orders") == [(1, "gold")]


def test_a_column_that_joins_the_key_joins_it_in_a_table_that_is_there(home: Home, vendor: Vendor) -> None:
    older = replace(CUSTOMERS, key=("id",), replaced_by_full_refresh=False)
    newer = replace(older, key=("store", "id"))
    vendor.batches = [rows(older, (None, "1"), ("us", "2"))]
    run_source(replace(vendor.source, tables=(older,)), home.settings)
    vendor.batches = [rows(newer, ("us", "2"), ("eu", "2"))]
    run_source(replace(vendor.source, tables=(newer,)), home.settings)
    found = home.rows("select store, id from vendor.customers order by all")
    assert found == [("eu", "2"), ("us", "2"), (None, "1")]
    data = rows(newer, ("us", "3")).data
    vendor.batches = [Rows(newer, data.set_column(0, "store", pa.array([None], pa.string())))]
    with pytest.raises(SourceError, match="table customers, column store: null in a key, row 0"):
        run_source(replace(vendor.source, tables=(newer,)), home.settings)


def test_a_null_in_a_key_is_refused(home: Home, vendor: Vendor) -> None:
    data = rows(ORDERS, order("a", "1"), order("b", "1")).data
    vendor.batches = [Rows(ORDERS, data.set_column(0, "id", pa.array(["a", None])))]
    with pytest.raises(SourceError, match="table orders, column id: null in a key, row 1"):
        run_source(vendor.source, home.settings)


def test_a_failing_extraction_loads_nothing_and_keeps_the_cursor(home: Home, vendor: Vendor) -> None:
    vendor.batches, vendor.cursor = [rows(ORDERS, order("a", "1"))], "first"
    run_source(vendor.source, home.settings)
    vendor.batches, vendor.cursor = [rows(ORDERS, order("a", "2"), order("b", "2"))], "second"
    vendor.failure = SourceError("vendor", "page 2 failed")
    with pytest.raises(SourceError, match="vendor: page 2 failed"):
        run_source(vendor.source, home.settings)
    assert home.rows("select id, total::int from vendor.orders") == [("a", 1)]
    assert not (home.settings.dlt_dir / "vendor").exists()
    vendor.failure = None
    run_source(vendor.source, home.settings)
    assert vendor.states[-1] == {"cursor": "first"}
    assert home.rows("select count(*) from vendor.orders") == [(2,)]


_KILLED_LOAD = textwrap.dedent(
    """
    import os, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path
    import ingestion.load.landing as landing
    import ingestion.load.seams as seams
    from dlt.pipeline.pipeline import Pipeline
    from tests.ingestion.load.test_pipeline import LINES, ORDERS, Vendor, order, rows
    from ingestion.load.pipeline import run_source
    from shophouse.settings import Settings

    def die(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)

    stage, home = sys.argv[1:]
    vendor = Vendor([rows(ORDERS, order("a", "2"), order("b", "2")), rows(LINES, ("a", "l9", 1))], cursor="second")
    run_source(Vendor().source, Settings(home=Path(home), as_of=datetime(2026, 1, 10, 12, tzinfo=UTC)))
    if stage == "extract":
        def orders_and_death():
            yield from sent
            die()
        sent, vendor.batches = vendor.batches, orders_and_death()
    elif stage == "normalize":
        Pipeline.normalize = die
    elif stage == "load":
        Pipeline.load = die
    elif stage == "half written":
        write = landing._TableLanding.write
        landing._TableLanding.write = lambda self, *given: die() if self._table is ORDERS else write(self, *given)
    elif stage == "committing":
        seams.DuckDbClient.complete_load = die
    run_source(vendor.source, Settings(home=Path(home), as_of=datetime(2026, 1, 10, 12, tzinfo=UTC)))
    """
)


@pytest.mark.parametrize(
    "stage",
    [
        "half written",
        *(pytest.param(s, marks=pytest.mark.slow) for s in ("extract", "normalize", "load", "committing")),
    ],
)
def test_a_killed_load_leaves_nothing_and_the_next_run_is_undisturbed(home: Home, vendor: Vendor, stage: str) -> None:
    vendor.batches, vendor.cursor = [rows(ORDERS, order("a", "1")), rows(LINES, ("a", "l1", 1))], "first"
    run_source(vendor.source, home.settings)
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED_LOAD, stage, home.settings.home.as_posix()],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT_ROOT,
    )
    assert killed.returncode == -9, killed.stderr
    assert home.rows("select id, total::int from vendor.orders") == [("a", 1)]
    assert home.rows("select id from vendor.lines") == [("l1",)]
    vendor.batches = [rows(ORDERS, order("a", "2"), order("b", "2")), rows(LINES, ("a", "l9", 1))]
    run_source(vendor.source, home.settings)
    assert home.rows("select id, total::int from vendor.orders order by id") == [("a", 2), ("b", 2)]
    assert home.rows("select id from vendor.lines") == [("l9",)]


@pytest.fixture
def holder(home: Home, vendor: Vendor) -> Iterator[int]:
    """The PID of another process that holds raw.duckdb."""
    create_empty_tables([vendor.source], home.settings)
    program = f"import duckdb, time; c = duckdb.connect({home.settings.raw_db.as_posix()!r}); print('held', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "held\n"
    yield process.pid
    process.kill()
    process.wait()


def test_a_locked_database_says_who_holds_it(home: Home, holder: int) -> None:
    with (
        pytest.raises(SourceError, match=rf"in use by .*python.* \(PID {holder}\)"),
        open_raw(home.settings, "vendor", patience=0.5),
    ):
        pass


def test_the_privacy_key_is_made_once_and_the_environment_wins(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def key() -> list[tuple[Any, ...]]:
        return home.rows("select hash_key from shophouse.privacy_key")

    ensure_privacy_key(home.settings)
    made = key()
    assert len(made) == 1 and len(made[0][0]) == 64
    ensure_privacy_key(home.settings)
    assert key() == made
    monkeypatch.setenv("SHOPHOUSE_HASH_KEY", "chosen")
    ensure_privacy_key(Settings(home=home.settings.home))
    assert key() == [("chosen",)]


def test_progress_and_backfill_bounds_reach_the_source(home: Home, vendor: Vendor) -> None:
    seen: list[tuple[str, int]] = []
    since, until = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)
    run_source(vendor.source, home.settings, since=since, until=until, progress=lambda what, n: seen.append((what, n)))
    asked = vendor.asked[-1]
    asked.progress("orders", 3)
    assert (asked.since, asked.until, asked.as_of, seen) == (since, until, AS_OF, [("orders", 3)])
