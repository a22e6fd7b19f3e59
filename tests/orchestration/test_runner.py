"""What a run says of its failure: the sentence that tells what to do, not the wrappings."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from orchestration.assets.ingest import LOADED
from orchestration.publication.audit import DATA_FAILED
from orchestration.runner import _outcome
from orchestration.runs.outcome import ExitCode, RunOutcome
from orchestration.runs.writer_lock import WriterBusyError

TABLE = dg.AssetKey(["vendor", "orders"])


def _busy() -> None:
    raise WriterBusyError("the home is being written by run 1 (PID 7); wait for it to end, then run again") from OSError


def _full(file: Path) -> None:
    try:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
    except OSError as error:
        raise RuntimeError("the step broke") from error


def _executed(step: Callable[[], object], home: Path, resource: Callable[[], object] = lambda: None) -> RunOutcome:
    """The outcome of a job of one asset, which needs a resource."""

    @dg.asset(key=TABLE, check_specs=[dg.AssetCheckSpec(LOADED, asset=TABLE)], required_resource_keys={"held"})
    def orders(context):  # type: ignore[no-untyped-def]
        yield dg.MaterializeResult()
        outcome = step()
        yield outcome if isinstance(outcome, dg.AssetCheckResult) else dg.AssetCheckResult(passed=True)

    held = dg.ResourceDefinition(lambda _: resource())
    return _outcome(dg.materialize([orders], resources={"held": held}, raise_on_error=False), home)


def test_a_run_that_could_not_start_says_who_is_in_the_way(tmp_path: Path) -> None:
    outcome = _executed(lambda: None, tmp_path, resource=_busy)
    assert outcome.exit_code is ExitCode.STAGE_FAILED
    assert outcome.messages == ("the home is being written by run 1 (PID 7); wait for it to end, then run again",)


def test_a_step_that_failed_says_why_without_the_classes(tmp_path: Path) -> None:
    def broken() -> None:
        raise ValueError("no such column: total") from KeyError("total")

    assert _executed(broken, tmp_path).messages == ("vendor__orders: no such column: total",)


def test_a_full_disk_is_found_below_what_it_broke(tmp_path: Path) -> None:
    outcome = _executed(lambda: _full(tmp_path / "shophouse.duckdb"), tmp_path)
    (message,) = outcome.messages
    assert message.startswith(f"vendor__orders: {tmp_path / 'shophouse.duckdb'} cannot grow: the disk is full, ")


@pytest.mark.parametrize(
    ("passed", "exit_code", "messages"),
    [(True, ExitCode.OK, ()), (False, ExitCode.STAGE_FAILED, ("vendor: the token is wrong",))],
)
def test_a_source_that_was_not_read_fails_the_run_that_asked_for_it(
    passed: bool, exit_code: ExitCode, messages: tuple[str, ...], tmp_path: Path
) -> None:
    """Also where the selection leaves out the asset that raises the failures of all sources."""
    check = dg.AssetCheckResult(passed=passed, description="vendor: the token is wrong")
    outcome = _executed(lambda: check, tmp_path)
    assert (outcome.exit_code, outcome.messages) == (exit_code, messages)


def test_a_source_that_was_not_read_is_told_of_beside_what_failed_later(tmp_path: Path) -> None:
    @dg.asset(deps=[TABLE])
    def audited() -> None:
        raise dg.Failure("the data failed its audit", metadata={DATA_FAILED: True})

    @dg.asset(key=TABLE, check_specs=[dg.AssetCheckSpec(LOADED, asset=TABLE)])
    def orders():  # type: ignore[no-untyped-def]
        yield dg.MaterializeResult()
        yield dg.AssetCheckResult(passed=False, description="vendor: the token is wrong")

    outcome = _outcome(dg.materialize([orders, audited], raise_on_error=False), tmp_path)
    assert outcome.exit_code is ExitCode.DATA_FAILED_AUDIT
    assert outcome.messages == ("vendor: the token is wrong", "the data failed its audit")
