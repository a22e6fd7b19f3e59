"""What a run says of its failure: the sentence that tells what to do, not the wrappings."""

from __future__ import annotations

from collections.abc import Callable

import dagster as dg
import pytest

from orchestration.assets.ingest import LOADED
from orchestration.runner import ExitCode, RunOutcome, _outcome
from orchestration.writer_lock import WriterBusyError

TABLE = dg.AssetKey(["vendor", "orders"])


def _busy() -> None:
    raise WriterBusyError("the home is being written by run 1 (PID 7); wait for it to end, then run again") from OSError


def _executed(step: Callable[[], object], resource: Callable[[], object] = lambda: None) -> RunOutcome:
    """The outcome of a job of one asset, which needs a resource."""

    @dg.asset(key=TABLE, check_specs=[dg.AssetCheckSpec(LOADED, asset=TABLE)], required_resource_keys={"held"})
    def orders(context):  # type: ignore[no-untyped-def]
        yield dg.MaterializeResult()
        outcome = step()
        yield outcome if isinstance(outcome, dg.AssetCheckResult) else dg.AssetCheckResult(passed=True)

    held = dg.ResourceDefinition(lambda _: resource())
    return _outcome(dg.materialize([orders], resources={"held": held}, raise_on_error=False))


def test_a_run_that_could_not_start_says_who_is_in_the_way() -> None:
    outcome = _executed(lambda: None, resource=_busy)
    assert outcome.exit_code is ExitCode.STAGE_FAILED
    assert outcome.messages == ("the home is being written by run 1 (PID 7); wait for it to end, then run again",)


def test_a_step_that_failed_says_why_without_the_classes() -> None:
    def broken() -> None:
        raise ValueError("no such column: total") from KeyError("total")

    assert _executed(broken).messages == ("vendor__orders: no such column: total",)


@pytest.mark.parametrize(
    ("passed", "exit_code", "messages"),
    [(True, ExitCode.OK, ()), (False, ExitCode.STAGE_FAILED, ("vendor: the token is wrong",))],
)
def test_a_source_that_was_not_read_fails_the_run_that_asked_for_it(
    passed: bool, exit_code: ExitCode, messages: tuple[str, ...]
) -> None:
    """Also where the selection leaves out the asset that raises the failures of all sources."""
    check = dg.AssetCheckResult(passed=passed, description="vendor: the token is wrong")
    outcome = _executed(lambda: check)
    assert (outcome.exit_code, outcome.messages) == (exit_code, messages)
