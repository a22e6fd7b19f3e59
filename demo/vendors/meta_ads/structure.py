"""Accounts, campaigns, ad sets, ads and creatives in Meta's shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
import polars as pl

from demo.merchant import Merchant
from demo.vendors.meta_ads.errors import GraphError

EDGES = {
    "campaigns": "campaigns",
    "adsets": "ad_sets",
    "ads": "ads",
    "adcreatives": "creatives",
}
"""Table of the contract by edge of an ad account."""

_HIDDEN_UNLESS_NAMED = ("DELETED", "ARCHIVED")
_RENAMED = {"ad_set_id": "adset_id"}
_BUDGETS = ("daily_budget", "lifetime_budget")
_TIMES = ("start_time", "stop_time", "created_time", "updated_time")
_CURRENCIES_WITHOUT_CENTS = (
    *("CLP", "COP", "CRC", "HUF", "IDR", "ISK"),
    *("JPY", "KRW", "PYG", "TWD", "VND"),
)


def accounts(merchant: Merchant) -> pl.DataFrame:
    """Every ad account as a Graph object; ``account_status`` is a number there."""
    frame = merchant.frame("meta_ads", "ad_accounts").sort("account_id").collect()
    return frame.select(
        ("act_" + pl.col("account_id")).alias("id"),
        pl.exclude("account_status"),
        pl.col("account_status").cast(pl.Int64),
    )


def objects(merchant: Merchant, edge: str, account: Mapping[str, str]) -> pl.DataFrame:
    """The objects of an edge, every status, as Graph objects.

    Args:
        merchant: whose.
        edge: one of ``EDGES``.
        account: ``account_id``, ``currency`` and ``timezone_name`` of the ad account.
    """
    table = merchant.frame("meta_ads", EDGES[edge]).filter(pl.col("account_id") == account["account_id"])
    frame = table.sort("id").collect().rename(_RENAMED, strict=False)
    minor_units = 1 if account["currency"] in _CURRENCIES_WITHOUT_CENTS else 100
    changed = [(pl.col(c) * minor_units).cast(pl.Int64).cast(pl.String) for c in _BUDGETS if c in frame.columns]
    changed += [
        pl.col(c).dt.convert_time_zone(account["timezone_name"]).dt.strftime("%Y-%m-%dT%H:%M:%S%z")
        for c in _TIMES
        if c in frame.columns
    ]
    if edge == "ads":
        has_creative = pl.col("creative_id").is_not_null()
        changed.append(pl.when(has_creative).then(pl.struct(id="creative_id")).alias("creative"))
    return frame.with_columns(changed).drop("creative_id", strict=False).select("id", pl.exclude("id"))


def filtered(frame: pl.DataFrame, parameters: Mapping[str, str]) -> pl.DataFrame:
    """The objects that a request's ``effective_status`` and ``filtering`` ask for.

    Raises:
        GraphError: a filter that is not served.
    """
    if "effective_status" not in frame.columns:
        return frame
    statuses: Sequence[str] | None = None
    if "effective_status" in parameters:
        statuses = orjson.loads(parameters["effective_status"])
    for rule in orjson.loads(parameters.get("filtering", "[]")):
        field, operator = str(rule["field"]).rpartition(".")[2], rule["operator"]
        if (field, operator) == ("effective_status", "IN"):
            statuses = rule["value"]
        elif (field, operator) == ("updated_time", "GREATER_THAN"):
            updated = pl.col("updated_time").str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_unit="us")
            frame = frame.filter(updated.dt.epoch("s") > int(rule["value"]))
        else:
            raise GraphError(
                100,
                f"Filtering field {rule['field']} with operation {operator} is not supported",
            )
    if statuses is None:
        return frame.filter(~pl.col("effective_status").is_in(_HIDDEN_UNLESS_NAMED))
    return frame.filter(pl.col("effective_status").is_in(statuses))
