"""What a run's audit makes of dbt's events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration.publication.audit import Audit, AuditFailure, ResultLog, begin_audit, end_audit, last_audit
from shophouse.settings import Settings

GRAIN = "test.shophouse.unique_orders.1a"
TOTAL = "test.shophouse.total_agrees.2b"
FRESH = "test.shophouse.rates_are_there.3c"
MODEL = "model.shophouse.fct_orders"
MANIFEST = {
    "nodes": {
        GRAIN: {"attached_node": MODEL, "description": ""},
        TOTAL: {"attached_node": MODEL, "description": "Marts and source disagree: look at audit.reconciliation."},
        FRESH: {"attached_node": None, "depends_on": {"nodes": ["model.shophouse.int_rates"]}, "description": ""},
        MODEL: {
            "schema": "marts",
            "name": "fct_orders",
            "database": "shophouse",
            "description": "One row per order.",
            "depends_on": {"nodes": ["model.shophouse.stg_orders"]},
        },
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
    meaning = "Marts and source disagree: look at audit.reconciliation."
    assert audit.failures == (
        AuditFailure("total_agrees", "fct_orders", f"Got 2 results, configured to fail if != 0. {meaning}"),
    )
    (warning,) = audit.warnings
    assert (warning.test, warning.model) == ("rates_are_there", "int_rates")
    assert warning.message.startswith("Got 1 result, configured to warn if != 0. What is promised of int_rates")
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


def test_a_test_without_a_meaning_of_its_own_says_where_to_look() -> None:
    log = _heard(_event("LogTestResult", GRAIN, "fail"), _event("RunResultError", GRAIN, "fail", msg="Got 1 result"))
    (failure,) = log.audit(MANIFEST, "2026-11-20T12:00:00+00:00").failures
    assert "promised of marts.fct_orders does not hold" in failure.message
    assert "the state folder's shophouse.duckdb" in failure.message


AS_OF = "2026-11-20T12:00:00+00:00"
END = (
    {"info": {"name": "EndOfRunSummary"}, "data": {"keyboard_interrupt": False}},
    {"info": {"name": "StatsLine"}, "data": {"stats": {"skip": 0}}},
)
WRONG = _event("LogTestResult", TOTAL, "fail")
RIGHT = _event("LogTestResult", TOTAL, "pass")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def _ran(settings: Settings, step: str, *events: dict[str, Any], is_part: bool = False) -> None:
    before = begin_audit(settings, step, AS_OF)
    results = _heard(*events)
    end_audit(settings, step, before if is_part else Audit(AS_OF), results, results.audit(MANIFEST, AS_OF))


def _objections(settings: Settings) -> list[str]:
    audit = last_audit(settings)
    assert audit is not None
    return audit.objections()


def test_nothing_is_known_before_the_first_run(settings: Settings) -> None:
    assert last_audit(settings) is None


def test_a_step_that_passed_leaves_the_failures_of_another(settings: Settings) -> None:
    _ran(settings, "transform", WRONG, *END)
    _ran(settings, "transform_forecasts", _event("LogTestResult", GRAIN, "pass"), *END)
    assert [o.split(":")[1] for o in _objections(settings)] == [" total_agrees"]
    _ran(settings, "transform", RIGHT, *END)
    assert _objections(settings) == []


def test_a_step_that_was_killed_is_unfinished_until_all_of_it_was_built(settings: Settings) -> None:
    _ran(settings, "transform", RIGHT, *END)
    begin_audit(settings, "transform", AS_OF)
    unfinished = ["transform has not built all of its tables; run it again"]
    assert _objections(settings) == unfinished
    _ran(settings, "transform", RIGHT, *END, is_part=True)
    assert _objections(settings) == unfinished
    _ran(settings, "transform", RIGHT, *END)
    assert _objections(settings) == []


@pytest.mark.parametrize(
    "end",
    [
        (),
        ({"info": {"name": "EndOfRunSummary"}, "data": {"keyboard_interrupt": True}}, END[1]),
        (END[0], {"info": {"name": "StatsLine"}, "data": {"stats": {"skip": 1}}}),
    ],
    ids=["died", "interrupted", "skipped"],
)
def test_a_step_that_did_not_build_everything_is_unfinished(settings: Settings, end: tuple[dict[str, Any]]) -> None:
    _ran(settings, "transform", RIGHT, *end)
    assert _objections(settings) == ["transform has not built all of its tables; run it again"]


def test_a_part_of_a_step_changes_what_is_known_of_that_part_only(settings: Settings) -> None:
    _ran(settings, "transform", WRONG, _event("LogModelResult", MODEL, "error"), *END)
    _ran(settings, "transform", _event("LogModelResult", MODEL, "success"), *END, is_part=True)
    assert [o.split(":")[1] for o in _objections(settings)] == [" total_agrees"]
    _ran(settings, "transform", RIGHT, *END, is_part=True)
    assert _objections(settings) == []


def test_a_warning_is_no_objection(settings: Settings) -> None:
    _ran(settings, "transform", _event("LogTestResult", FRESH, "warn"), *END)
    audit = last_audit(settings)
    assert audit is not None and len(audit.warnings) == 1
    assert audit.objections() == []
