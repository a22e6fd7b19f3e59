"""What a run's audit makes of dbt's events."""

from __future__ import annotations

from typing import Any

from orchestration.audit import AuditFailure, ResultLog

GRAIN = "test.shophouse.unique_orders.1a"
TOTAL = "test.shophouse.total_agrees.2b"
FRESH = "test.shophouse.rates_are_there.3c"
MODEL = "model.shophouse.fct_orders"
MANIFEST = {
    "nodes": {
        GRAIN: {"attached_node": MODEL, "description": ""},
        TOTAL: {"attached_node": MODEL, "description": "Marts and source disagree: look at reconciliation_shopify."},
        FRESH: {"attached_node": None, "depends_on": {"nodes": ["model.shophouse.int_rates"]}, "description": ""},
        MODEL: {"description": "One row per order.", "depends_on": {"nodes": ["model.shophouse.stg_orders"]}},
    }
}


def _event(name: str, node: str, status: str, **data: Any) -> dict[str, Any]:
    return {"info": {"name": name}, "data": {"node_info": {"unique_id": node, "node_status": status}, **data}}


def _heard(*events: dict[str, Any]) -> ResultLog:
    log = ResultLog()
    for event in events:
        log.hear(event)
    return log


def test_results_are_sorted_by_how_they_ended() -> None:
    log = _heard(
        {"info": {"name": "ConcurrencyLine"}, "data": {"msg": "Concurrency: 2 threads"}},
        _event("LogModelResult", MODEL, "success"),
        _event("LogTestResult", GRAIN, "pass"),
        _event("LogTestResult", TOTAL, "fail"),
        _event("LogTestResult", FRESH, "warn"),
        _event("RunResultError", TOTAL, "fail", msg="  Got 2 results, configured to fail if != 0"),
        _event("RunResultWarningMessage", FRESH, "warn", msg="Got 1 result, configured to warn if != 0"),
    )
    audit = log.audit(MANIFEST, "2026-11-20T12:00:00+00:00")
    meaning = "Marts and source disagree: look at reconciliation_shopify."
    assert audit.failures == (
        AuditFailure("total_agrees", "fct_orders", f"Got 2 results, configured to fail if != 0. {meaning}"),
    )
    assert audit.warnings == (AuditFailure("rates_are_there", "int_rates", "Got 1 result, configured to warn if != 0"),)
    assert audit.errors == ()


def test_a_model_that_broke_is_no_verdict_on_the_data() -> None:
    log = _heard(
        _event("LogModelResult", MODEL, "error"),
        _event("LogTestResult", GRAIN, "skipped"),
        _event("RunResultError", MODEL, "error", msg="Runtime Error in model fct_orders"),
    )
    audit = log.audit(MANIFEST, "2026-11-20T12:00:00+00:00")
    assert audit.failures == ()
    assert audit.errors == (AuditFailure("fct_orders", "fct_orders", "Runtime Error in model fct_orders"),)
