"""Which assets of a job are to run: what a person typed, or a sentence that says what can be selected."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import dagster as dg

from orchestration.runs.outcome import UnknownAssetsError

_HOW = "select a table ('marts/fct_orders'), a table and what it is made of ('+marts/fct_orders') or a group"


def selected_assets(select: str, job: dg.JobDefinition) -> frozenset[dg.AssetKey]:
    """The assets of a job that a selection names.

    Args:
        select: Dagster asset selection (e.g. ``group:sales`` or ``+metrics/kpi_summary``).
        job: of whose assets it selects.

    Returns:
        their keys, at least one.

    Raises:
        UnknownAssetsError: it is malformed, selects nothing of the job, or a part of what is only made as a whole.
    """
    made = {key: assets for assets in job.asset_layer.asset_graph.assets_defs for key in assets.keys}
    try:
        wanted = dg.AssetSelection.from_string(select).resolve(list(set(made.values())))
    # Dagster's parser raises errors of several libraries.
    except Exception:
        wanted = frozenset()
    selected = frozenset(wanted) & job.asset_layer.selected_asset_keys
    if not selected:
        raise UnknownAssetsError(_nothing(select, made))
    for assets in {made[key] for key in selected}:
        if not assets.can_subset and not assets.keys <= selected:
            raise UnknownAssetsError(_part(select, assets, selected))
    return selected


def _nothing(select: str, made: dict[dg.AssetKey, dg.AssetsDefinition]) -> str:
    close = _nearest(select.strip("+*\"' ").removeprefix("key:").strip("\"'"), {key.to_user_string() for key in made})
    meant = f"; did you mean {close}?" if close else ""
    return f"--select '{select}' names nothing of the job{meant}; {_HOW}: {_groups(made.values())}"


def _nearest(typed: str, names: set[str]) -> str | None:
    """The table whose column was typed, else the one whose name, with its schema or without, is like what was typed."""
    by_table = {name.split("/")[-1]: name for name in sorted(names)}
    column_of = [name for name in names | set(by_table) if typed.startswith((f"{name}.", f"{name}/"))]
    close = column_of or get_close_matches(typed, names | set(by_table), n=1)
    return by_table.get(close[0], close[0]) if close else None


def _groups(every: Iterable[dg.AssetsDefinition]) -> str:
    return ", ".join(
        f"group:{name}" for name in sorted({spec.group_name or "" for made in every for spec in made.specs})
    )


def _part(select: str, assets: dg.AssetsDefinition, selected: frozenset[dg.AssetKey]) -> str:
    names = sorted(key.to_user_string() for key in assets.keys & selected)
    (group,) = {spec.group_name for spec in assets.specs}
    return (
        f"--select '{select}' names {len(names)} of {len(assets.keys)} tables that are only made together, such as "
        f"{names[0]}; select all of them: group:{group}"
    )
