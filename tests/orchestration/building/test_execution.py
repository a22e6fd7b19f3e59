"""What a build makes, what it leaves as it was, and what it does when something fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.building.placeholders import ENVIRONMENT
from orchestration.building.plan import Column, Keys, Node, Relation
from tests.orchestration.building.conftest import AS_OF, SOURCE, Workshop

MakeNode = Callable[..., Node]
_INSTANT = "cast('1900-01-01 01:01:01.123457' as timestamp)"
_DATE = f"cast(timezone('UTC', {_INSTANT} /* its date */) as date)"


@pytest.fixture
def orders(make_node: MakeNode) -> Node:
    return make_node("orders", 'select id, amount from "raw"."shop"."orders"', SOURCE)


@pytest.fixture
def total(make_node: MakeNode, orders: Node) -> Node:
    return make_node("total", 'select sum(amount) as total from "shophouse"."marts"."orders"', orders)


def test_a_table_is_built_again_only_where_something_has_changed(workshop: Workshop, orders: Node, total: Node) -> None:
    workshop.build(orders, total)
    workshop.build(orders, total)
    assert workshop.built_by(orders) == workshop.built_by(total) == "build 1"

    workshop.load("update shop.orders set amount = 11, _dlt_load_id = 'b' where id = 1")
    workshop.build(orders, total)
    assert workshop.built_by(total) == "build 3"
    assert workshop.rows("select total from shophouse.marts.total") == [(211,)]


def test_rows_that_came_again_as_they_were_leave_what_is_made_of_them(
    workshop: Workshop, orders: Node, total: Node
) -> None:
    workshop.build(orders, total)
    workshop.load("update shop.orders set _dlt_load_id = 'b'")
    workshop.build(orders, total)
    assert (workshop.built_by(orders), workshop.built_by(total)) == ("build 2", "build 1")


def test_another_version_of_the_project_builds_everything(workshop: Workshop, orders: Node) -> None:
    workshop.build(orders)
    workshop.build(orders, version="2")
    assert workshop.built_by(orders) == "build 2"


def test_without_a_version_everything_is_built_and_nothing_remembered(workshop: Workshop, orders: Node) -> None:
    workshop.build(orders, version="")
    assert workshop.rows("select count(*) from build.state.builds") == [(0,)]
    assert workshop.rows("select count(*) from shophouse.marts.orders") == [(6,)]


def test_the_sql_of_a_view_below_counts(workshop: Workshop, make_node: MakeNode, orders: Node) -> None:
    view = make_node(
        "doubled", 'select id, amount * 2 as amount from "shophouse"."marts"."orders"', orders, kind="view"
    )
    table = make_node("total", 'select sum(amount) as total from "shophouse"."marts"."doubled"', view)
    workshop.build(orders, view, table)
    workshop.build(orders, replace(view, sql=view.sql.replace("* 2", "* 3")), table)
    assert workshop.rows("select total from shophouse.marts.total") == [(630,)]


def test_a_published_view_names_no_file(workshop: Workshop, make_node: MakeNode, orders: Node, tmp_path: Path) -> None:
    view = make_node(
        "doubled", 'select id, amount * 2 as amount from "shophouse"."marts"."orders"', orders, kind="view"
    )
    workshop.build(orders, view)
    with duckdb.connect() as elsewhere:
        elsewhere.execute(f"attach '{workshop.settings.warehouse_db}' as another_name")
        assert elsewhere.execute("select sum(amount) from another_name.marts.doubled").fetchall() == [(420,)]


def test_the_run_says_its_instant(workshop: Workshop, make_node: MakeNode) -> None:
    assert ENVIRONMENT["SHOPHOUSE_AS_OF"].startswith("1900-01-01T01:01:01.123457")
    node = make_node("instant", f"select {_INSTANT} as as_of")
    workshop.build(node)
    workshop.build(node, as_of=AS_OF + timedelta(seconds=1))
    assert workshop.built_by(node) == "build 2"
    assert workshop.rows("select as_of from shophouse.marts.instant") == [(AS_OF.replace(tzinfo=None, second=1),)]


def test_of_a_date_alone_the_dates_count(workshop: Workshop, make_node: MakeNode) -> None:
    node = make_node("today", f"select {_DATE} as today")
    workshop.build(node, dates={"UTC": "2026-11-08"})
    workshop.build(node, as_of=AS_OF + timedelta(hours=1), dates={"UTC": "2026-11-08"})
    assert workshop.built_by(node) == "build 1"
    workshop.build(node, as_of=AS_OF + timedelta(hours=13), dates={"UTC": "2026-11-09"})
    assert workshop.built_by(node) == "build 3"


def test_a_failed_test_stops_what_follows_and_nothing_else(
    workshop: Workshop, make_node: MakeNode, orders: Node, total: Node
) -> None:
    test = make_node(
        "no_large_order", 'select * from "shophouse"."marts"."orders" where amount > 50', orders, kind="test"
    )
    other = make_node("other", "select 1 as one")
    waiting = replace(total, waits_for=(test.unique_id,))
    last = make_node("last", 'select * from "shophouse"."marts"."total"', waiting)
    assert workshop.build(orders, test, other, waiting, last) == {
        "orders": "success", "no_large_order": "fail", "other": "success", "total": "skipped", "last": "skipped",
    }  # fmt: skip
    assert workshop.said["no_large_order"].failures == 1
    assert workshop.said["no_large_order"].message == "Got 1 result, configured to fail if != 0"
    warned = replace(test, severity="warn")
    assert workshop.build(orders, warned, other, waiting, last)["last"] == "success"
    assert str(workshop.said["no_large_order"].status) == "warn"


def test_a_test_is_not_asked_again_of_the_same_rows(workshop: Workshop, make_node: MakeNode, orders: Node) -> None:
    test = make_node(
        "no_large_order", 'select * from "shophouse"."marts"."orders" where amount > 60', orders, kind="test"
    )
    workshop.build(orders, test)
    # What it once found is still told, and a change of the rows makes it look again.
    workshop.rows("update build.state.checks set failure_count = 7")
    assert workshop.build(orders, test)["no_large_order"] == "fail"
    workshop.load("update shop.orders set amount = 61, _dlt_load_id = 'b' where id = 6")
    workshop.build(orders, test)
    assert workshop.said["no_large_order"].failures == 1


def test_a_model_that_cannot_be_built_leaves_the_table_as_it_was(workshop: Workshop, orders: Node, total: Node) -> None:
    workshop.build(orders, total)
    broken = replace(orders, sql='select id, amount / (id - id) || nothing as amount from "raw"."shop"."orders"')
    assert workshop.build(broken, total) == {"orders": "error", "total": "skipped"}
    assert "nothing" in workshop.said["orders"].message
    assert workshop.rows("select count(*) from shophouse.marts.orders") == [(6,)]
    # It counts as unfinished, so that the next run builds it.
    workshop.build(orders, total)
    assert workshop.built_by(orders) == "build 3"


def test_too_little_memory_is_told_with_the_setting(workshop: Workshop, make_node: MakeNode) -> None:
    workshop.settings = workshop.settings.model_copy(update={"memory": "30MB"})
    large = make_node(
        "large", "select list(i::varchar || 'long enough to take room') as l from range(5000000) as t (i)"
    )
    assert workshop.build(large) == {"large": "error"}
    assert "give it more: SHOPHOUSE_MEMORY, now 30MB" in workshop.said["large"].message


def test_a_contract_is_kept(workshop: Workshop, orders: Node) -> None:
    columns = (Column("id", "int", "Key."), Column("amount", "decimal(18, 4)", "It's money."))
    promised = replace(orders, is_contracted=True, is_documented=True, columns=columns, description="Orders.")
    assert workshop.build(promised) == {"orders": "error"}
    assert "amount is promised as decimal and is integer" in workshop.said["orders"].message
    kept = replace(promised, sql='select id, cast(amount as decimal(38, 2)) as amount from "raw"."shop"."orders"')
    assert workshop.build(kept) == {"orders": "success"}
    assert workshop.rows(
        "select data_type, comment from duckdb_columns() where table_name = 'orders' and column_name = 'amount' "
        "and database_name = 'shophouse'"
    ) == [("DECIMAL(18,4)", "It's money.")]
    assert workshop.rows("select comment from duckdb_tables() where schema_name = 'marts'") == [("Orders.",)]


def test_a_history_takes_rows_in_place_of_those_with_their_key(workshop: Workshop, make_node: MakeNode) -> None:
    node = make_node(
        "history",
        'select id, amount from "raw"."shop"."orders"',
        SOURCE,
        kind="incremental",
        unique_key="id",
        columns=(Column("id", "int", ""), Column("amount", "int", "")),
        sql_to_add='select id, amount * 10 as amount from "raw"."shop"."orders" where id = 1',
    )
    workshop.build(node)
    workshop.build(node)
    assert workshop.rows("select sum(amount) from shophouse.marts.history") == [(300,)]
    wider = replace(
        node,
        columns=(Column("id", "int", ""), Column("amount", "decimal(18, 4)", ""), Column("note", "string", "")),
        sql_to_add="select id, cast(0.5 as decimal(18, 4)) as amount, coalesce(note, 'half') as note "
        'from "shophouse"."marts"."history" where id = 2',
    )
    assert workshop.build(wider, version="2") == {"history": "success"}
    assert workshop.rows("select id, amount::varchar, note from shophouse.marts.history where id < 3 order by 1") == [
        (1, "100.0000", None),
        (2, "0.5000", "half"),
    ]


def test_a_keyed_table_makes_the_touched_keys_again(workshop: Workshop, make_node: MakeNode, orders: Node) -> None:
    names = make_node("names", "select * from (values (2, 'two'), (3, 'three')) as t (id, name)")
    keyed = make_node(
        "named",
        'select orders.id, amount, name from "shophouse"."marts"."orders" as orders '
        'left join "shophouse"."marts"."names" as names on orders.id = names.id',
        orders,
        names,
        keys=Keys(("id",), ("orders",), {"names": ("id",)}),
    )
    workshop.build(orders, names, keyed)
    workshop.rows("update shophouse.marts.named set amount = -1 where id = 6")
    workshop.load("update shop.orders set amount = 11, _dlt_load_id = 'b' where id = 1")
    workshop.build(orders, names, keyed)
    # The row that nothing has touched stands as it was, wrong as it is.
    found = "select id, amount, name from shophouse.marts.named where id in (1, 2, 6) order by id"
    assert workshop.rows(found) == [(1, 11, None), (2, 20, "two"), (6, -1, None)]
    workshop.load("delete from shop.orders where id = 2")
    workshop.build(orders, replace(names, sql=names.sql.replace("three", "drei")), keyed)
    assert workshop.rows("select id, name from shophouse.marts.named where id in (2, 3)") == [(3, "drei")]
    workshop.load("update shop.orders set amount = amount + 1, _dlt_load_id = 'c' where id < 4")
    workshop.build(orders, names, keyed)
    assert workshop.rows("select amount from shophouse.marts.named where id = 6") == [(60,)], "half of it: built whole"


def test_a_seed_is_text_but_for_columns_with_a_type(workshop: Workshop, make_node: MakeNode, tmp_path: Path) -> None:
    file = tmp_path / "sizes.csv"
    file.write_text('name,width\nNA,"1,5"\n"",2\n')
    seed = make_node("sizes", "", kind="seed", file=str(file))
    workshop.build(seed)
    assert workshop.rows("select name, width from shophouse.marts.sizes order by width") == [("NA", "1,5"), (None, "2")]
    file.write_text("name,width\nNA,1\n")
    workshop.build(replace(seed, types={"width": "int"}), version="2")
    assert workshop.rows("select name, width from shophouse.marts.sizes") == [("NA", 1)]


def test_a_view_may_become_a_table_and_a_table_a_view(workshop: Workshop, orders: Node) -> None:
    view = replace(orders, kind="view")
    for number, node in enumerate((view, orders, view)):
        assert workshop.build(node, version=str(number)) == {"orders": "success"}
    assert workshop.rows("select count(*) from shophouse.marts.orders") == [(6,)]


def test_a_date_is_that_of_the_shop_s_clock_whether_its_zone_is_known_or_not(
    workshop: Workshop, make_node: MakeNode
) -> None:
    stores = make_node(
        "int_stores", "select 'Pacific/Auckland' as timezone", relation=Relation("build", "intermediate", "int_stores")
    )
    local = make_node(
        "local",
        "select zone, build.state.local_timestamp(timestamp '2026-11-08 12:00:00', zone) as local_at "
        "from (values ('Pacific/Auckland'), ('America/New_York')) as t (zone)",
        stores,
    )
    for version in ("1", "2"):
        workshop.build(stores, local, version=version)
        assert workshop.rows("select zone, cast(local_at as varchar) from shophouse.marts.local order by zone") == [
            ("America/New_York", "2026-11-08 07:00:00"),
            ("Pacific/Auckland", "2026-11-09 01:00:00"),
        ]
    assert "Pacific/Auckland" in str(
        workshop.rows("select macro_definition from duckdb_functions() where function_name = 'local_timestamp'")
    )
