"""What ``--select`` answers to: tables, groups and what they are made of; all else is a sentence."""

from __future__ import annotations

import dagster as dg
import pytest

from orchestration.definitions import defs
from orchestration.runs.outcome import UnknownAssetsError
from orchestration.runs.selection import selected_assets

JOB = defs.resolve_job_def("full")


def _names(select: str) -> set[str]:
    return {key.to_user_string() for key in selected_assets(select, JOB)}


def test_a_table_a_pattern_or_a_group_can_be_selected() -> None:
    assert _names("marts/fct_orders") == {"marts/fct_orders"}
    assert {"marts/fct_orders", "marts/dim_store"} < _names('key:"marts/*"')
    assert "forecast/forecast_run" in _names("group:forecast")
    JOB.get_subset(asset_selection=selected_assets("group:raw_shopify", JOB))


@pytest.mark.parametrize(
    ("select", "meant"),
    [
        pytest.param("fct_orders", "marts/fct_orders", id="a table without its schema"),
        pytest.param("marts.fct_orders", "marts/fct_orders", id="a table as SQL names it"),
        pytest.param("marts/fct_orders/net_sales", "marts/fct_orders", id="a column"),
        pytest.param("marts/fct_ordres", "marts/fct_orders", id="a slip"),
    ],
)
def test_a_name_that_is_none_of_the_job_is_answered_by_the_nearest(select: str, meant: str) -> None:
    with pytest.raises(UnknownAssetsError) as error:
        selected_assets(select, JOB)
    assert str(error.value).startswith(f"--select '{select}' names nothing of the job; did you mean {meant}?")


@pytest.mark.parametrize(
    "select", ["", " ", 'key:"zzz*"', "marts/*", "group:nope", "column:net_sales", "marts/fct_orders and ("]
)
def test_what_selects_nothing_names_the_groups(select: str) -> None:
    with pytest.raises(UnknownAssetsError, match=r"names nothing of the job.*group:raw_shopify.*group:sales"):
        selected_assets(select, JOB)


def test_a_part_of_what_is_made_as_a_whole_names_the_whole() -> None:
    with pytest.raises(UnknownAssetsError) as error:
        selected_assets("shopify/orders", JOB)
    assert str(error.value) == (
        f"--select 'shopify/orders' names 1 of {len(_names('group:raw_shopify'))} tables that are only made together, such "
        "as shopify/orders; select all of them: group:raw_shopify"
    )


def test_every_whole_that_cannot_be_parted_is_a_group() -> None:
    whole = [
        assets for assets in JOB.asset_layer.asset_graph.assets_defs if not assets.can_subset and len(assets.keys) > 1
    ]
    for assets in whole:
        group = dg.AssetSelection.groups(*{spec.group_name or "" for spec in assets.specs})
        assert group.resolve(JOB.asset_layer.asset_graph) == assets.keys
